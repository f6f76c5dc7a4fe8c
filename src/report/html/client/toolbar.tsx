/** The buttons that step through a run, and the sentence that says where it stands. */
import type { RunData } from "../data.js";
import type { Move } from "./stepping.js";

interface ToolbarProps {
  readonly run: RunData;
  readonly position: number;
  readonly onMove: (move: Move) => void;
  readonly onStep: (step: number) => void;
}

export function Toolbar({ run, position, onMove, onStep }: ToolbarProps) {
  const last = run.steps.length;
  const repeats = position === last && run.loop !== undefined;
  return (
    <div class="toolbar" role="toolbar" aria-label="steps" aria-controls="lanes">
      <button type="button" onClick={() => onMove("first")} aria-disabled={position === 0}>
        First
      </button>
      <button type="button" onClick={() => onMove("back")} aria-disabled={position === 0}>
        <span aria-hidden="true">◀ </span>Back
      </button>
      <button type="button" onClick={() => onMove("on")} aria-disabled={position === last && !repeats}>
        {repeats ? "Again" : "Next"}
        <span aria-hidden="true">{repeats ? " ↻" : " ▶"}</span>
      </button>
      <button type="button" onClick={() => onMove("last")} aria-disabled={position === last}>
        Last
      </button>
      <input
        type="range"
        min={0}
        max={last}
        value={position}
        aria-label="step"
        onInput={(event) => onStep(Number(event.currentTarget.value))}
      />
      <span class="quiet keys">
        <kbd>→</kbd> or <kbd>j</kbd> next, <kbd>←</kbd> or <kbd>k</kbd> back, <kbd>Home</kbd>, <kbd>End</kbd>
      </span>
      <output class="where" aria-live="polite" data-testid="where">
        {whereWords(run, position)}
      </output>
    </div>
  );
}

/** `Step 12 of 16, CPU0: spin_lock(v.tm_lock); takes vcpu1.tm_lock` */
function whereWords({ steps, lanes }: RunData, position: number): string {
  const step = steps[position - 1];
  if (step === undefined) return `Before the first of ${steps.length} steps`;
  const notes = step.notes.map(({ text }) => text).join("; ");
  return `Step ${position} of ${steps.length}, ${lanes[step.lane]?.cpu ?? ""}: ${step.text} ${notes}`;
}

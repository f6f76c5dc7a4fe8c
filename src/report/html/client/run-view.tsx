/** An interleaving to step through: its lanes, and beside them the source, the memory and the locks after the chosen step. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PlaceData, RunData, SourceData } from "../data.js";
import { Explanation } from "./explanation.js";
import { Lanes } from "./lanes.js";
import { LockGraph } from "./lock-graph.js";
import { MemoryPanel } from "./memory-panel.js";
import { SourcePanel } from "./source-panel.js";
import { type Move, moveOf, positionAfter } from "./stepping.js";
import { Toolbar } from "./toolbar.js";

interface RunViewProps {
  readonly run: RunData;
  readonly sources: readonly SourceData[];
  readonly step: number | undefined;
  readonly onStep: (step: number) => void;
}

export function RunView({ run, sources, step, onStep }: RunViewProps) {
  const last = run.steps.length;
  // The end is what people come for: what fails, and who waits for whom.
  const position = Math.min(step ?? last, last);
  /** A line that was asked for instead of the step's own: of a caller, or of a thread that waits. */
  const [asked, setAsked] = useState<PlaceData | undefined>(undefined);
  /** Ahead of what is drawn: a key that is held down comes again before that. */
  const latest = useRef(position);
  latest.current = position;
  const goTo = (next: number) => {
    latest.current = next;
    setAsked(undefined);
    onStep(next);
  };
  const move = (by: Move) => goTo(positionAfter(run, latest.current, by));

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const by = moveOf(event);
      if (by === undefined) return;
      event.preventDefault();
      move(by);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  return (
    <>
      <Explanation run={run} onStep={goTo} />
      <Toolbar run={run} position={position} onMove={move} onStep={goTo} />
      <div class="run">
        <Lanes run={run} position={position} onStep={goTo} onPlace={setAsked} />
        <div class="beside">
          <SourcePanel run={run} sources={sources} position={position} asked={asked} onPlace={setAsked} />
          <MemoryPanel run={run} position={position} />
          <LockGraph run={run} position={position} onStep={goTo} />
        </div>
      </div>
    </>
  );
}

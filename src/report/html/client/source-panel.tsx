/** The source beside the run, at the line of the chosen step or of one of its callers. */
import { useEffect, useRef } from "preact/hooks";
import type { FrameData, PlaceData, RunData, SourceData } from "../data.js";
import { keepInView, Scrolls } from "./scrolls.js";

interface SourcePanelProps {
  readonly run: RunData;
  readonly sources: readonly SourceData[];
  readonly position: number;
  readonly asked: PlaceData | undefined;
  readonly onPlace: (place: PlaceData) => void;
}

export function SourcePanel({ run, sources, position, asked, onPlace }: SourcePanelProps) {
  const step = run.steps[position - 1];
  const place = asked ?? step;
  const file = place?.file ?? run.steps[0]?.file ?? run.place?.file;
  const source = sources.find((each) => each.file === file);
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    keepInView(frame.current, ".here", 0.3);
  }, [place?.file, place?.line]);
  const cited = new Set(run.steps.filter((each) => each.file === file).map(({ line }) => line));
  return (
    <section class="panel" aria-label="source">
      <h2>
        Source <span class="quiet">{file}</span>
      </h2>
      {step !== undefined && step.stack.length > 1 && (
        <Stack frames={step.stack} place={place} onPlace={onPlace} />
      )}
      {source?.hasChanged === true && (
        <p class="notice">This file is not as it was when it was checked: lines may not fit.</p>
      )}
      {source === undefined ? (
        <p class="quiet">The source was not there when this page was made.</p>
      ) : (
        <Scrolls label={`source of ${source.file}`} class="source" frame={frame}>
          <pre>
            {source.lines.map((text, index) => {
              const line = index + 1;
              const isHere = place?.file === source.file && line >= place.line && line <= place.endLine;
              const classes = [...(isHere ? ["here"] : []), ...(cited.has(line) ? ["cited"] : [])];
              return (
                <div
                  key={line}
                  class={classes.join(" ") || undefined}
                  aria-current={isHere ? "true" : undefined}
                >
                  <span class="line-number">{line}</span>
                  <code>{text}</code>
                </div>
              );
            })}
          </pre>
        </Scrolls>
      )}
    </section>
  );
}

interface StackProps {
  readonly frames: readonly FrameData[];
  readonly place: PlaceData | undefined;
  readonly onPlace: (place: PlaceData) => void;
}

/** The calls that led to the step; each shows its line. */
function Stack({ frames, place, onPlace }: StackProps) {
  return (
    <p class="stack">
      {frames.map((frame, depth) => {
        const isShown = frame.file === place?.file && frame.line === place.line;
        return (
          <span key={`${depth} ${frame.procedure}`}>
            {depth > 0 && <span class="quiet"> › </span>}
            <button type="button" class="plain" aria-pressed={isShown} onClick={() => onPlace(frame)}>
              {frame.procedure === "" ? "thread" : frame.procedure}
            </button>
          </span>
        );
      })}
    </p>
  );
}

/** The diagram: a column for each thread, a row for each step, and at the end who waits. */
import { Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { PlaceData, RunData, StepData, WaitData } from "../data.js";
import { citing } from "./places.js";
import { keepInView, keepInViewSideways, Scrolls } from "./scrolls.js";

interface LanesProps {
  readonly run: RunData;
  readonly position: number;
  readonly onStep: (step: number) => void;
  readonly onPlace: (place: PlaceData) => void;
}

export function Lanes({ run, position, onStep, onPlace }: LanesProps) {
  const { lanes, steps, loop, waits } = run;
  const shownWaits = waits.filter(({ lane }) => lane !== undefined);
  const cite = citing([...steps, ...shownWaits]);
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    keepInView(frame.current, '[aria-current="step"]');
    keepInViewSideways(frame.current, '[aria-current="step"] .taken');
  }, [position]);
  return (
    <Scrolls label="interleaving" class="lanes" id="lanes" frame={frame}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              step
            </th>
            <th scope="col" class="number">
              line
            </th>
            {lanes.map(({ cpu, thread }) => (
              <th key={thread} scope="col">
                {cpu}
                <div class="thread">{thread}</div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <Fragment key={step.n}>
              {step.n === loop && <Across lanes={lanes.length} text="↻ from here on, for ever" isLoop />}
              {step.switchReason !== undefined && (
                <Across
                  lanes={lanes.length}
                  text={`⇄ ${step.switchReason}`}
                  isLoop={loop !== undefined && step.n > loop}
                />
              )}
              <StepRow
                step={step}
                lanes={lanes.length}
                isCurrent={step.n === position}
                isTabStop={step.n === Math.max(position, 1)}
                isAhead={step.n > position}
                isLoop={loop !== undefined && step.n >= loop}
                cite={cite}
                onStep={onStep}
              />
            </Fragment>
          ))}
          {loop !== undefined && (
            <Across lanes={lanes.length} text={`↻ and again from step ${loop}`} isLoop />
          )}
          {shownWaits.map((wait) => (
            <WaitRow key={wait.thread} wait={wait} lanes={lanes.length} cite={cite} onPlace={onPlace} />
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

function Across({
  lanes,
  text,
  isLoop,
}: {
  readonly lanes: number;
  readonly text: string;
  readonly isLoop: boolean;
}) {
  return (
    <tr class={`across${isLoop ? " loop" : ""}`}>
      <td colSpan={lanes + 2}>{text}</td>
    </tr>
  );
}

interface StepRowProps {
  readonly step: StepData;
  readonly lanes: number;
  readonly isCurrent: boolean;
  readonly isTabStop: boolean;
  /** Whether it has not been taken yet. */
  readonly isAhead: boolean;
  readonly isLoop: boolean;
  readonly cite: (place: PlaceData) => string;
  readonly onStep: (step: number) => void;
}

function StepRow({ step, lanes, isCurrent, isTabStop, isAhead, isLoop, cite, onStep }: StepRowProps) {
  const classes = [
    "step",
    ...(step.fails ? ["fails"] : []),
    ...(isAhead ? ["ahead"] : []),
    ...(isLoop ? ["loop"] : []),
    ...(step.isEssential ? [] : ["aside"]),
  ];
  return (
    <tr class={classes.join(" ")} aria-current={isCurrent ? "step" : undefined}>
      <th scope="row" class="number">
        {step.n}
      </th>
      <td class="number quiet">{cite(step)}</td>
      {cells(lanes, step.lane, () => (
        <>
          {step.heading !== undefined && <div class="heading">{step.heading}</div>}
          <button type="button" class="plain" tabIndex={isTabStop ? 0 : -1} onClick={() => onStep(step.n)}>
            <code>{step.text}</code>
          </button>
          {step.notes.map(({ text, kind }) => (
            <div key={text} class={`note ${kind}`}>
              {text}
            </div>
          ))}
        </>
      ))}
    </tr>
  );
}

interface WaitRowProps extends Pick<LanesProps, "onPlace">, Pick<StepRowProps, "cite"> {
  readonly wait: WaitData;
  readonly lanes: number;
}

function WaitRow({ wait, lanes, cite, onPlace }: WaitRowProps) {
  return (
    <tr class="waits">
      <th scope="row" class="number">
        <span class="unseen">waits</span>
      </th>
      <td class="number quiet">{cite(wait)}</td>
      {cells(lanes, wait.lane ?? 0, () => (
        <>
          <button type="button" class="plain" onClick={() => onPlace(wait)}>
            <code>{wait.text}</code>
          </button>
          <div class="note failure">waits for {wait.waitingFor}</div>
        </>
      ))}
    </tr>
  );
}

/** One cell for each lane, of which one says something. */
function cells(lanes: number, filled: number, content: () => preact.ComponentChildren) {
  return Array.from({ length: lanes }, (_, lane) => (
    <td key={lane} class={lane === filled ? "lane taken" : "lane"}>
      {lane === filled && content()}
    </td>
  ));
}

/** Why the run fails, in sentences; for a deadlock of locks also the locks alone, as lockdep prints them. */
import type { RunData, ScenarioData } from "../data.js";
import { shortName } from "./places.js";
import { Scrolls } from "./scrolls.js";

interface ExplanationProps {
  readonly run: RunData;
  readonly onStep: (step: number) => void;
}

export function Explanation({ run, onStep }: ExplanationProps) {
  const { check, message, place, sentences, length } = run;
  return (
    <section class="explanation" aria-label="why it fails">
      <p>
        <strong class="bad">{check}</strong>: {message}
        {place !== undefined && (
          <span class="quiet">
            {" "}
            ({shortName(place.file)}:{place.line})
          </span>
        )}
      </p>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {run.scenario.length > 0 && <Scenario run={run} onStep={onStep} />}
      <p class="quiet">{length}</p>
    </section>
  );
}

function Scenario({ run, onStep }: ExplanationProps) {
  const lanes = [...new Set(run.scenario.map(({ lane }) => lane))].sort((a, b) => a - b);
  return (
    <Scrolls label="the locks alone">
      <table class="scenario">
        <thead>
          <tr>
            {lanes.map((lane) => (
              <th key={lane} scope="col">
                {run.lanes[lane]?.cpu}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {run.scenario.map((line, index) => (
            <tr key={index}>
              {lanes.map((lane) => (
                <td key={lane}>{line.lane === lane && <ScenarioLine line={line} onStep={onStep} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

function ScenarioLine({
  line: { text, n },
  onStep,
}: { readonly line: ScenarioData } & Pick<ExplanationProps, "onStep">) {
  if (n === undefined) return <code>{text}</code>;
  return (
    <button type="button" class="plain" title={`step ${n}`} onClick={() => onStep(n)}>
      <code>{text}</code>
    </button>
  );
}

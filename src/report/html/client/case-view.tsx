/** One case: what came out and why, and its interleaving where it has one. */
import type { CaseData, SourceData } from "../data.js";
import { OVERVIEW } from "./route.js";
import { RunView } from "./run-view.js";

interface CaseViewProps {
  readonly shown: CaseData;
  readonly sources: readonly SourceData[];
  /** As the address has it. */
  readonly step: number | undefined;
  readonly onStep: (step: number) => void;
}

export function CaseView({ shown, sources, step, onStep }: CaseViewProps) {
  const { spec, name, mark, tone, verdict, outcome, why, standsFor, message, diagnostics, run } = shown;
  return (
    <>
      <nav>
        <a href={OVERVIEW}>All cases</a> <span class="quiet">› {spec}</span>
      </nav>
      <h1>
        <span class={tone} aria-hidden="true">
          {mark}
        </span>{" "}
        {name}
      </h1>
      <p>
        <strong>{verdict}</strong>, <span class={tone}>{outcome}</span>
        {standsFor !== undefined && <span class="quiet"> · {standsFor}</span>}
      </p>
      {why !== undefined && <p class="quiet">The spec’s reason: {why}</p>}
      {run === undefined && message !== undefined && <p>{message}</p>}
      {diagnostics.map(({ code, place, message: what, why: reason, help }) => (
        <div class="notice" key={`${code} ${what}`}>
          <strong>{code}</strong> {what}
          {place !== undefined && <div class="quiet">{place}</div>}
          {reason !== undefined && <div>Why: {reason}</div>}
          {help !== undefined && <div>Instead: {help}</div>}
        </div>
      ))}
      {run !== undefined && <RunView run={run} sources={sources} step={step} onStep={onStep} />}
      <p class="quiet">
        See it alone: <code>{shown.command}</code>
      </p>
    </>
  );
}

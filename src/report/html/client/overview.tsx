/** The table of all cases, what changed against the base, and what no case explored. */
import { Fragment } from "preact";
import type { CaseData, ChangeData, PageData, UnexploredData } from "../data.js";
import { formatRoute } from "./route.js";
import { Scrolls } from "./scrolls.js";

export function Overview({
  data,
  missing,
}: {
  readonly data: PageData;
  readonly missing?: string | undefined;
}) {
  const specs = [...new Set(data.cases.map(({ spec }) => spec))];
  const isMeasured = data.cases.some(({ findings }) => findings !== undefined);
  return (
    <>
      {missing !== undefined && <p class="notice">This report has no case called {missing}.</p>}
      {data.strict !== undefined && <p class="notice">{data.strict}</p>}
      <Scrolls label="cases">
        <table class="cases">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">outcome</span>
              </th>
              <th scope="col">case</th>
              <th scope="col">verdict</th>
              <th scope="col" class="number">
                states
              </th>
              <th scope="col" class="number">
                time
              </th>
              {isMeasured && (
                <th scope="col" class="number">
                  not explored
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {specs.map((spec) => (
              <Fragment key={spec}>
                <tr class="spec">
                  <th scope="rowgroup" colSpan={isMeasured ? 6 : 5}>
                    {spec}
                  </th>
                </tr>
                {data.cases
                  .filter((each) => each.spec === spec)
                  .map((each) => (
                    <CaseRow key={each.id} shown={each} isMeasured={isMeasured} />
                  ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </Scrolls>
      {data.changes !== undefined && <Changes changes={data.changes} />}
      {data.unexplored.map((spec) => (
        <Unexplored key={spec.spec} {...spec} />
      ))}
    </>
  );
}

function CaseRow({ shown, isMeasured }: { readonly shown: CaseData; readonly isMeasured: boolean }) {
  const { id, name, mark, tone, verdict, outcome, states, time, findings, run } = shown;
  return (
    <tr>
      <td class={tone}>
        <span aria-hidden="true">{mark}</span>
        <span class="unseen">{outcome}</span>
      </td>
      <td>
        <a href={formatRoute({ id })}>{name}</a>
        {run !== undefined && <span class="quiet"> {run.steps.length} steps</span>}
      </td>
      <td>
        {verdict}
        {tone !== "good" && <div class={tone}>{outcome}</div>}
      </td>
      <td class="number">{states}</td>
      <td class="number">{time}</td>
      {isMeasured && <td class="number">{findings ?? ""}</td>}
    </tr>
  );
}

function Changes({ changes }: { readonly changes: readonly ChangeData[] }) {
  if (changes.length === 0) return <p>No change against the base: the same cases, verdicts and states.</p>;
  return (
    <section>
      <h2>Changes against the base</h2>
      <Scrolls label="changes">
        <table class="cases">
          <thead>
            <tr>
              {["case", "what", "before", "now"].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changes.map(({ what, kind, from, to }) => (
              <tr key={`${what} ${kind}`}>
                <td>{what}</td>
                <td>{kind}</td>
                <td>{from}</td>
                <td>{to}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </section>
  );
}

function Unexplored({ spec, findings }: UnexploredData) {
  return (
    <section>
      <h2>{spec}: not explored by any case</h2>
      <ul class="findings">
        {findings.map(({ place, words }) => (
          <li key={`${place} ${words}`}>
            <span class="quiet">{place}</span> {words}
          </li>
        ))}
      </ul>
    </section>
  );
}

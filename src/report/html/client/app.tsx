/** What the address asks for: the table of all cases, or one of them. */
import { useEffect, useState } from "preact/hooks";
import type { PageData } from "../data.js";
import { CaseView } from "./case-view.js";
import { Overview } from "./overview.js";
import { formatRoute, OVERVIEW, parseRoute, type Route } from "./route.js";

export function App({ data }: { readonly data: PageData }) {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const shown = data.cases.find(({ id }) => id === route?.id);
  useEffect(() => {
    document.title = shown === undefined ? "Latchwork report" : `${shown.name}: ${shown.verdict}`;
    scrollTo(0, 0);
  }, [shown]);

  /** The address follows the steps without filling the history with them. */
  const goTo = (next: Route) => {
    history.replaceState(null, "", formatRoute(next));
    setRoute(next);
  };
  return (
    <>
      <header class="page-head">
        <a class="brand" href={OVERVIEW}>
          Latchwork
        </a>
        <span class={data.isGood ? "good" : "bad"}>{data.counts}</span>
        <span class="quiet made">{data.made}</span>
      </header>
      <main>
        {shown === undefined ? (
          <Overview data={data} missing={route?.id} />
        ) : (
          <CaseView
            key={shown.id}
            shown={shown}
            sources={data.sources}
            step={route?.step}
            onStep={(step) => goTo({ id: shown.id, step })}
          />
        )}
      </main>
    </>
  );
}

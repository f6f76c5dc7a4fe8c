/** What a watch keeps from round to round, and what it must not: the built one, in this process, by the explorer alone. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CaseThreads, caseThreads } from "../../src/app/case-threads.js";
import type { watch } from "../../src/app/watch.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import type { CaseReport, RunReport } from "../../src/report/reporter.js";
import { Project } from "../support/command.js";
import { countingSpec, exploreRequest } from "../support/explore-request.js";
import { asExpected } from "./specs.js";

const built = (name: string) => import(new URL(`../../dist/app/${name}.js`, import.meta.url).href);

type Told = { readonly report: RunReport } | { readonly refused: readonly Diagnostic[] };

let project: Project;
let stop: AbortController;
let watching: Promise<void> | undefined;
/** How often threads were made for the watch, and which cases were asked about in them, in order. */
let made: number;
let asked: string[];
/** Cases that a thread is busy with. */
let busy: Set<string>;
let next: (told: Told) => void;
let ended: CaseReport[];
let onBusy: (() => void) | undefined;

beforeEach(() => {
  stop = new AbortController();
  made = 0;
  asked = [];
  busy = new Set();
  ended = [];
});
afterEach(async () => {
  stop.abort();
  await watching;
  project?.remove();
});

const told = () =>
  new Promise<Told>((done) => {
    next = done;
  });

async function start(files: Readonly<Record<string, string>>): Promise<void> {
  project = new Project(files);
  const { watch: watchBuilt }: { watch: typeof watch } = await built("watch");
  const { caseThreads: make }: { caseThreads: typeof caseThreads } = await built("case-threads");
  const threads = (): CaseThreads => {
    made++;
    const own = make();
    return {
      ...own,
      ask: async (job, listener) => {
        const { name } = job.compiled.declaration;
        asked.push(name);
        busy.add(name);
        if (name === "slow") onBusy?.();
        return own.ask(job, listener).finally(() => busy.delete(name));
      },
    };
  };
  watching = watchBuilt(exploreRequest(project.path, { maxWorkers: 2, threads, signal: stop.signal }), {
    onExplore: () => ({ onCaseEnd: (report) => void ended.push(report) }),
    onExplored: (report) => next({ report }),
    onConfirmed: () => undefined,
    onRefused: (refused) => next({ refused }),
  });
  // A defect is no answer that does not come.
  watching.catch((error: unknown) =>
    next({ refused: [{ code: "defect", message: String(error) } as never] }),
  );
}

/** Saves a file; what the round says of it. */
async function save(name: string, text: string): Promise<Told> {
  const answer = told();
  asked = [];
  writeFileSync(join(project.path, name), text);
  return answer;
}

const verdicts = (answer: Told) => {
  if ("refused" in answer) return answer.refused.map(({ code }) => code);
  return answer.report.cases.map((each) => `${each.case} ${each.check ?? each.verdict}`).sort();
};

test("threads stay, and only a case whose model has changed is asked about", async () => {
  const first = told();
  await start({
    "specs/refs.ts": asExpected
      .replace("let refs = 2;", "let refs = n;")
      .replace(/^/, 'import { n } from "../lib/shared.js";\n'),
    "lib/shared.ts": "export const n = 2;\n",
  });
  expect(verdicts(await first)).toEqual(["locked holds", "unlocked assert"]);
  const text = readFileSync(join(project.path, "specs/refs.ts"), "utf8");
  const placeOf = (answer: Told) => {
    const found =
      "report" in answer ? answer.report.cases.find(({ trace }) => trace !== undefined) : undefined;
    return found?.trace?.failure.span?.line;
  };
  const before = placeOf(await save("specs/refs.ts", `${text}\n`));
  expect(asked).toEqual([]);
  // A comment moves the lines, and no model changes.
  expect(placeOf(await save("specs/refs.ts", `// A comment.\n${text}`))).toBe(before! + 1);
  expect(asked).toEqual([]);
  // Nothing but one case.
  await save("specs/refs.ts", text.replace("both can see 0", "both see 0"));
  expect(asked).toEqual(["unlocked"]);
  // A procedure that all use: what was read before is not what counts.
  const unlucky = await save("specs/refs.ts", text.replace("assert(!freed)", "assert(freed)"));
  expect(verdicts(unlucky)).toEqual(["locked assert", "unlocked assert"]);
  expect(asked.toSorted()).toEqual(["locked", "unlocked"]);
  await save("specs/refs.ts", text);
  // A file that it imports, from a folder beside.
  expect(verdicts(await save("lib/shared.ts", "export const n = 3;\n"))).not.toEqual([
    "locked holds",
    "unlocked assert",
  ]);
  expect(asked.toSorted()).toEqual(["locked", "unlocked"]);
  expect(made).toBe(1);
});

test("a spec with a type error is not told as good, and is again once it is right", async () => {
  const first = told();
  await start({ "specs/refs.ts": asExpected });
  await first;
  ended = [];
  const wrong = await save("specs/refs.ts", `${asExpected}\nexport const wrong: number = "text";\n`);
  expect(verdicts(wrong)).not.toContain("locked holds");
  expect("refused" in wrong).toBe(true);
  expect(ended).toEqual([]);
  expect(verdicts(await save("specs/refs.ts", `// Right.\n${asExpected}`))).toEqual([
    "locked holds",
    "unlocked assert",
  ]);
});

test("a save does not wait for what the one before it had begun", async () => {
  const first = told();
  await start({ "specs/refs.ts": asExpected });
  await first;
  const slow = told();
  const begun = new Promise<void>((done) => {
    onBusy = done;
  });
  writeFileSync(join(project.path, "specs/slow.ts"), countingSpec("slow"));
  await begun;
  writeFileSync(join(project.path, "specs/slow.ts"), asExpected);
  expect(verdicts(await slow)).toEqual([
    "locked holds",
    "locked holds",
    "unlocked assert",
    "unlocked assert",
  ]);
  expect(busy.has("slow")).toBe(false);
});

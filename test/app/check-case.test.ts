/** Who is asked about a case, and what is made of the answers: what merging hides, and engines that do not agree. */
import { expect, test } from "vitest";
import { type CaseRequest, type CheckedCase, checkCase } from "../../src/app/check-case.js";
import type { CompiledCase } from "../../src/app/load.js";
import { translateCase } from "../../src/app/models.js";
import { type AskedModel, type PreparedCase, prepareCase } from "../../src/app/prepare.js";
import { emitModule } from "../../src/emit/module.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { reduce } from "../../src/reduction/reduce.js";
import { type RunDirectory, withRunDirectory } from "../../src/tlc/run-directory.js";
import { compileText } from "../support/compile.js";
import { realTools } from "../support/tools.js";

function compiledCase(text: string, expectedCheck?: string): CompiledCase {
  const model = compileText(text);
  const declaration = { name: "only", expectedCheck, why: "w" } as CompiledCase["declaration"];
  const runsModule = model.liveness.length > 0 ? "only_runs" : undefined;
  return { spec: "specs/test.ts", declaration, module: "only", runsModule, model };
}

/** Checks with the explorer alone, and tells how often the case was prepared anew. */
async function explored(prepared: PreparedCase, options: Partial<CaseRequest["options"]> = {}) {
  const again: unknown[] = [];
  const request: CaseRequest = {
    options: { engine: "explore", tlcWorkers: 1, coverage: false, ...options },
    tools: undefined,
    signal: new AbortController().signal,
    // Nothing is written where TLC is not asked.
    directory: { path: "" } as RunDirectory,
    prepared,
    prepareAgain: (how) => {
      again.push(how);
      return Promise.resolve(prepareCase(prepared.compiled, how));
    },
    observer: {},
    explorerBytes: 2 ** 30,
    started: performance.now(),
  };
  const checked: CheckedCase = await checkCase(request);
  return { ...checked.report, again };
}

const RACE = `
const a = spinlock();
let x = 0;
thread("one", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
thread("two", () => { assert(x === 0); });`;

/** Merged as if every guess were true. */
function believing(compiled: CompiledCase): PreparedCase {
  const model = { ...compiled.model, liveness: [] };
  const believed = reduce(model, {
    purpose: "states",
    explore: () => ({ complete: false, refuted: new Set() }),
  });
  const emitted = emitModule(believed.model, compiled.module);
  const asked = {
    model: believed.model,
    symmetric: believed.model,
    unmerged: model,
    emitted,
    map: "",
    reduction: believed,
  };
  return { compiled, states: asked, runs: asked };
}

test("a guess that is false is no verdict: the case is merged again without guesses", async () => {
  const prepared = believing(compiledCase(RACE));
  expect([...exploreSync(prepared.states.model).failing.keys()]).toEqual(["guess"]);
  const { verdict, check, again } = await explored(prepared);
  expect({ verdict, check, again }).toEqual({
    verdict: "violated",
    check: "assert",
    again: [{ reduce: true, guess: false }],
  });
});

test("TLC finds a false guess as well", async () => {
  const compiled = compiledCase(RACE);
  const tools = await realTools();
  const again: unknown[] = [];
  const { report } = await withRunDirectory(async (directory) => {
    const translated = async (prepared: PreparedCase) => {
      await translateCase(tools, directory, prepared);
      return prepared;
    };
    return checkCase({
      options: { engine: "tlc", tlcWorkers: 1, coverage: false },
      tools,
      signal: new AbortController().signal,
      directory,
      prepared: await translated(believing(compiled)),
      prepareAgain: (how) => {
        again.push(how);
        return translated(prepareCase(compiled, how));
      },
      observer: {},
      explorerBytes: 2 ** 30,
      started: performance.now(),
    });
  });
  expect(report).toMatchObject({ verdict: "violated", check: "assert" });
  expect(again).toEqual([{ reduce: true, guess: false }]);
});

/** While t2 has not come to its lock it can go on; merged, it is there at once. */
const CIRCLE = `
const a = spinlock(); const b = spinlock(); let f = 0;
thread("t0", () => { spin_lock(a); spin_lock(b); });
thread("t1", () => { spin_lock(b); spin_lock(a); });
thread("t2", () => { f = 1; spin_lock(a); });`;

test("who expects a wait-cycle that merging hides is answered without merging", async () => {
  const prepared = prepareCase(compiledCase(CIRCLE, "wait-cycle"), { reduce: true });
  expect(exploreSync(prepared.states.model).failing.has("wait-cycle")).toBe(false);
  const { check, asExpected, again } = await explored(prepared);
  expect({ check, asExpected, again }).toEqual({
    check: "wait-cycle",
    asExpected: true,
    again: [{ reduce: false }],
  });
});

test("a case that fails is answered although it has no end of states", async () => {
  const text = `let n = 0; thread("a", () => { for (;;) { n++; assert(n !== 3); } }); thread("b", () => { for (;;) n++; });`;
  expect(await explored(prepareCase(compiledCase(text), { reduce: true }))).toMatchObject({
    check: "assert",
  });
  const expecting = prepareCase(compiledCase(text, "assert"), { reduce: true });
  expect(await explored(expecting)).toMatchObject({ check: "assert", asExpected: true });
  const another = prepareCase(compiledCase(text, "deadlock"), { reduce: true });
  expect(await explored(another)).toMatchObject({ verdict: "inconclusive" });
});

test("what grows without end is named where nothing is merged, too", async () => {
  const text = `let n = 0; let m = u8(0); thread("a", () => { for (;;) n++; }); thread("b", () => { for (;;) m++; });`;
  const prepared = prepareCase(compiledCase(text), { reduce: false });
  const { verdict, diagnostics } = await explored(prepared, { timeoutSeconds: 1 });
  expect(verdict).toBe("inconclusive");
  expect(diagnostics).toMatchObject([
    {
      code: "LW3012",
      message: expect.stringContaining("n grows"),
      why: expect.stringContaining("n becomes 8"),
    },
  ]);
});

test("the explorer keeps to the time that it is given", async () => {
  const large = Array.from(
    { length: 7 },
    (_, t) => `let x${t} = u8(0); thread("t${t}", () => { for (;;) x${t}++; });`,
  );
  const prepared = prepareCase(compiledCase(large.join("\n")), { reduce: false });
  const { verdict, diagnostics } = await explored(prepared, { timeoutSeconds: 1 });
  expect(verdict).toBe("inconclusive");
  expect(diagnostics?.map(({ code }) => code)).toEqual(["LW3005"]);
});

/** Asks about a model that is translated for TLC; `seen` says what else is different. */
async function checked(
  honest: PreparedCase,
  seen: Partial<AskedModel>,
  options: Pick<CaseRequest["options"], "engine" | "coverage">,
): Promise<CheckedCase> {
  const tools = await realTools();
  // What is made when it is asked for is made of the honest model.
  const { emitted, symmetric, map } = honest.states;
  const asked = { ...honest.states, emitted, symmetric, map, ...seen };
  return withRunDirectory(async (directory) => {
    await translateCase(tools, directory, honest);
    return checkCase({
      options: { tlcWorkers: 1, ...options },
      tools,
      signal: new AbortController().signal,
      directory,
      prepared: { ...honest, states: asked, runs: asked },
      prepareAgain: () => Promise.reject(new Error("prepared again")),
      observer: {},
      explorerBytes: 2 ** 30,
      started: performance.now(),
    });
  });
}

/** Both engines about a case, the explorer about another model than TLC. */
async function bothAbout(text: string, other: string, expectedCheck?: string) {
  const honest = prepareCase(compiledCase(text, expectedCheck), { reduce: false });
  const { report } = await checked(
    honest,
    { model: compileText(other) },
    { engine: "both", coverage: false },
  );
  return report;
}

const HOLDS = 'let x = 0; thread("a", () => { x = 1; x = 2; });';

test.each([
  ["one more state", HOLDS, 'let x = 0; thread("a", () => { x = 1; x = 2; x = 3; });', undefined],
  [
    "a failure that only the explorer finds",
    HOLDS,
    `${HOLDS} thread("b", () => { assert(x !== 2); });`,
    undefined,
  ],
  [
    "what is expected fails for the explorer alone",
    'let x = 0; thread("a", () => { x = 1; assert(x === 0); });',
    'let x = 0; thread("a", () => { x = 1; assert(x === 0); }); thread("b", () => { until(x === 7); });\nthread("c", () => { if (x === 1) { check("wrap", false); } });',
    "wrap",
  ],
])("engines that disagree are an error: %s", async (_, text, other, expected) => {
  const { verdict, diagnostics } = await bothAbout(text, other, expected);
  expect(verdict).toBe("error");
  expect(diagnostics?.map(({ code }) => code)).toEqual(["LW9002"]);
});

test("with both engines, one without an answer leaves no verdict", async () => {
  const overflowing = 'let x = 0; thread("a", () => { x = 2147483647; x = x + 1; });';
  const { verdict, diagnostics } = await bothAbout(HOLDS, overflowing);
  expect(verdict).toBe("inconclusive");
  expect(diagnostics?.map(({ code }) => code)).toEqual(["LW3011"]);
});

/** As merging has it that has seen every state, and as it has it that gave up. */
const reductionOf = (complete: boolean) => ({ decisions: [], relied: [], complete });

const BRANCHES = `
const a = spinlock(); const b = rwlock(); const quiet = spinlock(); let x = 0; let armed = false;
function look() { if (armed) { spin_lock(quiet); x = 7; spin_unlock(quiet); } }
thread("one", () => { spin_lock(a); x = 1; look(); spin_unlock(a); });
thread("two", () => { if (spin_trylock(a)) { x = 0; spin_unlock(a); } else { read_lock(b); read_unlock(b); } });
thread("three", () => { read_lock(b); read_unlock(b); });
invariant("armed", () => !(x === 7) || armed);
`;

test.each([
  ["plain", false],
  ["merged", true],
])("the explorer finds reached what TLC finds reached: %s", async (_, isMerged) => {
  const prepared = prepareCase(compiledCase(BRANCHES), { reduce: isMerged });
  const options = { engine: "tlc", coverage: true } as const;
  const [byTlc, byExplorer] = await Promise.all(
    [false, true].map((complete) => checked(prepared, { reduction: reductionOf(complete) }, options)),
  );
  expect(byTlc?.explored?.reached.contended.size).toBeGreaterThan(0);
  expect(byExplorer?.explored).toEqual(byTlc?.explored);
  expect(byExplorer?.report.coverage).toEqual(byTlc?.report.coverage);
  expect(byExplorer?.report.coverage).toMatchObject({
    untaken: ["quiet"],
    vacuous: [{ invariant: "armed" }],
  });
});

test.each([
  ["one more state", HOLDS, 'let x = 0; thread("a", () => { x = 1; x = 2; x = 3; });'],
  ["a failure", HOLDS, 'let x = 0; thread("a", () => { x = 1; assert(x === 0); });'],
  ["no failure", 'let x = 0; thread("a", () => { x = 1; assert(x === 0); });', HOLDS],
])("TLC may not say another thing than the explorer has seen: %s", async (_, text, other) => {
  const honest = prepareCase(compiledCase(text), { reduce: false });
  const options = { engine: "tlc", coverage: true } as const;
  const asked = { model: compileText(other), reduction: reductionOf(true) };
  const { report, explored: reached } = await checked(honest, asked, options);
  expect(report.verdict).toBe("error");
  expect(report.diagnostics?.map(({ code }) => code)).toEqual(["LW9002"]);
  expect(reached).toBeUndefined();
});

test("what an invariant presupposes is asked only where it means something", async () => {
  const text = `
    class Owner { busy = true; n = 1; }
    const one = new Owner(); let owner: Owner | null = null;
    thread("a", () => { owner = one; });
    invariant("owned", () => owner !== null && (!owner.busy || owner.n > 0));`;
  const prepared = prepareCase(compiledCase(text, "invariant"), { reduce: true });
  const { report, explored: reached } = await checked(prepared, {}, { engine: "tlc", coverage: true });
  expect(report).toMatchObject({ verdict: "violated", check: "invariant", asExpected: true });
  expect(reached?.reached.premises.size).toBe(1);
});

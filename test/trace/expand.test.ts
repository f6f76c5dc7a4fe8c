/** Counterexamples of reduced models: each is a run of the plain model that is as wrong, and told as one. */
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns } from "../../src/explorer/liveness.js";
import {
  formatValue,
  initialState,
  locationPath,
  type State,
  stateKey,
  threadsOf,
} from "../../src/interpreter/state.js";
import { runStep } from "../../src/interpreter/step.js";
import type { Model } from "../../src/ir/model.js";
import { reduce } from "../../src/reduction/reduce.js";
import { withoutBystanders } from "../../src/trace/bystanders.js";
import { expandLasso } from "../../src/trace/expand-lasso.js";
import { expandViolation } from "../../src/trace/expand-violation.js";
import { extentOf } from "../../src/trace/extent.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
import { flawOf, isFalseOn, loopState, replayLasso } from "../../src/trace/lasso.js";
import { type Move, replay } from "../../src/trace/replay.js";
import { simplify } from "../../src/trace/simplify.js";
import { simplifyLasso } from "../../src/trace/simplify-lasso.js";
import { tell } from "../../src/trace/tell.js";
import { tellLasso } from "../../src/trace/tell-lasso.js";
import { violates } from "../../src/trace/violates.js";
import { expectRun } from "../explorer/agreement.js";
import { randomRunSpec, randomSpec } from "../soundness/generate.js";
import { CONTEXT_SPECS } from "../soundness/specs-contexts.js";
import { LIBRARY_EXCHANGE_SPECS } from "../soundness/specs-library-exchange.js";
import { LIBRARY_LOCK_SPECS } from "../soundness/specs-library-locks.js";
import { LIBRARY_MEMORY_SPECS } from "../soundness/specs-library-memory.js";
import { LIBRARY_WAIT_SPECS } from "../soundness/specs-library-waits.js";
import { RUN_SPECS } from "../soundness/specs-liveness.js";
import { MEMORY_SPECS } from "../soundness/specs-memory.js";
import { MERGING_SPECS } from "../soundness/specs-merging.js";
import { MERGING_MORE_SPECS } from "../soundness/specs-merging-more.js";
import { MERGING_RULE_SPECS } from "../soundness/specs-merging-rules.js";
import { compileText } from "../support/compile.js";

const SPECS = [
  ...MERGING_SPECS,
  ...MERGING_RULE_SPECS,
  ...MERGING_MORE_SPECS,
  ...CONTEXT_SPECS,
  ...LIBRARY_EXCHANGE_SPECS,
  ...LIBRARY_LOCK_SPECS,
  ...LIBRARY_MEMORY_SPECS,
  ...LIBRARY_WAIT_SPECS,
  ...MEMORY_SPECS,
];

/** Who knows the initial memory and what each step changed knows memory at the end. */
function expectFollowed(model: Model, { initial, steps }: Interleaving, { memory }: State): void {
  const known = new Map(initial.map(({ path, value }) => [path, value]));
  for (const { path, from, to } of steps.flatMap(({ effects }) => effects)) {
    expect(`${path} = ${known.get(path)}`).toBe(`${path} = ${from}`);
    known.set(path, to);
  }
  for (const [at, value] of memory) {
    const path = locationPath(model, at);
    if (known.has(path)) expect(`${path} = ${known.get(path)}`).toBe(`${path} = ${formatValue(value)}`);
  }
}

/** How many counterexamples of the reduced model there were, each of which was one of the plain model. */
function expectExpanded(plain: Model): number {
  const { model } = reduce(plain, { purpose: "states", explore: exploreSync });
  const { failing } = exploreSync(model);
  for (const { check, invariant, path } of failing.values()) {
    const violated = { check, invariant };
    const moves = replay(model, path());
    const shown = expandViolation(plain, model, moves, violated);
    const states = [shown[0]?.before ?? initialState(plain), ...shown.map(({ outcome }) => outcome.state)];
    expectRun(plain, states);
    for (const [index, { before }] of shown.entries()) expect(before).toBe(states[index]);
    expect(violates(plain, states.at(-1)!, violated)).toBe(true);
    const { moves: kept, rest } = simplify(plain, states[0]!, shown, violated);
    expect(kept.length).toBeLessThanOrEqual(shown.length);
    const around = [...kept, ...rest].map(({ outcome }) => outcome.state);
    expectRun(plain, [states[0]!, ...around]);
    expect(violates(plain, around.at(-1) ?? states[0]!, violated)).toBe(true);
    const told = tell(plain, states[0]!, { moves: kept, rest }, violated, extentOf(shown));
    expectFollowed(plain, told, kept.at(-1)?.outcome.state ?? states[0]!);
    expect(told.failure.check).toBe(check);
    expect(told.failure.message).not.toBe("");
    if (check === "deadlock" || check === "wait-cycle") expect(told.blocked).not.toEqual([]);
    if (invariant !== undefined) expect(told.failure.message).toContain(invariant);
  }
  return failing.size;
}

const NO_EXTENT = { steps: 0, contextSwitches: 0 };

describe("what fails in a reduced model fails in a run of the plain one", () => {
  test.for(SPECS.map(({ name, text }) => [name, text] as const))("%s", ([, text]) => {
    const t = performance.now();
    expectExpanded(compileText(text));
    if (performance.now() - t > 1000) console.log(performance.now() - t, text);
  });
});

describe("a thread that waits, and is interrupted where the loop begins, comes to its wait behind that", () => {
  const plain = compileText(`
    const cpus = instances(Cpu, 1); let never = 0; let x = 0;
    thread("task", () => { if (never === 0) until(x === 1); }, { on: cpus[0] });
    hardirq("irq", cpus, () => {});
    never_stuck();`);
  const { model } = reduce(plain, { purpose: "runs", explore: exploreSync });
  const irq = threadsOf(model).find(({ instance }) => instance.name === "irq(cpu0)")!;
  const outside = initialState(model);
  const inside = runStep(model, outside, irq).outcomes[0]!.state;

  test.each([
    ["in the interrupt", [outside, inside, outside], 2],
    ["before it", [outside, inside], 1],
  ])("%s", (_, states, back) => {
    const lasso = replayLasso(model, states, back);
    const expanded = expandLasso(plain, model, lasso, plain.liveness[0]!);
    const moved = (moves: readonly Move[]) => moves.map(({ running }) => running.instance.name);
    expect(moved(expanded.prefix)).toContain("task");
    expect(moved(expanded.loop)).toEqual(["irq(cpu0)", "irq(cpu0)"]);
  });
});

const COUNT = Number(process.env.LATCHWORK_FUZZ_COUNT ?? 80);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_405);
const MOST_STATES = 3000;

function compiled(text: string): Model | undefined {
  try {
    return compileText(text);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DiagnosticsError) return undefined;
    throw error;
  }
}

/** As {@link expectExpanded}, for claims about runs. */
function expectExpandedRuns(plain: Model): number {
  const { model } = reduce(plain, { purpose: "runs", explore: exploreSync });
  const { falseClaims } = exploreRuns(model);
  for (const property of model.liveness) {
    const found = falseClaims.get(property.name);
    if (found === undefined) continue;
    const { prefix, loop } = found;
    const back = loop.length === 1 ? undefined : prefix.length + 1;
    const lasso = replayLasso(model, [...prefix, ...loop], back);
    expect(flawOf(model, property, lasso)).toBeUndefined();
    for (const each of [lasso, simplifyLasso(model, property, lasso)]) {
      const expanded = expandLasso(plain, model, each, property);
      expect(flawOf(plain, property, expanded)).toBeUndefined();
      const all = [...expanded.prefix, ...expanded.loop];
      expectRun(plain, [initialState(plain), ...all.map(({ outcome }) => outcome.state)]);
      expect(stateKey(all.at(-1)?.outcome.state ?? initialState(plain))).toBe(
        stateKey(loopState(plain, expanded)),
      );
      const shortest = simplifyLasso(plain, property, expanded);
      const runs = withoutBystanders(plain, property, shortest);
      for (const run of [shortest, runs.shown, runs.whole]) {
        const moves = [...run.prefix, ...run.loop];
        expectRun(plain, [initialState(plain), ...moves.map(({ outcome }) => outcome.state)]);
        expect(stateKey(moves.at(-1)?.outcome.state ?? initialState(plain))).toBe(
          stateKey(loopState(plain, run)),
        );
        expect(isFalseOn(plain, property, run)).toBe(true);
      }
      // What is left out may be owed a turn: the whole run is the proof that it changes nothing.
      expect(flawOf(plain, property, shortest)).toBeUndefined();
      expect(flawOf(plain, property, runs.whole)).toBeUndefined();
      expect(runs.whole.prefix.slice(0, runs.shown.prefix.length)).toEqual(runs.shown.prefix);
      const told = tellLasso(plain, property, runs, NO_EXTENT);
      expect(told.failure.check).toBe(property.check);
    }
  }
  return falseClaims.size;
}

describe("a run on which a claim is false", () => {
  test.for(RUN_SPECS.map(({ name, text }) => [name, text] as const))("%s", ([, text]) => {
    expectExpandedRuns(compileText(text));
  });
});

test("random claims about runs", { timeout: 60_000 + COUNT * 1000 }, async () => {
  let violated = 0;
  await fc.assert(
    fc.property(randomRunSpec({ wideSteps: true }), (text) => {
      const model = compiled(text);
      fc.pre(model !== undefined && exploreSync(model, { maxStates: MOST_STATES }).complete);
      violated += expectExpandedRuns(model!);
    }),
    { seed: SEED, numRuns: COUNT, maxSkipsPerRun: 20 },
  );
  expect(violated).toBeGreaterThan(COUNT / 10);
});

test("random specs", { timeout: 60_000 + COUNT * 1000 }, async () => {
  let violated = 0;
  await fc.assert(
    fc.property(randomSpec({ wideSteps: true }), (text) => {
      const model = compiled(text);
      fc.pre(model !== undefined && exploreSync(model, { maxStates: MOST_STATES }).complete);
      violated += expectExpanded(model!);
    }),
    { seed: SEED, numRuns: COUNT, maxSkipsPerRun: 10 },
  );
  expect(violated).toBeGreaterThan(COUNT);
});

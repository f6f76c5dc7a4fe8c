/**
 * Random specs. More of them: LATCHWORK_FUZZ_COUNT=300 (with the explorer alone) and LATCHWORK_FUZZ_TLC=100; another
 * series: LATCHWORK_FUZZ_SEED=7. A failure prints seed, path and the smallest text that fast-check found.
 */
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { orbitKey } from "../../src/interpreter/permute.js";
import { valueKey } from "../../src/interpreter/state.js";
import type { Model } from "../../src/ir/model.js";
import { MEMORY_MODELS, type MemoryModel } from "../../src/ir/program.js";
import type { CompileOptions } from "../../src/passes/compile.js";
import { compileText, folded } from "../support/compile.js";
import { type Exploration, explore, type Transition, verdictOf } from "../support/explore.js";
import { expectAgreement } from "./agreement.js";
import { type GeneratorOptions, randomSpec } from "./generate.js";

const COUNT = Number(process.env.LATCHWORK_FUZZ_COUNT ?? 80);
const TLC_COUNT = Number(process.env.LATCHWORK_FUZZ_TLC ?? 15);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_401);
const TIMEOUT = 60_000 + COUNT * 1000 + TLC_COUNT * 10_000;

/** The model, or undefined for a text that the language refuses. */
function compiled(text: string, options?: CompileOptions): Model | undefined {
  try {
    return compileText(text, undefined, options);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DiagnosticsError) return undefined;
    throw error;
  }
}

/** Undefined where there are too many states to wait for, or no end of them. */
function explored(
  model: Model,
  limit: number,
  onTransition?: (t: Transition) => void,
): Exploration | undefined {
  try {
    return explore(model, { limit, ...(onTransition === undefined ? {} : { onTransition }) });
  } catch (error) {
    if (error instanceof Error && /^more than|a store buffer overflows/.test(error.message)) return undefined;
    throw error;
  }
}

const specs = (options: GeneratorOptions) => randomSpec(options).map((text) => new String(text));

/** Runs `check` for `count` specs that compile and are small enough; says how many were thrown away. */
async function forSpecs(
  count: number,
  options: GeneratorOptions,
  check: (text: string) => Promise<boolean> | boolean,
): Promise<void> {
  let discarded = 0;
  const property = fc.asyncProperty(specs(options), async (text) => {
    const used = await check(String(text));
    if (!used) discarded++;
    fc.pre(used);
  });
  console.log(`random specs: ${count}, seed ${SEED}`);
  await fc.assert(property, { seed: SEED, numRuns: count, maxSkipsPerRun: 5, endOnFailure: count < 20 });
  expect(discarded).toBeLessThan(count * 2);
}

const memories = ({ states }: Exploration) =>
  new Set(
    [...states.values()].map(({ state }) =>
      [
        ...[...state.memory].map(([at, value]) => `${at}=${valueKey(value)}`),
        ...[...state.failed].sort(),
      ].join(" "),
    ),
  );

/** Fails unless the reduced model, and one state of each of its orbits, have the verdict of all states of the plain one. */
function expectSameVerdict(all: Exploration, model: Model): void {
  const reduced = explore(model);
  expect(verdictOf(reduced)).toEqual(verdictOf(all));
  expect(reduced.distinct).toBeLessThanOrEqual(all.distinct);
  const keyOf = orbitKey(model, model.symmetry!.group);
  const orbits = explore(model, { keyOf });
  expect(verdictOf(orbits)).toEqual(verdictOf(all));
  expect(orbits.distinct).toBe(new Set([...reduced.states.values()].map(({ state }) => keyOf(state))).size);
}

/** The first thread of the text, for two objects that it treats alike, up to the objects named in `uneven` places. */
function evenly(text: string, uneven: number): string {
  const [head = "", first = ""] = text.split(/(?=\n {2}thread\()/);
  const [thread = "", ...claims] = first.split(/(?=\n {2}invariant\()/);
  let left = uneven;
  const named = { "objs[0]": "own", "objs[1]": "o", "items[0]": "i", "items[1]": "i" } as const;
  const even = thread
    .replace(/thread\("t0", (objs, \(own\)|\(\)) =>/, 'thread("t0", objs, (own) =>')
    .replace("let i = items[0];", "let i = choose(items);")
    .replaceAll(/(?:objs|items)\[[01]\]/g, (name) =>
      name !== "objs[0]" && left-- > 0 ? name : named[name as keyof typeof named],
    );
  return [head, even, uneven === 2 ? claims.join("") : ""].join("");
}

/** The text as a case with a memory model: weak memory only adds to what can happen. */
function under(memory: MemoryModel, text: string): string {
  return `${text}\nexport default cases({ title: "t", c: { memory: "${memory}", expect: holds(), why: "w" } });`;
}

describe("random specs", () => {
  test("store buffers lose nothing that happens without them", { timeout: TIMEOUT }, async () => {
    await forSpecs(COUNT / 4, { wideSteps: true }, (text) => {
      const [strong, tso, pso] = MEMORY_MODELS.map((memory) => {
        const model = compiled(under(memory, text));
        return model && explored(model, 4000);
      });
      if (strong === undefined || tso === undefined || pso === undefined) return false;
      for (const [less, more] of [
        [strong, tso],
        [tso, pso],
      ] as const) {
        expect(verdictOf(more)).toEqual(expect.arrayContaining(verdictOf(less)));
        const reached = memories(more);
        expect([...memories(less)].filter((memory) => !reached.has(memory))).toEqual([]);
      }
      return true;
    });
  });

  test("TLC finds the same states with store buffers", { timeout: TIMEOUT }, async () => {
    let last = 0;
    await forSpecs(TLC_COUNT / 3, { wideSteps: true }, async (text) => {
      const model = compiled(under(last++ % 2 === 0 ? "pso" : "tso", text));
      if (model === undefined || explored(model, 1500) === undefined) return false;
      await expectAgreement(model);
      return true;
    });
  });

  test("forgetting dead variables loses nothing", { timeout: TIMEOUT }, async () => {
    await forSpecs(COUNT, { wideSteps: true }, (text) => {
      const model = compiled(text);
      const keeping = compiled(text, { resetDeadLocals: false });
      if (model === undefined || keeping === undefined) return false;
      const all = explored(keeping, 8000);
      if (all === undefined) return false;
      const reduced = explore(model);
      expect(verdictOf(reduced)).toEqual(verdictOf(all));
      expect(reduced.distinct).toBeLessThanOrEqual(all.distinct);
      expect(memories(reduced)).toEqual(memories(all));
      return true;
    });
  });

  test("a reduced model fails the same checks", { timeout: TIMEOUT }, async () => {
    let last = 0;
    await forSpecs(COUNT, { wideSteps: true }, (text) => {
      const memory = MEMORY_MODELS[last++ % 4] ?? "sc";
      const plain = compiled(under(memory, text));
      const all = plain && explored(plain, 8000);
      if (plain === undefined || all === undefined) return false;
      expectSameVerdict(all, folded(compiled(under(memory, text))!));
      return true;
    });
  });

  test("who can change places is as good as the other", { timeout: TIMEOUT }, async () => {
    let [last, moved] = [0, 0];
    await forSpecs(COUNT, { wideSteps: true }, (text) => {
      const even = evenly(text, last++ % 3);
      const memory = MEMORY_MODELS[last % 5] ?? "sc";
      const plain = compiled(under(memory, even));
      const all = plain && explored(plain, 8000);
      if (plain === undefined || all === undefined) return false;
      const model = folded(compiled(under(memory, even))!);
      if (model.symmetry!.group.length > 0) moved++;
      expectSameVerdict(all, model);
      return true;
    });
    expect(moved).toBeGreaterThan(COUNT / 5);
  });

  test("a step outside atomic touches one location", { timeout: TIMEOUT }, async () => {
    await forSpecs(COUNT, { wideSteps: false }, (text) => {
      const model = compiled(text);
      if (model === undefined) return false;
      const touched = (transition: Transition) => {
        const places = new Set(
          transition.outcome.events.flatMap((event) =>
            event.kind === "read" || event.kind === "write" ? [event.at] : [],
          ),
        );
        if (places.size > 1) throw new Error(`one step touches ${[...places].join(" and ")}`);
      };
      return explored(model, 8000, touched) !== undefined;
    });
  });

  test("TLC finds the same states", { timeout: TIMEOUT }, async () => {
    await forSpecs(TLC_COUNT, { wideSteps: true }, async (text) => {
      const model = compiled(text);
      if (model === undefined || explored(model, 1500) === undefined) return false;
      await expectAgreement(model);
      return true;
    });
  });
});

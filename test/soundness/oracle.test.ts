/** The explorer reaches the same memories as a second definition of the language, written by hand for a part of it. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { location } from "../../src/interpreter/state.js";
import type { Value } from "../../src/ir/model.js";
import { compileText } from "../support/compile.js";
import { explore } from "../support/explore.js";
import {
  type AtomicMini,
  type Mini,
  type MiniProgram,
  type MiniResult,
  miniText,
  runMini,
  showMemory,
} from "./oracle.js";

const COUNT = Number(process.env.LATCHWORK_FUZZ_COUNT ?? 60);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_401);

const variable = fc.nat(2);
const small = fc.nat(2);
const lock = fc.nat(1);
const kind = <K extends string>(name: K) => fc.constant(name);

const atomicStatement: fc.Arbitrary<AtomicMini> = fc.oneof(
  fc.record({ kind: kind("set"), to: variable, value: small }),
  fc.record({ kind: kind("copy"), to: variable, from: variable, plus: fc.nat(1) }),
  fc.record({ kind: kind("load"), from: variable }),
  fc.record({ kind: kind("store"), to: variable, plus: fc.nat(1) }),
  fc.record({ kind: kind("assert"), on: variable, is: small }),
);

const { block } = fc.letrec<{ block: readonly Mini[]; statement: Mini }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: atomicStatement, weight: 6 },
    { arbitrary: fc.record({ kind: fc.constantFrom("lock" as const, "unlock" as const), lock }), weight: 3 },
    { arbitrary: fc.record({ kind: kind("until"), on: variable, is: small }), weight: 1 },
    fc.record({ kind: kind("atomic"), body: fc.array(atomicStatement, { minLength: 1, maxLength: 4 }) }),
    fc.record({ kind: kind("try"), lock, whenTrue: tie("block") }),
    fc.record({ kind: kind("if"), on: variable, is: small, whenTrue: tie("block"), whenFalse: tie("block") }),
    fc.record({ kind: kind("repeat"), body: tie("block") }),
  ),
  block: fc.array(tie("statement"), { minLength: 1, maxLength: 3 }),
}));

const program: fc.Arbitrary<MiniProgram> = fc.record({
  variables: fc.constant(3),
  locks: fc.constant(2),
  threads: fc.array(block, { minLength: 2, maxLength: 3 }),
});

/** What the explorer reaches, in the oracle's words. */
function explored({ variables, locks, threads }: MiniProgram, text: string, reset: boolean): MiniResult {
  const { states } = explore(compileText(text, undefined, { resetDeadLocals: reset }));
  const reachable = new Set<string>();
  const final = new Set<string>();
  const ownerOf = (value: Value | undefined) =>
    value !== null && typeof value === "object" && "ref" in value ? Number(value.ref.slice(1)) : -1;
  for (const { state, blocked } of states.values()) {
    const memory = Array.from({ length: variables }, (_, n) =>
      Number(state.memory.get(location(`v${n}`, ""))),
    );
    const owners = Array.from({ length: locks }, (_, n) =>
      ownerOf(state.memory.get(location("Spinlock.owner", `l${n}`))),
    );
    const shown = showMemory(memory, owners, [...state.failed]);
    reachable.add(shown);
    if (blocked.length === threads.length) final.add(shown);
  }
  return { reachable, final };
}

describe("the hand-written oracle", () => {
  test.prop([program], { seed: SEED, numRuns: COUNT * 3 })(
    "reaches the same memories, and stops with the same ones",
    (mini) => {
      const text = miniText(mini);
      const expected = runMini(mini);
      expect(explored(mini, text, true)).toEqual(expected);
      expect(explored(mini, text, false)).toEqual(expected);
    },
    60_000 + COUNT * 1000,
  );
});

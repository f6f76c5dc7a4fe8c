/**
 * What critical sections do with the data of their lock. A program keeps to a convention about its data, so that its
 * asserts hold as long as its locks do; only then does an assert that fails say something.
 */
import type { Guard } from "./guards.js";
import { block, mapText, type Op } from "./ops.js";

/** One or more statements over `$d` and `$e`, the two places that a guard protects. */
export type Statements = readonly Op[];

/** `zero`: `$d` is 0 between sections. `equal`: `$d` is `$e`. `none`: each thread does as it likes. */
export type Convention = "zero" | "equal" | "none";

/** Statements that keep to a convention wherever a section stands; the first is what others shrink to. */
const KEPT: Readonly<Record<Convention, readonly (readonly [weight: number, ops: Statements])[]>> = {
  zero: [
    [6, ["assert($d === 0);"]],
    [7, ["$d = 1;", "$d = 0;"]],
    [2, [block("if ($d === 0)", ["$e = 1;", "$d = 0;"])]],
    [2, ["$e = $d;"]],
    [2, ["seen = $d;", "assert(seen === 0);"]],
    [2, ["$d = 1;", "assert($d === 1);", "$d = 0;"]],
    [1, ["$d = choose([0, 1]);", "$d = 0;"]],
    [1, ["seen = xchg($d, 1);", "assert(seen === 0);", "$d = 0;"]],
    [1, [block("if ($d === 1)", ["f = 1;"], "} else $e = 1;")]],
  ],
  equal: [
    [6, ["assert($d === $e);"]],
    [6, ["$d = 1;", "$e = 1;"]],
    [4, ["$e = 0;", "$d = 0;"]],
    [2, ["$d = 1 - $d;", "$e = 1 - $e;"]],
    [2, ["$d = $e;"]],
    [2, ["seen = $d;", "$e = seen;"]],
    [2, [block("if ($d === 0)", ["$d = 1;", "$e = 1;"])]],
    [1, [block("if (maybe())", ["$d = 1;", "$e = 1;"])]],
    [1, ["seen = choose([0, 1]);", "$d = seen;", "$e = seen;"]],
    [1, [block("while ($d === 1)", ["$d = 0;", "$e = 0;"])]],
  ],
  none: [
    [4, ["$d = 1;"]],
    [4, ["assert($d === 0);"]],
    [2, ["$d = 1 - $d;"]],
    [2, ["$d = 0;"]],
    [2, ["seen = $d;"]],
    [2, ["$e = seen;"]],
    [2, ["assert(seen === $d);"]],
    [1, ["cmpxchg($d, 0, 1);"]],
    [1, [block("for (let k = 0; k < 2; k++)", ["$d = k;"])]],
  ],
};

/** What every convention has some of. */
const ANYWHERE: readonly (readonly [weight: number, ops: Statements])[] = [
  [1, ["atomic(() => { $d = 1; $e = 1; });"]],
  [1, ["atomic(() => { assert($d === $e || $d === 0); });"]],
  [1, ["inside++;", "seen = $d;", "inside--;"]],
  [1, ["ghost(() => { assert(inside === 0); });"]],
  [1, ["f = 1;"]],
  [1, ["f = 1;", "f = 0;"]],
  [1, ["assert(f === 0);"]],
];

const spread = (entries: readonly (readonly [number, Statements])[]): Statements[] =>
  entries.flatMap(([weight, ops]) => Array.from({ length: weight }, () => ops));

const TABLES: Readonly<Record<Convention, readonly Statements[]>> = {
  zero: spread([...KEPT.zero, ...ANYWHERE, [1, ["$d = 1;"]]]),
  equal: spread([...KEPT.equal, ...ANYWHERE, [1, ["$d = 1;"]]]),
  none: spread([...KEPT.none, ...ANYWHERE]),
};

/** The statements that numbers stand for, over the data of a guard. */
export function statementsOver(guard: Guard, convention: Convention, numbers: readonly number[]): Op[] {
  const table = TABLES[convention];
  return over(
    guard,
    numbers.flatMap((number) => table[number % table.length]!),
  );
}

/** `$d`, `$e` and `$free` as what they stand for. */
export function over(guard: Guard, ops: Statements): Op[] {
  return mapText(ops, (text) => textOver(guard, text));
}

export function textOver(guard: Guard, text: string): string {
  return text
    .replaceAll("$d", guard.data[0])
    .replaceAll("$e", guard.data[1])
    .replaceAll("$free", guard.free ?? "f === 0");
}

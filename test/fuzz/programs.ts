/**
 * Random programs that mostly lock well: a few threads made of critical sections over the same few locks, with at most
 * two mistakes in them. That is where merging steps goes wrong if it does; a program that is noise all over fails all its
 * checks in any case.
 */
import { fc } from "@fast-check/vitest";
import { DECLARATIONS, type Guard, INITIALLY } from "./guards.js";
import { block, type Mistake, mapText, type Op, print, withMistake } from "./ops.js";
import {
  ingredientsOf,
  type Manner,
  type Piece,
  piece,
  shape,
  statementsOf,
  withDeclarations,
} from "./pieces.js";
import { recipeAt } from "./recipes.js";
import { type Convention, statementsOver, textOver } from "./statements.js";
import { type Suite, THEMES, type Theme } from "./themes.js";

/** The text of a spec, printed as it is where a property fails. */
export class ProgramText {
  constructor(readonly text: string) {}

  [fc.toStringMethod](): string {
    return `\n${this.text}`;
  }
}

/** A mistake, before it is known what the program is about. */
type Slip = Omit<Mistake, "text"> & {
  /** Where something is inserted: this, or else the statement that the number stands for. */
  readonly text: string | number;
  readonly guard: number;
};

interface Thread {
  readonly pieces: readonly Piece[];
  /** One for each bucket, where the theme has buckets of its own. */
  readonly each: boolean;
  /** Of the pieces, how many stand in front of what the recipe asks for, and whether they are left out then. */
  readonly before: number;
  readonly alone: boolean;
  readonly slips: readonly Slip[];
  readonly option: string;
  readonly handler: boolean;
  readonly cpu: number;
}

interface Draft {
  readonly theme: Theme;
  readonly manner: Manner;
  readonly recipe: number | undefined;
  readonly threads: readonly Thread[];
  readonly claims: readonly { readonly text: string; readonly guard: number }[];
  readonly memory: "sc" | "tso" | "pso";
  readonly runs: string;
}

const oneOf = fc.constantFrom<string[]>;

const slip: fc.Arbitrary<Slip> = fc.record({
  kind: fc.constantFrom(
    ...([
      "drop",
      "drop",
      "later",
      "later",
      "earlier",
      "earlier",
      "insert",
      "insert",
      "duplicate",
      "replace",
    ] as const),
  ),
  at: fc.nat(30),
  ofLocks: fc.constantFrom(true, true, false),
  by: fc.integer({ min: 1, max: 4 }),
  guard: fc.nat(3),
  text: fc.oneof(
    { weight: 6, arbitrary: fc.nat(999) },
    { weight: 2, arbitrary: oneOf("f = 1;", "return;", "until(f === 1);", "for (;;);") },
  ),
});

/** Where `most` is the number of pieces of a thread at most. */
const thread = (most: number, options: fc.Arbitrary<string>): fc.Arbitrary<Thread> =>
  fc.record({
    pieces: fc.array(piece, { minLength: 1, maxLength: most }),
    each: fc.constantFrom(false, false, true),
    before: fc.nat(1),
    alone: fc.boolean(),
    slips: fc.oneof(
      { withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: slip.map((one) => [one]) },
    ),
    option: options,
    handler: fc.boolean(),
    cpu: fc.constantFrom(0, 0, 0, 1),
  });

const threads = (options: fc.Arbitrary<string>): fc.Arbitrary<readonly Thread[]> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.array(thread(2, options), { minLength: 2, maxLength: 2 }) },
    { weight: 2, arbitrary: fc.tuple(thread(2, options), thread(1, options), thread(1, options)) },
  );

const claim = fc.record({
  text: oneOf(
    'invariant("i", () => $d === 0 || $e === 0);',
    'invariant("i", () => $d === 0 || $e === 1);',
    'invariant("i", () => $d === 0);',
    'invariant("i", () => $d === 0 || !($free));',
    'invariant("i", () => $d === $e || !($free));',
    'invariant("i", () => $free);',
    'invariant("i", () => inside < 2);',
    'invariant("i", () => f === 0 || $d === 0);',
    'at_end("i", () => $d === 0);',
    'at_end("i", () => $d === $e);',
    'at_end("i", () => $d === 0 || f === 1);',
  ),
  guard: fc.nat(3),
});

const runs = oneOf(
  "never_stuck();",
  'eventually("c", () => f === 1);',
  'eventually("c", () => $d === 1);',
  'always_eventually("c", () => $d === 0);',
  'always_eventually("c", () => $free);',
  'leads_to("c", () => f === 1, () => $d === 0);',
  'leads_to("c", () => $d === 1, () => $d === 0);',
  'leads_to("c", () => !($free), () => $free);',
);

const DAEMONS = oneOf("", "", "", "", "", "", "daemon: true", 'daemon: true, fairness: "none"');
const FAIRNESS = oneOf(
  "",
  "",
  "",
  "daemon: true",
  'fairness: "strong"',
  'fairness: "none"',
  'daemon: true, fairness: "none"',
);

/** Programs of a suite, as texts without imports. */
export function randomProgram(suite: Suite): fc.Arbitrary<ProgramText> {
  return fc
    .record<Draft>({
      theme: fc.constantFrom(...THEMES[suite]),
      manner: fc.record({
        convention: fc.constantFrom<Convention[]>("zero", "zero", "equal", "equal", "none"),
        shapes: fc.array(shape, { minLength: 1, maxLength: 2 }),
      }),
      recipe: fc.oneof(
        { withCrossShrink: true },
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: fc.nat(999) },
      ),
      threads: threads(suite === "liveness" ? FAIRNESS : DAEMONS),
      claims: fc.oneof(
        { withCrossShrink: true },
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 2, arbitrary: claim.map((one) => [one]) },
      ),
      memory: suite === "memory" ? fc.constantFrom("tso", "pso") : fc.constant("sc"),
      runs: suite === "liveness" ? runs : fc.constant(""),
    })
    .map((draft) => new ProgramText(textOf(suite, draft)));
}

function textOf(suite: Suite, draft: Draft): string {
  const { theme, threads, claims, memory, runs } = draft;
  const guardAt = (index: number): Guard => theme.guards[index % theme.guards.length]!;
  const spelt = threads.map((_, index) => threadText(suite, draft, index)).join("");
  const claimed = claims.map(({ text, guard }) => `${overMemory(text, guardAt(guard))}\n`).join("");
  const judged = runs === "" ? "" : `${overMemory(runs, guardAt(0))}\n`;
  const whole = `${spelt}${claimed}${judged}`;
  return `${declarationsFor(whole)}${whole}${memory === "sc" ? "" : casesUnder(memory)}`;
}

function casesUnder(memory: "tso" | "pso"): string {
  return `export default cases({ title: "t", c: { memory: "${memory}", expect: holds(), why: "w" } });\n`;
}

/** Claims see no locals: what a thread calls by a name of its own is one of the things that it may be. */
function overMemory(text: string, guard: Guard): string {
  return textOver(guard, text)
    .replaceAll(/\bown\./g, "buckets[0].")
    .replaceAll(/\bc\./g, "buckets[1].")
    .replaceAll(/\bh\./g, "item.home!.")
    .replaceAll(/\bl\./g, "ref.lock!.")
    .replaceAll("[i]", "[0]");
}

function threadText(suite: Suite, { theme, manner, recipe, threads }: Draft, index: number): string {
  const thread = threads[index]!;
  const count = threads.length;
  let ops = thread.pieces.flatMap((one) => statementsOf(theme, manner, one));
  const ingredients = () => ingredientsOf(theme, manner, threads[0]!.pieces[0]!);
  const cooked = recipe === undefined ? [] : recipeAt(recipe, theme.guards.length)(ingredients());
  const own = cooked[index];
  if (own !== undefined) {
    const around = thread.alone ? [] : ops.slice(0, 4);
    ops = around.toSpliced(thread.before * around.length, 0, ...withDeclarations(theme, own));
  }
  // A recipe alone has its mistake already.
  const slips = own !== undefined && thread.alone ? [] : thread.slips;
  for (const slip of slips) ops = slipped(theme, manner, ops, slip);
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(JSON.stringify(ops));
  const each = thread.each && uses("own") && count === 2 && index === 0;
  if (uses("own") && !each)
    ops = mapText(ops, (text) => text.replaceAll(/\bown\b/g, `buckets[${index % 2}]`));
  if (uses("seen")) ops = ["let seen = 0;", ...ops];
  return print([declared(suite, thread, index, count, each, mapText(ops, toldApart(index)))], "");
}

function slipped(theme: Theme, { convention }: Manner, ops: readonly Op[], slip: Slip): Op[] {
  const { guard, text, ...done } = slip;
  const meant = (number: number) =>
    statementsOver(theme.guards[guard % theme.guards.length]!, convention, [number]).find(
      (op) => typeof op === "string",
    );
  return withMistake(ops, { ...done, text: (typeof text === "string" ? text : meant(text)) ?? "f = 1;" });
}

/**
 * The asserts of each thread fail a check of their own: there is more to compare than whether some assert fails. The
 * names are those of checks that no library function of these programs has.
 */
function toldApart(index: number): (text: string) => string {
  const id = ["assert", "wrap", "lock-order"][index];
  if (id === "assert") return (text) => text;
  return (text) => text.replace(/\bassert\((.*?)\);/, `check("${id}", $1);`);
}

/** The thread itself; the last one of a program about interrupts is mostly a handler. */
function declared(
  suite: Suite,
  { handler, option, cpu }: Thread,
  index: number,
  count: number,
  each: boolean,
  ops: readonly Op[],
): Op {
  if (each) return { ...block(`thread("t${index}", buckets, (own) =>`, ops), close: closing(option) };
  if (suite !== "interrupts") return { ...block(`thread("t${index}", () =>`, ops), close: closing(option) };
  const on = `cpus[${cpu}]`;
  if (index === count - 1 && (handler || count === 2)) {
    const kind = handler ? "hardirq" : "softirq";
    return { ...block(`${kind}("t${index}", ${on}, () =>`, ops), close: "}, { times: 1 });" };
  }
  const options = option === "" ? `on: ${on}` : `on: ${on}, ${option}`;
  return { ...block(`thread("t${index}", () =>`, ops), close: closing(options) };
}

const closing = (options: string) => (options === "" ? "});" : `}, { ${options} });`);

/** What the text needs, in the order of the table, and what that needs. */
function declarationsFor(text: string): string {
  const names = new Set(text.match(/\w+/g));
  const add = (more: string) => {
    for (const name of more.match(/\w+/g) ?? []) names.add(name);
  };
  // What comes first in the table is needed by what comes later.
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const [name, needs] of [...DECLARATIONS, ...INITIALLY]) if (names.has(name)) add(needs);
  }
  const lines = DECLARATIONS.filter(([name]) => names.has(name)).map(([, line]) => `${line}\n`);
  const first = INITIALLY.filter(([name]) => names.has(name)).map(([, line]) => line);
  const start = first.length === 0 ? "" : `initially(() => { ${first.join(" ")} });\n`;
  return `${lines.join("")}${start}`;
}

/**
 * Pieces of a thread: critical sections in good style, and what stands around them. Each is made of the guards and the
 * statements that it is given, so that the same pieces serve all kinds of locks.
 */
import { fc } from "@fast-check/vitest";
import type { Guard } from "./guards.js";
import { block, type Op } from "./ops.js";
import type { Ingredients } from "./recipes.js";
import { type Convention, statementsOver } from "./statements.js";
import type { Theme } from "./themes.js";

const weighted = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

/** Numbers that stand for statements: see statements.ts. */
export const body: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(999), { maxLength: 3 });

/** A guard, and statements over the data of it. */
interface Part {
  readonly guard: Guard;
  readonly body: readonly Op[];
}

/** What a piece is made of. The same two guards once more in the order in which they nest: mostly that of the theme. */
interface Parts {
  readonly one: Part;
  readonly two: Part;
  readonly outer: Part;
  readonly inner: Part;
}

type Shape = (parts: Parts) => readonly Op[];

const taken = ({ guard, body }: Part): Op[] => [guard.take, ...body, guard.drop];
const tried = ({ guard, body }: Part): Op =>
  guard.trial === undefined
    ? block("if (maybe())", body)
    : block(`if (${guard.trial})`, [...body, guard.drop]);
/** As a reader, where the lock has readers. */
const read = ({ guard, body }: Part): Op[] => {
  const { take, drop } = guard.shared ?? guard;
  return [take, ...body, drop];
};
const peek = ({ guard }: Part) => guard.peek ?? "f === 1";

/** Tries, and goes on as if the lock must have been free. */
const mustGet = ({ guard, body }: Part): Op[] =>
  guard.trial === undefined
    ? body.toReversed()
    : [block("", [`const got = ${guard.trial};`, block("if (got)", [...body, guard.drop]), "assert(got);"])];

const SHAPES: readonly (readonly [weight: number, shape: Shape])[] = [
  [10, ({ one }) => taken(one)],
  [6, ({ one }) => read(one)],
  [4, ({ one, two }) => [...taken(one), ...taken(two)]],
  // Nested, overlapped.
  [
    8,
    ({ outer, inner }) =>
      outer.guard === inner.guard
        ? taken({ ...outer, body: [...outer.body, ...inner.body] })
        : taken({ ...outer, body: [...outer.body, ...taken(inner)] }),
  ],
  [
    2,
    ({ outer, inner }) =>
      outer.guard === inner.guard
        ? taken(outer)
        : [
            outer.guard.take,
            ...outer.body,
            inner.guard.take,
            outer.guard.drop,
            ...inner.body,
            inner.guard.drop,
          ],
  ],
  [2, ({ one }) => (one.guard.nests ? read({ ...one, body: read(one) }) : taken(one))],
  // The right lock is not sure: looked at again, tried, waited for.
  [
    4,
    ({ one: { guard, body } }) =>
      taken({ guard, body: guard.still === undefined ? body : [block(`if (${guard.still})`, body)] }),
  ],
  [2, ({ one }) => [tried(one)]],
  [2, ({ one }) => mustGet(one)],
  [1, ({ one: { guard, body } }) => [tried({ guard: { ...guard, ...guard.shared }, body })]],
  [
    1,
    ({ one }) => [
      block(`while (!${one.guard.trial ?? "maybe()"})`, []),
      ...one.body,
      one.guard.trial ? one.guard.drop : "f = 1;",
    ],
  ],
  [1, ({ one: { guard, body } }) => [`until(${guard.free ?? "f === 0"});`, ...body]],
  [1, ({ one }) => [`assert(!(${peek(one)}));`]],
  [1, ({ one }) => [block(`if (${peek(one)})`, one.body)]],
  // Something racy by itself, before a section, behind it.
  [2, ({ one }) => one.body],
  [2, ({ one }) => ["f = 1;", ...taken(one)]],
  [2, ({ one }) => [...taken(one), "f = 1;"]],
  [1, ({ one }) => ["seen = f;", ...taken(one)]],
  [1, ({ one }) => [...taken(one), "assert(f === 0);"]],
  // Choices between sections.
  [2, ({ one }) => [block("if (maybe())", taken(one), "} else f = 1;")]],
  [2, ({ one, two }) => [block("either(() =>", taken(one), "}, () => {"), ...taken(two), "});"]],
  // Out of the middle, in order.
  [
    1,
    ({ one: { guard, body }, two }) => [
      guard.take,
      block("if (f === 1)", [guard.drop, "return;"]),
      ...body,
      guard.drop,
      ...two.body,
    ],
  ],
  // Waits.
  [1, ({ one }) => ["until(f === 1);", ...taken(one)]],
  [3, ({ one: { guard, body } }) => taken({ guard, body: ["until(f === 1);", ...body] })],
  // Ends and loops.
  [1, ({ one }) => [...one.body, "for (;;);"]],
  [1, ({ one }) => [...taken(one), "for (;;);"]],
  [1, ({ one }) => [block("for (let k = 0; k < 2; k++)", taken(one))]],
  [1, ({ one }) => [block("for (;;)", taken(one))]],
];

/** What pieces look like. The threads of a program share a few, so that they meet in what they do as well. */
export const shape: fc.Arbitrary<Shape> = fc.oneof(
  { withCrossShrink: true },
  ...SHAPES.map(([weight, shape]) => ({ weight, arbitrary: fc.constant(shape) })),
);

/** A piece of a thread, before it is known what the program is about. */
export interface Piece {
  /** One of its own, or which of those that the threads share, modulo their number. */
  readonly shape: Shape | number;
  /** Which guard of the theme, modulo their number; the other one is behind it. */
  readonly guard: number;
  /** Whether locks nest against the order of the theme. */
  readonly reversed: boolean;
  /** Instead of the shape, one of the theme's own pieces, modulo their number. */
  readonly extra: number | undefined;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

export const piece: fc.Arbitrary<Piece> = fc.record({
  shape: fc.oneof({ weight: 2, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: shape }),
  guard: fc.nat(5),
  reversed: weighted([3, false], [1, true]),
  extra: fc.option(fc.nat(11), { freq: 2, nil: undefined }),
  first: body,
  second: body,
});

/** What the threads of a program have in common. */
export interface Manner {
  readonly convention: Convention;
  readonly shapes: readonly Shape[];
}

/** The statements of a piece. */
export function statementsOf(theme: Theme, { convention, shapes }: Manner, piece: Piece): Op[] {
  const { guards, extras = [] } = theme;
  const index = piece.guard % guards.length;
  const next = (index + 1) % guards.length;
  const part = (at: number, numbers: readonly number[]): Part => ({
    guard: guards[at]!,
    body: statementsOver(guards[at]!, convention, numbers),
  });
  const [one, two] = [part(index, piece.first), part(next, piece.second)];
  const [outer, inner] = index > next === piece.reversed ? [one, two] : [two, one];
  const extra = piece.extra === undefined ? undefined : extras[piece.extra % extras.length];
  const shaped = typeof piece.shape === "number" ? shapes[piece.shape % shapes.length]! : piece.shape;
  const ops = extra?.(part(0, piece.first).body) ?? shaped({ one, two, outer, inner });
  return withDeclarations(theme, ops);
}

/** The same two guards and bodies for each thread of a recipe. */
export function ingredientsOf(
  { guards }: Theme,
  { convention }: Manner,
  { first, second }: Piece,
): Ingredients {
  const [guard, other] = [guards[0]!, guards[1] ?? guards[0]!];
  const body = statementsOver(guard, convention, first.slice(0, 1));
  return { guard, other, body, otherBody: statementsOver(other, convention, second.slice(0, 1)) };
}

/** The statements behind what their guards declare. */
export function withDeclarations({ guards }: Theme, ops: readonly Op[]): Op[] {
  const text = JSON.stringify(ops);
  const declared = guards.flatMap(({ within }) => within ?? []).filter((line) => mentions(text, line));
  const own = text.includes("const got");
  return declared.length === 0 && !own ? [...ops] : [block("", [...new Set(declared), ...ops])];
}

/** Whether the text uses what a declaration declares. */
function mentions(text: string, declaration: string): boolean {
  return new RegExp(`\\b${declaration.split(" ")[1]}\\b`).test(text);
}

/**
 * Threads that meet in the way in which a wrong rule for merging steps shows: one recipe for each of them, see
 * test/soundness/specs-merging.ts. What random pieces do around them, and mistakes in them, make the rest.
 */
import type { Guard } from "./guards.js";
import { block, type Op } from "./ops.js";

/** Two guards of the theme, in its order (the same one twice where it has no other), and something to do under each. */
export interface Ingredients {
  readonly guard: Guard;
  readonly other: Guard;
  readonly body: readonly Op[];
  readonly otherBody: readonly Op[];
}

/** What each thread does, in two or three of them. */
export type Recipe = (ingredients: Ingredients) => readonly (readonly Op[])[];

const under = ({ take, drop }: { take: string; drop: string }, ...ops: readonly Op[]): Op[] => [
  take,
  ...ops,
  drop,
];
const shared = (guard: Guard) => guard.shared ?? guard;
const glimpse = ({ data: [d] }: Guard): Op[] => [`${d} = 1;`, `${d} = 0;`];
const unseen = ({ data: [d] }: Guard): Op => `assert(${d} === 0);`;
const tried = (guard: Guard) => guard.trial ?? "maybe()";

/** Those for two locks. */
const PAIRS: readonly Recipe[] = [
  // Nested against each other; in one order, with a wait under the inner one, or with the inner one kept.
  ({ guard, other, body, otherBody }) => [
    under(guard, ...body, ...under(other, ...otherBody)),
    under(other, ...otherBody, ...under(guard, ...body)),
  ],
  ({ guard, other, body, otherBody }) => [
    under(guard, ...body, ...under(other, ...otherBody)),
    under(other, ...under(guard)),
    ["f = 1;", ...under(guard, ...body)],
  ],
  ({ guard, other, body, otherBody }) => [
    under(guard, ...body, ...under(other, ...otherBody)),
    under(other, "until(f === 1);"),
    under(guard, "f = 1;"),
  ],
  ({ guard, other, body, otherBody }) => [
    under(guard, ...body, ...under(other, ...otherBody)),
    [other.take, ...otherBody],
  ],
  // A choice of what to acquire.
  ({ guard, other, body, otherBody }) => [
    [block("either(() =>", under(guard, ...body), "}, () => {"), ...under(other, ...otherBody), "});"],
    [guard.take, ...body],
  ],
  // A release in front of an acquire.
  ({ guard, other, body }) => [
    [...under(guard, ...body), ...under(other)],
    under(other, ...under(guard, ...body)),
  ],
  // Under another lock of the theme.
  ({ guard, other, body }) => [under(guard, ...glimpse(guard)), under(other, ...body, unseen(guard))],
  ({ guard, other, body }) => [
    under(guard, ...under(other, ...glimpse(guard))),
    under(guard, ...body, unseen(guard)),
    under(other, unseen(guard)),
  ],
];

/** Those for one lock. */
const ALONE: readonly Recipe[] = [
  // A choice, or a store, in front of an acquire.
  ({ guard, body }) => [
    [block("if (maybe())", under(guard, ...body))],
    under(guard, ...body, "until(f === 1);"),
  ],
  ({ guard, body }) => [["f = 1;", ...under(guard, ...body)], under(guard, "until(f === 1);", ...body)],
  // Who looks at the data, or at the lock, without it.
  ({ guard, body }) => [under(guard, ...glimpse(guard)), [...body, unseen(guard)]],
  ({ guard, body }) => [
    under(guard, ...glimpse(guard)),
    under(guard, ...body, unseen(guard)),
    ["seen = f;", unseen(guard)],
  ],
  ({ guard, body }) => [
    under(guard, ...body),
    [`const got = ${tried(guard)};`, block("if (got)", guard.trial ? [guard.drop] : []), "assert(got);"],
  ],
  ({ guard, body }) => [under(guard, ...body), [`assert(!(${guard.peek ?? "f === 1"}));`]],
  ({ guard, body }) => [
    under(guard, ...glimpse(guard)),
    [block(`if (${tried(guard)})`, [...body, ...(guard.trial ? [guard.drop] : [])]), unseen(guard)],
  ],
  // Held, but not by who looks.
  ({ guard, body }) => [
    under(guard, "f = 1;", ...glimpse(guard), "until(f === 2);"),
    ["until(f === 1);", ...body, unseen(guard), "f = 2;"],
  ],
  // Under a reader's lock.
  ({ guard, body }) => [
    under(shared(guard), ...glimpse(guard)),
    under(shared(guard), ...body, unseen(guard)),
  ],
  // A step without an end.
  ({ guard, body }) => [[...body, `${guard.data[0]} = 1;`, "for (;;);"], [unseen(guard)]],
  ({ guard, body }) => [[...under(guard, ...body), "for (;;);"], under(guard, unseen(guard), ...body)],
  // Two stores, or a load and a store, are not one.
  ({ guard, body }) => [
    [`${guard.data[0]} = 1 - ${guard.data[0]};`],
    [`${guard.data[0]} = 1 - ${guard.data[0]};`, ...body, unseen(guard)],
  ],
  ({ guard: { data }, body }) => [
    [`${data[0]} = ${data[0]} + 1;`, "f = 1;"],
    [`${data[0]} = ${data[0]} + 1;`, ...body.slice(1), "until(f === 1);", `assert(${data[0]} === 2);`],
  ],
  // A store, and a wait for who has seen it.
  ({ guard, body }) => [
    ["f = 1;", "until(f === 2);", ...body],
    [...under(guard, ...body.slice(1)), "until(f === 1);", "f = 2;"],
  ],
  // A wait with something in front of it that keeps others away, and what they wait for.
  ({ guard, body }) => [under(guard, ...body, "until(f === 1);"), [...body, "f = 1;"]],
  ({ guard }) => [[`${guard.data[0]} = 1;`, ...under(guard, `${guard.data[0]} = 0;`)], [unseen(guard)]],
];

/** The recipe that a number stands for, where the theme has so many guards. */
export function recipeAt(number: number, guards: number): Recipe {
  const recipes = guards === 1 ? ALONE : [...PAIRS, ...PAIRS, ...ALONE];
  return recipes[number % recipes.length]!;
}

/**
 * Permutations that are worth proving: two objects of a class change places, and with them whatever hangs on them. What
 * an object embeds, the threads started with it, the CPU they are on and the objects that its fields lead to for good follow;
 * where that leads round in a circle, as with philosophers and forks, all of them move on by one place.
 */
import type { Model, Permutation, Value } from "../ir/model.js";
import { writtenVariables } from "../ir/terms.js";

/** One name leads to another. */
type Relation = ReadonlyMap<string, string>;

/** A relation, and who leads to whom the other way. */
interface Link {
  readonly to: Relation;
  readonly from: ReadonlyMap<string, readonly string[]>;
}

/** Guesses: none is wrong before it is proved, and some that are right may be missing. */
export function candidates(model: Model): Permutation[] {
  const links = relationsOf(model).map(linkOf);
  const pairs = [...model.objects.values()].flatMap((objects) =>
    objects.flatMap((first, index) => objects.slice(index + 1).map((second) => [first, second] as const)),
  );
  return pairs.flatMap(([first, second]) => completed(links, first, second) ?? []);
}

function linkOf(to: Relation): Link {
  const from = new Map<string, string[]>();
  for (const [source, target] of to) from.set(target, [...(from.get(target) ?? []), source]);
  return { to, from };
}

function relationsOf(model: Model): Relation[] {
  const written = writtenVariables(model);
  const threads = model.processes.map(({ threads: instances }) => instances);
  const leading = (of: "argument" | "drains") =>
    threads.map(
      (instances) =>
        new Map(
          instances.flatMap((thread) => {
            const target = thread[of];
            return target === undefined ? [] : [[thread.name, target] as const];
          }),
        ),
    );
  const elements = [...model.arrays.values()].flatMap((owners) => {
    const longest = Math.max(0, ...[...owners.values()].map((list) => list.length));
    return Array.from(
      { length: longest },
      (_, index): Relation =>
        new Map([...owners].flatMap(([owner, list]) => (list[index] ? [[owner, list[index]]] : []))),
    );
  });
  return [
    ...model.embedded.values(),
    ...elements,
    ...model.owners.values(),
    ...leading("argument"),
    ...leading("drains"),
    model.cpus,
    ...model.variables.flatMap(({ name, initial }) => (written.has(name) ? [] : pointers(initial))),
  ];
}

/** Where a field leads to: by itself, or as a list element by element. */
function pointers(initial: ReadonlyMap<string, Value>): Relation[] {
  const direct = new Map<string, string>();
  const listed: Map<string, string>[] = [];
  for (const [object, value] of initial) {
    if (value === null || typeof value !== "object" || object === "") continue;
    if ("ref" in value) direct.set(object, value.ref);
    if (!("list" in value)) continue;
    value.list.forEach((element, index) => {
      if (element === null || typeof element !== "object" || !("ref" in element)) return;
      listed[index] = (listed[index] ?? new Map<string, string>()).set(object, element.ref);
    });
  }
  return [direct, ...listed].filter((relation) => relation.size > 0);
}

/** What follows where one object takes the place of another; undefined where that leads to a contradiction. */
function completed(links: readonly Link[], first: string, second: string): Permutation | undefined {
  const moved = new Map<string, string>();
  const taken = new Map<string, string>();
  const open: [string, string][] = [[first, second]];
  for (let pair = open.pop() ?? closing(moved, taken); pair; pair = open.pop() ?? closing(moved, taken)) {
    const [from, to] = pair;
    if (moved.get(from) === to) continue;
    if (moved.has(from) || taken.has(to)) return undefined;
    moved.set(from, to);
    taken.set(to, from);
    for (const link of links) {
      const [next, nextTo] = [link.to.get(from), link.to.get(to)];
      if ((next === undefined) !== (nextTo === undefined)) return undefined;
      if (next !== undefined && nextTo !== undefined) open.push([next, nextTo]);
      const [before, beforeTo] = [link.from.get(from) ?? [], link.from.get(to) ?? []];
      if (before.length !== beforeTo.length) return undefined;
      // Of several that lead there, any could be meant: in the order of their declaration is as good a guess as any.
      const same = before.every((name) => beforeTo.includes(name));
      if (same) continue;
      for (const [index, name] of before.entries()) open.push([name, beforeTo[index] ?? name]);
    }
  }
  return new Map([...moved].filter(([from, to]) => from !== to));
}

/** Whoever gives up a place and gets none takes the one that nobody has taken: the first of its own chain. */
function closing(
  moved: ReadonlyMap<string, string>,
  taken: ReadonlyMap<string, string>,
): [string, string] | undefined {
  for (const last of taken.keys()) {
    if (moved.has(last)) continue;
    let start = last;
    for (let before = taken.get(start); before !== undefined; before = taken.get(start)) start = before;
    return [last, start];
  }
  return undefined;
}

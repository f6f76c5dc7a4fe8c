/** Permutations of objects and threads: putting them one behind the other, and the group that some of them make. */
import type { Permutation } from "./model.js";
import type { Rename } from "./values.js";

export function renameBy(permutation: Permutation): Rename {
  return (name) => permutation.get(name) ?? name;
}

/** First `first`, then `second`. */
export function compose(first: Permutation, second: Permutation): Permutation {
  const [one, two] = [renameBy(first), renameBy(second)];
  const names = new Set([...first.keys(), ...second.keys()]);
  return new Map(
    [...names].map((name) => [name, two(one(name))] as const).filter(([from, to]) => from !== to),
  );
}

/** Equal permutations have equal texts. */
export function permutationText(permutation: Permutation): string {
  return JSON.stringify([...permutation].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All that the generators make together, without the one that moves nobody; undefined where there are more than `limit`. */
export function groupOf(generators: readonly Permutation[], limit: number): Permutation[] | undefined {
  const identity: Permutation = new Map();
  const group = new Map([[permutationText(identity), identity]]);
  for (const element of group.values()) {
    for (const generator of generators) {
      const next = compose(element, generator);
      group.set(permutationText(next), next);
      if (group.size > limit) return undefined;
    }
  }
  group.delete(permutationText(identity));
  return [...group.values()];
}

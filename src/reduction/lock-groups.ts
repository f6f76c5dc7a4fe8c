/**
 * Locks that the steps of a model cannot tell apart: those that one term may mean are in one group. What is proved
 * about a group is proved about each of its locks.
 */
import type { Variable } from "../ir/model.js";
import { visitBlocks } from "../ir/terms.js";
import type { ModelAccesses } from "./accesses.js";
import type { Names } from "./points-to.js";

export interface LockGroup {
  readonly locks: Names;
  /** Fields of these locks that name threads: who holds the lock, who waits for it. */
  readonly fields: readonly Variable[];
}

/** The groups of all objects that some step takes or gives back as a lock. */
export function lockGroups(accesses: ModelAccesses): LockGroup[] {
  const { model, points, units } = accesses;
  const locks = new Set<string>();
  const together: Names[] = [];
  const meet = (objects: Names) => together.push(objects);
  for (const { process, step, sites } of units) {
    visitBlocks(step.body, ({ actions }) => {
      for (const action of actions) {
        if (action.kind !== "lock") continue;
        const objects = points.of(process, action.lock);
        for (const object of objects) locks.add(object);
        if (action.lock.kind !== "argument") meet(objects);
      }
    });
    for (const access of sites.flatMap((site) => site.accesses)) {
      // Each thread knows its own argument from those of others.
      if (access.object?.kind !== "argument") meet(access.objects);
      else for (const { name } of process.threads) meet(access.objectsOf(name));
    }
  }
  const groupOf = new Map([...locks].map((lock) => [lock, lock]));
  const root = (lock: string): string => {
    const parent = groupOf.get(lock) ?? lock;
    return parent === lock ? lock : root(parent);
  };
  for (const objects of together) {
    const [first, ...others] = [...objects].filter((object) => locks.has(object));
    if (first !== undefined) for (const other of others) groupOf.set(root(other), root(first));
  }
  const members = new Map<string, Set<string>>();
  for (const lock of locks) members.set(root(lock), (members.get(root(lock)) ?? new Set()).add(lock));
  return [...members.values()].map((names) => ({
    locks: names,
    fields: model.variables.filter(
      (variable) => namesThreads(variable) && [...names].some((lock) => variable.initial.has(lock)),
    ),
  }));
}

function namesThreads({ type }: Variable): boolean {
  return type.kind === "thread" || (type.kind === "set" && type.element.kind === "thread");
}

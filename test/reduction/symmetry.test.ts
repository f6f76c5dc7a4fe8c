import { describe, expect, test } from "vitest";
import { orbitKey } from "../../src/interpreter/permute.js";
import type { Model, Permutation } from "../../src/ir/model.js";
import { groupOf, permutationText } from "../../src/ir/symmetry.js";
import { automorphismsOf, findSymmetry, LARGEST_GROUP } from "../../src/reduction/symmetry.js";
import { candidates } from "../../src/reduction/symmetry-candidates.js";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";

const changes = (model: Model): string[] =>
  findSymmetry(model).generators.map((generator) =>
    [...generator].map(([from, to]) => `${from} -> ${to}`).join(", "),
  );

/** What an exploration finds that takes states for one where `group` says so. */
const verdictUnder = (model: Model, group: readonly Permutation[]) =>
  verdictOf(explore(model, { keyOf: orbitKey(model, group) }));

/** One of two threads is the first, and its object says so. */
const RACE = `
  class O { n = 0; }
  const os = instances(O, 2);
  let done = 0; let winner: O | null = null;
  thread("w", os, (o) => { atomic(() => { if (done === 0) { done = 1; o.n = 1; winner = o; } }); });`;

describe("who can change places", () => {
  test("objects with what they embed and the threads started with them", () => {
    const model = compileText(`
      class Vcpu { lock = spinlock(); n = 0; }
      const vcpus = instances(Vcpu, 2);
      thread("vcpu", vcpus, (v) => { spin_lock(v.lock); v.n = 1; spin_unlock(v.lock); });
      thread("other", () => { const v = choose(vcpus); spin_lock(v.lock); assert(v.n < 2); spin_unlock(v.lock); });`);
    expect(changes(model)).toEqual([
      "vcpu0 -> vcpu1, vcpu(vcpu0) -> vcpu(vcpu1), vcpu0.lock -> vcpu1.lock, vcpu1 -> vcpu0, vcpu(vcpu1) -> vcpu(vcpu0), vcpu1.lock -> vcpu0.lock",
    ]);
  });

  test("three of a kind: every order of them", () => {
    const model = compileText(RACE.replace("instances(O, 2)", "instances(O, 3)"));
    expect(findSymmetry(model).group).toHaveLength(5);
  });

  test("a ring moves on by one place", () => {
    const model = compileText(`
      class Fork { lock = spinlock(); }
      class Philosopher { left: Fork | null = null; right: Fork | null = null; }
      const forks = instances(Fork, 3); const ps = instances(Philosopher, 3, "p");
      initially(() => {
        ps[0].left = forks[0]; ps[1].left = forks[1]; ps[2].left = forks[2];
        ps[0].right = forks[1]; ps[1].right = forks[2]; ps[2].right = forks[0];
      });
      thread("eats", ps, (p) => {
        spin_lock(p.left!.lock); spin_lock(p.right!.lock); spin_unlock(p.right!.lock); spin_unlock(p.left!.lock);
      });`);
    const { group } = findSymmetry(model);
    expect(group).toHaveLength(2);
    expect(group[0]!.get("p0")).toBe("p1");
    expect(group[0]!.get("p2")).toBe("p0");
    expect(group[0]!.get("fork2")).toBe("fork0");
    expect(verdictUnder(model, group)).toEqual(["deadlock"]);
  });

  test("objects of a pool, and those on no thread's behalf", () => {
    const model = compileText(`
      class Node { n = 0; }
      const nodes = pool(Node, 2);
      thread("t", () => { const a = alloc(nodes); if (a !== null) { a.n = 1; free(a); } });`);
    expect(changes(model)).toEqual(["node0 -> node1, node1 -> node0"]);
  });

  test("keys of a map, all of which are keys of it", () => {
    const text = `
      class O {} const os = instances(O, 2); let count = map(os, 0);
      thread("t", os, (o) => { count.set(o, 1); assert(count.get(o) === 1); });`;
    const model = compileText(text);
    const { group } = findSymmetry(model);
    expect(group).toHaveLength(1);
    const keyOf = orbitKey(model, group);
    expect(explore(model, { keyOf }).distinct).toBeLessThan(explore(model).distinct);
    // Under the keys of the first alone there would be no place for the second.
    const variables = model.variables.map((variable) => {
      const { type } = variable;
      return type.kind === "map"
        ? { ...variable, type: { ...type, keys: type.keys!.slice(0, 1) } }
        : variable;
    });
    expect(findSymmetry({ ...model, variables }).group).toHaveLength(0);
  });

  test("whatever memory begins with: that only says where runs start", () => {
    const text = `${RACE} initially(() => { winner = os[0]; });
      thread("t", () => { until(done === 1); assert(winner!.n === 0); });`;
    const model = compileText(text);
    const { group } = findSymmetry(model);
    expect(group).toHaveLength(1);
    expect(verdictUnder(model, group)).toEqual(verdictOf(explore(model)));
  });

  test("no more of them than are worth it", () => {
    const model = compileText(RACE.replace("instances(O, 2)", "instances(O, 6)"));
    const { group, generators } = findSymmetry(model);
    expect(group.length).toBeGreaterThan(1);
    expect(group.length).toBeLessThanOrEqual(LARGEST_GROUP);
    expect(groupOf(generators, LARGEST_GROUP)!.map(permutationText).sort()).toEqual(
      group.map(permutationText).sort(),
    );
  });
});

/** Each has an error that comes only from the second object, which nobody would look at if it passed for the first. */
const ASYMMETRIC: readonly { readonly name: string; readonly text: string; readonly fails: string }[] = [
  {
    name: "a thread that names one of them",
    text: 'thread("t", () => { until(done === 1); assert(os[1].n === 0); });',
    fails: "assert",
  },
  {
    name: "a loop that takes them in order",
    text: 'thread("t", () => { until(done === 1); let k = 0; for (const o of os) k = 2 * k + o.n; assert(k !== 1); });',
    fails: "assert",
  },
  {
    name: "a step over them in order",
    text: 'thread("t", () => { until(done === 1); let k = 0; atomic(() => { k = os.reduce((sum, o) => 2 * sum + o.n, 0); }); assert(k !== 1); });',
    fails: "assert",
  },
  {
    name: "the first for which something holds",
    text: 'thread("t", () => { until(done === 1); assert(os.find((o) => true) === winner); });',
    fails: "assert",
  },
  {
    name: "an index",
    text: 'thread("t", () => { until(done === 1); assert(os.indexOf(winner!) !== 1); });',
    fails: "assert",
  },
  {
    name: "the order of addresses",
    text: 'thread("t", () => { until(done === 1); const w = winner!; assert(!os.some((o) => o < w)); });',
    fails: "assert",
  },
  {
    name: "an invariant that names one of them",
    text: 'invariant("the second never wins", () => os[1].n === 0);',
    fails: "invariant: the second never wins",
  },
  {
    name: "a variable that is compared with one of them",
    text: 'thread("t", () => { until(done === 1); switch (winner) { case os[1]: assert(false); } });',
    fails: "assert",
  },
  {
    name: "another thread that only one of them has",
    text: 'thread("t", () => { const mine = os[1]; until(mine.n === 1); assert(false); }, { daemon: true });',
    fails: "assert",
  },
];

describe("who cannot", () => {
  test.each(ASYMMETRIC)("$name", ({ text, fails }) => {
    const model = compileText(`${RACE} ${text}`);
    expect(changes(model)).toEqual([]);
    expect(verdictOf(explore(model))).toContain(fails);
    // Had it been overlooked, the error would be lost.
    const [naive] = candidates(model);
    expect(verdictUnder(model, [naive!])).not.toContain(fails);
  });

  test("objects that differ in a field that nobody writes", () => {
    const model = compileText(`
      class O { bad = false; n = 0; }
      const os = instances(O, 2);
      initially(() => { os[1].bad = true; });
      thread("w", os, (o) => { if (o.bad) o.n = 1; });
      invariant("i", () => os.every((o) => o.n < 2));`);
    expect(changes(model)).toEqual([]);
  });

  test("elements of one array, which are told apart by their index", () => {
    const model = compileText(`
      class Bucket { n = 0; }
      class Table { buckets = instances(Bucket, 2); }
      const table = new Table();
      thread("t", () => { const i = choose([0, 1]); table.buckets[i].n = 1; });
      invariant("i", () => table.buckets.every((b) => b.n < 2));`);
    expect(changes(model)).toEqual([]);
  });

  test("CPUs of which one takes interrupts that the other does not", () => {
    const text = (where: string) => `
      const cpus = instances(Cpu, 2); let n = 0;
      thread("task", cpus, () => { n = 1; n = 2; });
      hardirq("irq", ${where}, () => { n = 0; }, { times: 1 });`;
    const both = findSymmetry(compileText(text("cpus"))).group;
    expect(both).toHaveLength(1);
    expect(both[0]!.get("irq(cpu0)")).toBe("irq(cpu1)");
    expect(changes(compileText(text("cpus[0]")))).toEqual([]);
  });

  test("anything in a model with claims about runs", () => {
    const model = compileText(`${RACE} eventually("somebody wins", () => done === 1);`);
    expect(findSymmetry(model)).toEqual({ generators: [], group: [] });
  });

  test("lists that a store buffer is told of one after the other", () => {
    const text = (memory: string) => `
      class E { v = 0; } class L { q = list<E>(); }
      const ls = instances(L, 2); const e = new E();
      thread("t", ls, (l) => { list_add(e, l.q); list_del(e); });
      export default cases({ title: "t", c: { memory: "${memory}", expect: holds(), why: "w" } });`;
    expect(findSymmetry(compileText(text("sc"))).group).toHaveLength(1);
    expect(findSymmetry(compileText(text("tso"))).group).toHaveLength(0);
  });

  test("what is no permutation, or moves an object without its thread", () => {
    const proves = automorphismsOf(compileText(RACE));
    expect(proves(new Map([["o0", "o1"]]))).toBe(false);
    expect(
      proves(
        new Map([
          ["o0", "o1"],
          ["o1", "o0"],
        ]),
      ),
    ).toBe(false);
  });
});

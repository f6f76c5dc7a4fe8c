import { describe, expect, test } from "vitest";
import { emitModule } from "../../src/emit/module.js";
import type { Model } from "../../src/ir/model.js";
import { printStep } from "../../src/ir/print.js";
import { compileText, foldText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";

const reduced = (text: string): Model => foldText(text);

/** The steps of all threads without the places in the spec. */
const steps = (model: Model): string[] =>
  model.processes.flatMap((process) =>
    process.steps.flatMap((step) => printStep(step).map((line) => line.replace(/ {2}\/\/.*/, ""))),
  );

const variables = (model: Model): string[] => model.variables.map(({ name }) => name);

describe("fields that no step writes", () => {
  test("decide conditions, and the step stays with what is left of it", () => {
    const model = reduced(`
      let fast = false; let x = 0;
      thread("t", () => { if (fast) x = 1; else x = 2; assert(x === 2); });`);
    expect(variables(model)).toEqual(["x"]);
    expect(steps(model)).toMatchInlineSnapshot(`
      [
        "t_3:",
        "  pass",
        "  pass, false",
        "  goto t_3_3",
        "t_3_3:",
        "  x := 2",
        "  goto t_3_4",
        "t_3_4:",
        "  x = x",
        "  check assert: x === 2",
        "  goto Done, forget x",
      ]
    `);
  });

  test("are known after initially, and per object where the object is", () => {
    const model = reduced(`
      class Dev { kind = 0; hits = 0; }
      const devs = instances(Dev, 2);
      initially(() => { devs[1].kind = 7; });
      thread("named", () => { if (devs[1].kind === 7) devs[0].hits = 1; });
      thread("any", devs, (d) => { if (d.kind === 7) d.hits = 2; });
      invariant("hits", () => devs[0].hits < 5 && devs[1].hits < 5);`);
    expect(variables(model)).toEqual(["Dev.kind", "Dev.hits"]);
    expect(steps(model)).toMatchInlineSnapshot(`
      [
        "named_5:",
        "  pass",
        "  pass, true",
        "  goto named_5_2",
        "named_5_2:",
        "  dev0->hits := 1",
        "  goto Done",
        "any_6:",
        "  kind = argument->kind",
        "  if (kind === 7) {",
        "    goto any_6_2, forget kind",
        "  } else {",
        "    goto Done, forget kind",
        "  }",
        "any_6_2:",
        "  argument->hits := 2",
        "  goto Done",
      ]
    `);
  });

  test("make checks of pointers that are never null, and lists that are always empty, go", () => {
    const model = reduced(`
      class Dev { next: Dev | null = null; n = 0; }
      class Bus { devs = list<Dev>(); }
      const a = new Dev(); const b = new Dev(); const bus = new Bus();
      initially(() => { a.next = b; b.next = a; });
      thread("t", () => { a.next!.n = 1; assert(!bus.devs.has(a)); assert(b.n === 1); });`);
    expect(variables(model)).toEqual(["Dev.n"]);
    expect(steps(model)).toMatchInlineSnapshot(`
      [
        "t_6:",
        "  pass",
        "  pass",
        "  goto t_6_2",
        "t_6_2:",
        "  b->n := 1",
        "  goto t_6_3",
        "t_6_3:",
        "  pass",
        "  pass",
        "  goto t_6_4",
        "t_6_4:",
        "  n = b->n",
        "  check assert: n === 1",
        "  goto Done, forget n",
      ]
    `);
  });

  test("still fail the checks that they fail", () => {
    const model = reduced(`
      class Dev { next: Dev | null = null; n = 0; }
      const a = new Dev();
      thread("t", () => { a.next!.n = 1; });
      thread("u", () => { assert(a.n === 0); });`);
    expect(verdictOf(explore(model))).toEqual(["null-dereference"]);
  });

  test("stay where only some thread writes them through a pointer, or a list that is emptied", () => {
    const model = reduced(`
      class Dev { on = false; n = 0; }
      class Bus { devs = list<Dev>(); }
      const devs = instances(Dev, 2); const bus = new Bus();
      initially(() => { list_add(devs[0], bus.devs); });
      thread("w", devs, (d) => { d.on = true; });
      thread("l", () => { list_del(devs[0]); });
      thread("r", () => { if (devs[1].on) assert(bus.devs.has(devs[0])); });`);
    expect(variables(model)).toEqual(["Dev.on", "Bus.devs"]);
    expect(verdictOf(explore(model))).toEqual(["assert"]);
  });
});

describe("what nobody asks about", () => {
  test("goes, and its steps stay", () => {
    const text = `
      let seen = 0; let x = 0;
      thread("t", () => { seen = x; x = 1; const n = x; x = 2; });
      thread("u", () => { x = 3; assert(x < 4); });`;
    const [plain, model] = [compileText(text), reduced(text)];
    expect(variables(plain)).toEqual(["seen", "x"]);
    expect(variables(model)).toEqual(["x"]);
    expect(model.processes.map((process) => process.steps.map(({ label }) => label))).toEqual(
      plain.processes.map((process) => process.steps.map(({ label }) => label)),
    );
    expect(steps(model)).toMatchInlineSnapshot(`
      [
        "t_3:",
        "  pass",
        "  goto t_3_2",
        "t_3_2:",
        "  pass",
        "  goto t_3_3",
        "t_3_3:",
        "  x := 1",
        "  goto t_3_4",
        "t_3_4:",
        "  pass",
        "  goto t_3_5",
        "t_3_5:",
        "  x := 2",
        "  goto Done",
        "u_4:",
        "  x := 3",
        "  goto u_4_2",
        "u_4_2:",
        "  x = x",
        "  check assert: x < 4",
        "  goto Done, forget x",
      ]
    `);
    expect(explore(model).distinct).toBeLessThan(explore(plain).distinct);
  });

  test("is still there where only an invariant, or its premise, reads it", () => {
    const text = `let x = 0; let y = 0; thread("t", () => { x = 1; y = 1; });`;
    expect(variables(reduced(text))).toEqual([]);
    expect(variables(reduced(`${text} invariant("i", () => x < 2);`))).toEqual(["x"]);
    expect(variables(reduced(`${text} invariant("i", () => x < 2 || y < 2);`))).toEqual(["x", "y"]);
  });

  test("leaves behind the order that its store asked for", () => {
    const text = (memory: string) => `
      let data = 0; let flag = 0; let log = 0;
      thread("w", () => { data = 1; smp_store_release(log, 1); flag = 1; });
      thread("r", () => { if (flag === 1) assert(data === 1); });
      export default cases({ title: "t", c: { memory: "${memory}", expect: holds(), why: "w" } });`;
    for (const memory of ["tso", "pso"]) {
      const [plain, model] = [compileText(text(memory)), reduced(text(memory))];
      expect(variables(model)).toEqual(["data", "flag"]);
      expect(verdictOf(explore(model))).toEqual([]);
      expect(verdictOf(explore(plain))).toEqual([]);
    }
    expect(steps(reduced(text("pso"))).join("\n")).toContain("order stores");
    expect(steps(reduced(text("tso"))).join("\n")).not.toContain("order stores");
  });

  test("takes a store buffer with it that nobody fills any more", () => {
    const model = reduced(`
      let log = 0; let x = 0;
      thread("w", () => { log = 1; });
      thread("r", () => { x = 1; assert(x === 1); });
      export default cases({ title: "t", c: { memory: "tso", expect: holds(), why: "w" } });`);
    expect(model.processes.map(({ name }) => name)).toEqual(["w", "r", "store buffer of r"]);
  });

  test("takes it from the CPUs as well", () => {
    const model = reduced(`
      const a = spinlock(); const mx = mutex(); let z = 0;
      thread("t0", () => { mutex_lock(mx); z = 1; z = 0; mutex_unlock(mx); });
      thread("t1", () => { spin_lock(a); spin_unlock(a); });
      export default cases({ title: "t", c: { memory: "tso", expect: holds(), why: "w" } });`);
    const threads = model.processes.flatMap((process) => process.threads.map(({ name }) => name));
    expect([...model.cpus.keys()].filter((name) => !threads.includes(name))).toEqual([]);
    expect(() => emitModule(model, "m")).not.toThrow();
  });

  test("stays in models with claims about runs, where a step that changes nothing is none", () => {
    const text = `let n = 0; let x = 0;
      thread("t", () => { for (;;) atomic(() => { n = 1 - n; }); });
      eventually("x is set", () => x === 1);`;
    expect(variables(reduced(text))).toEqual(variables(compileText(text)));
  });
});

import { describe, expect, test } from "vitest";
import { evaluate, globalScene } from "../../src/interpreter/evaluate.js";
import {
  formatValue,
  initialState,
  type State,
  stateKey,
  threadsOf,
  valueKey,
} from "../../src/interpreter/state.js";
import { type Event, runStep } from "../../src/interpreter/step.js";
import type { Model, Value } from "../../src/ir/model.js";
import { binary, constant } from "../../src/ir/terms.js";
import { compileText } from "../support/compile.js";

/** Runs steps of threads by index, taking the first outcome of each. */
function run(model: Model, schedule: readonly number[]): { state: State; events: readonly Event[] } {
  let state = initialState(model);
  let events: readonly Event[] = [];
  for (const index of schedule) {
    const outcome = runStep(model, state, threadsOf(model)[index]!).outcomes[0];
    if (outcome === undefined) throw new Error(`thread ${index} cannot move`);
    ({ state, events } = outcome);
  }
  return { state, events };
}

const shown = (events: readonly Event[]) => events.map(show);

function show(event: Event): string {
  switch (event.kind) {
    case "read":
      return `read ${event.at} ${formatValue(event.value)}`;
    case "write":
      return `write ${event.at} ${formatValue(event.from)} -> ${formatValue(event.to)}`;
    case "buffer":
      return `buffer ${event.at} ${formatValue(event.value)}`;
    case "acquire":
    case "release":
      return `${event.kind} ${event.lock} ${event.mode}`;
    case "fail":
      return `fail ${event.check} ${formatValue(event.subject)}`;
    case "pass":
      return "pass";
  }
}

const TWO_LOCKERS = `
  const lock = spinlock();
  let x = 0;
  thread("a", () => { spin_lock(lock); x = 1; spin_unlock(lock); });
  thread("b", () => { spin_lock(lock); spin_lock(lock); });`;

describe("a step", () => {
  test("tells what it did, in order", () => {
    expect(shown(run(compileText(TWO_LOCKERS), [0]).events)).toEqual([
      "read Spinlock.owner@lock null",
      "read Spinlock.owner@lock null",
      "write Spinlock.owner@lock null -> a",
      "acquire lock exclusive",
      // The thread's own book of what it holds.
      "pass",
    ]);
  });

  test("waits with the lock it would take, what it read, and no outcome", () => {
    const model = compileText(TWO_LOCKERS);
    const { state } = run(model, [0]);
    const { outcomes, wait } = runStep(model, state, threadsOf(model)[1]!);
    expect(outcomes).toEqual([]);
    expect(wait).toMatchObject({ idle: false, lock: "lock" });
    expect(wait?.reads).toEqual([
      { kind: "read", at: "Spinlock.owner@lock", value: { ref: "a" }, origin: expect.anything() },
    ]);
  });

  test("that fails a check stops its thread, keeps what it stored and forgets its variables", () => {
    const model = compileText(
      'let x = 0; let y = 7; thread("a", () => { const n = y; atomic(() => { x = n; assert(x === 1); y = n; }); y = n; });',
    );
    const { state, events } = run(model, [0, 0]);
    expect(shown(events).at(-1)).toBe("fail assert null");
    expect(state.memory.get("x@")).toBe(7);
    expect(state.threads.get("a")).toEqual({ at: "Done", locals: new Map() });
    expect([...state.failed]).toEqual(["assert"]);
    expect(runStep(model, state, threadsOf(model)[0]!)).toEqual({ outcomes: [], wait: undefined });
  });

  test("has an outcome for each choice, and changes no state that it came from", () => {
    const model = compileText(
      'class C { n = 0; } const cs = instances(C, 3); thread("a", () => { const c = choose(cs); c.n = 1; });',
    );
    const before = initialState(model);
    const key = stateKey(before);
    const { outcomes } = runStep(model, before, threadsOf(model)[0]!);
    expect(
      outcomes.map(({ state }) => ["c0", "c1", "c2"].filter((c) => state.memory.get(`C.n@${c}`) === 1)),
    ).toEqual([["c0"], ["c1"], ["c2"]]);
    expect(stateKey(before)).toBe(key);
  });

  test("rests only if every choice waits for work", () => {
    const rests = (first: string, second: string) => {
      const model = compileText(`let w = 0;
        thread("a", () => { atomic(() => { if (maybe()) ${first}(w === 1); else ${second}(w === 1); }); });`);
      return runStep(model, initialState(model), threadsOf(model)[0]!).wait?.idle;
    };
    expect(rests("idle_until", "idle_until")).toBe(true);
    expect(rests("idle_until", "until")).toBe(false);
    expect(rests("until", "idle_until")).toBe(false);
  });

  test("takes an element off every list of its class at once", () => {
    const model = compileText(`
      class E {} class L { p = list<E>(); q = list<E>(); }
      const e = new E(); const ls = instances(L, 2);
      initially(() => { list_add(e, ls[1].q); });
      thread("a", () => { list_del(e); });`);
    const { events } = run(model, [0]);
    expect(shown(events).filter((text) => text.startsWith("write"))).toEqual(["write L.q@l1 [e] -> []"]);
    expect(shown(events).filter((text) => text.startsWith("read"))).toHaveLength(4);
  });
});

describe("values", () => {
  const scene = globalScene(compileText('thread("a", () => {});'), {
    memory: new Map(),
    buffers: new Map(),
    threads: new Map(),
    failed: new Set(),
  });
  const remainder = (a: number, b: number) => evaluate(scene, binary("%", constant(a), constant(b)));

  test.each([
    [7, 3, 1],
    [-7, 3, -1],
    [-6, 3, 0],
    [0, 5, 0],
  ])("%i %% %i is %i, as in C", (a, b, expected) => {
    expect(remainder(a, b)).toBe(expected);
  });

  test("what TLC cannot compute is not computed here either", () => {
    expect(() => remainder(1, 0)).toThrow("1 % 0");
    expect(() => evaluate(scene, binary("+", constant(2 ** 31 - 1), constant(1)))).toThrow("32 bits");
    expect(() => evaluate(scene, { kind: "unary", operator: "-", operand: constant(-(2 ** 31)) })).toThrow(
      "32 bits",
    );
  });

  test("&&, || and ?: evaluate only what they need", () => {
    const bad = binary("===", binary("%", constant(1), constant(0)), constant(0));
    expect(evaluate(scene, binary("&&", constant(false), bad))).toBe(false);
    expect(evaluate(scene, binary("||", constant(true), bad))).toBe(true);
    const condition = constant(true);
    expect(evaluate(scene, { kind: "conditional", condition, whenTrue: constant(1), whenFalse: bad })).toBe(
      1,
    );
  });

  test("equal values have equal keys, and others have not", () => {
    const set = (...refs: string[]): Value => ({ set: refs.map((ref) => ({ ref })) });
    expect(valueKey(set("a", "b"))).toBe(valueKey(set("b", "a")));
    expect(valueKey({ list: [1, 2] })).not.toBe(valueKey({ list: [2, 1] }));
    const different: Value[] = [
      null,
      "null",
      0,
      "0",
      false,
      { ref: "0" },
      { ref: "null" },
      set(),
      { list: [] },
      set("a,#b"),
      set("a", "b"),
    ];
    expect(new Set(different.map(valueKey)).size).toBe(different.length);
  });
});

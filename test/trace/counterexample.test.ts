/** From TLC's printed states to the finished interleaving, with the real TLC and without. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { InternalError } from "../../src/base/assert.js";
import { type EmittedModule, emitModule } from "../../src/emit/module.js";
import { initialState, stateKey, threadsOf } from "../../src/interpreter/state.js";
import { runStep } from "../../src/interpreter/step.js";
import type { Model } from "../../src/ir/model.js";
import type { RawTrace } from "../../src/tlc/raw-trace.js";
import { runTlc } from "../../src/tlc/run.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import { extentOf } from "../../src/trace/extent.js";
import { withFewestSwitches } from "../../src/trace/fewest-switches.js";
import { liftStates } from "../../src/trace/lift.js";
import { contextSwitches, type Move, replay } from "../../src/trace/replay.js";
import { tell } from "../../src/trace/tell.js";
import { compileText } from "../support/compile.js";
import { realTools } from "../support/tools.js";

/** Every kind of value that a state can hold, and a race at the end. */
const SPEC = `
class Queue { lock = spinlock(); items = list<Item>(); waiting = set<Thread>(); state: "idle" | "busy" = "idle"; count = 0; }
class Item { queue: Queue | null = null; lock: Spinlock | null = null; ready = false; }
const queues = instances(Queue, 2);
const items = instances(Item, 2);
let generation = -3;
initially(() => {
  for (const item of items) { item.queue = queues[0]; item.lock = queues[0].lock; list_add_tail(item, queues[0].items); }
});
thread("mover", items, (item) => {
  const q = item.queue!;
  spin_lock(item.lock!);
  q.state = "busy";
  q.waiting.add(current());
  item.ready = true;
  generation -= 1;
  q.count++;
  spin_unlock(q.lock);
});
thread("thief", () => {
  const q = queues[0];
  until(q.state === "busy");
  spin_unlock(q.lock);
});
`;

async function counterexample(model: Model, emitted: EmittedModule): Promise<RawTrace> {
  const tools = await realTools();
  return withRunDirectory(async (directory) => {
    const moduleName = emitted.naming.module;
    await translate({ ...tools, directory, moduleName, source: emitted.text });
    const configFile = join(directory.path, `${moduleName}.cfg`);
    await writeFile(configFile, emitted.config);
    const moduleFile = join(directory.path, `${moduleName}.tla`);
    const outcome = await runTlc({ ...tools, directory, moduleFile, configFile, workers: 1 });
    if (outcome.kind !== "violated") throw new Error(`${model.case}: ${JSON.stringify(outcome)}`);
    return outcome.trace;
  });
}

describe("a counterexample of TLC", () => {
  const model = compileText(SPEC);
  const emitted = emitModule(model, "Values");
  let raw: RawTrace;
  beforeAll(async () => {
    raw = await counterexample(model, emitted);
  });

  it("lifts to states of the model, the first of which is the initial one", () => {
    const states = liftStates(model, emitted.naming, raw.states);
    expect(stateKey(states[0]!)).toBe(stateKey(initialState(model)));
    expect(states.at(-1)!.failed).toEqual(new Set(["unlock-not-held"]));
  });

  it("replays move by move and ends with the thread that TLC blames", () => {
    const moves = replay(model, liftStates(model, emitted.naming, raw.states));
    expect(moves).toHaveLength(raw.states.length - 1);
    expect(moves.at(-1)!.running.instance.name).toBe("thief");
  });

  it("is refused where any state is not one of the model", () => {
    const bodies = raw.states.map((state) => state.body);
    const tamper = (index: number, from: RegExp, to: string) => {
      const body = bodies[index]!.replace(from, to);
      expect(body).not.toBe(bodies[index]);
      const states = raw.states.map((state, at) => (at === index ? { ...state, body } : state));
      return () => replay(model, liftStates(model, emitted.naming, states));
    };
    expect(tamper(0, /generation = -3/, "generation = -4")).toThrow(InternalError);
    expect(tamper(bodies.length - 2, /"busy"/, '"idle"')).toThrow(/no step of the model/);
    expect(tamper(bodies.length - 1, /generation = -3/, "generation = 5")).toThrow(/no step of the model/);
    expect(tamper(bodies.length - 1, /pc = .*?"Done"/s, 'pc = (nobody :> "Done"')).toThrow(InternalError);
  });

  it("is told with who holds what since when", () => {
    const moves = replay(model, liftStates(model, emitted.naming, raw.states));
    const shown = withFewestSwitches(model, moves);
    const violated = { check: "unlock-not-held", invariant: undefined };
    const told = tell(model, initialState(model), { moves: shown, rest: [] }, violated, extentOf(moves));
    const taken = told.steps.find((step) => step.kind === "acquire")!;
    expect(taken.lock).toBe("queue0.lock");
    expect(told.failure.message).toContain(
      `releases queue0.lock, which CPU0 (${taken.thread}) holds since step ${taken.n}`,
    );
    expect(told.steps.at(-1)).toMatchObject({ thread: "thief", fails: true, text: "spin_unlock(q.lock);" });
    expect(told.steps.map((step) => step.n)).toEqual(told.steps.map((_, index) => index + 1));
    expect(told.contextSwitches).toBeLessThanOrEqual(told.contextSwitchesBefore);
    expect(told.steps.flatMap((step) => step.effects)).toContainEqual({
      path: "queue0.state",
      from: '"idle"',
      to: '"busy"',
    });
  });
});

/** A run that takes the enabled thread that `pick` names until nobody can move. */
function run(model: Model, pick: (choices: number) => number, length: number): Move[] {
  const moves: Move[] = [];
  let state = initialState(model);
  for (let n = 0; n < length; n++) {
    const possible = threadsOf(model).flatMap((running): Move[] => {
      const step = running.process.steps.find(
        ({ label }) => label === state.threads.get(running.instance.name)!.at,
      );
      if (step === undefined) return [];
      return runStep(model, state, running).outcomes.map((outcome) => ({
        running,
        step,
        before: state,
        outcome,
      }));
    });
    if (possible.length === 0) break;
    const move = possible[pick(possible.length)]!;
    moves.push(move);
    state = move.outcome.state;
  }
  return moves;
}

/** Fewest switches over all orders, by trying every one: only for short runs. */
function bruteForce(model: Model, moves: readonly Move[]): number {
  const names = [...new Set(moves.map((move) => move.running.instance.name))];
  const lanes = names.map((name) => moves.filter((move) => move.running.instance.name === name));
  const goal = stateKey(moves.at(-1)!.outcome.state);
  const lastLane = names.indexOf(moves.at(-1)!.running.instance.name);
  let best = Number.POSITIVE_INFINITY;
  const go = (state: Move["before"], made: readonly number[], last: number, switches: number): void => {
    const left = lanes.reduce((sum, lane, index) => sum + lane.length - made[index]!, 0);
    if (left === 0) {
      if (stateKey(state) === goal) best = Math.min(best, switches);
      return;
    }
    lanes.forEach((lane, index) => {
      const original = lane[made[index]!];
      if (original === undefined || (index === lastLane && made[index] === lane.length - 1 && left > 1))
        return;
      const { name } = original.running.instance;
      const wanted = JSON.stringify([
        ...[original.outcome.state.threads.get(name)!].map((t) => [t.at, [...t.locals]]),
      ]);
      for (const outcome of runStep(model, state, original.running).outcomes) {
        const own = outcome.state.threads.get(name)!;
        if (JSON.stringify([[own.at, [...own.locals]]]) !== wanted) continue;
        const next = made.map((count, other) => (other === index ? count + 1 : count));
        go(outcome.state, next, index, switches + (last >= 0 && last !== index ? 1 : 0));
        return;
      }
    });
  };
  go(
    moves[0]!.before,
    lanes.map(() => 0),
    -1,
    0,
  );
  return best;
}

describe("the fewest context switches", () => {
  const model = compileText(`
    class Cell { a = 0; b = 0; lock = spinlock(); }
    const cell = new Cell();
    thread("left", () => { cell.a = 1; spin_lock(cell.lock); cell.b = cell.a; spin_unlock(cell.lock); });
    thread("right", () => { spin_lock(cell.lock); cell.b = 2; spin_unlock(cell.lock); cell.a = cell.b; });
    thread("other", () => { cell.b = 3; });
  `);

  it("keep the moves of each thread, the last state and the last move, and are as few as any order has", () => {
    let seed = 7;
    const pick = (choices: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % choices;
    };
    let improved = 0;
    for (let n = 0; n < 60; n++) {
      const moves = run(model, pick, 4 + (n % 6));
      const shown = withFewestSwitches(model, moves);
      expect(stateKey(shown.at(-1)!.outcome.state)).toBe(stateKey(moves.at(-1)!.outcome.state));
      expect(shown.at(-1)!.step.label).toBe(moves.at(-1)!.step.label);
      for (const { instance } of threadsOf(model)) {
        const labels = (of: readonly Move[]) =>
          of.filter((move) => move.running.instance.name === instance.name).map((move) => move.step.label);
        expect(labels(shown)).toEqual(labels(moves));
      }
      // Each move starts where the one before it ended: the whole is a run of the interpreter.
      shown.forEach((move, index) => {
        const before = index === 0 ? initialState(model) : shown[index - 1]!.outcome.state;
        expect(stateKey(move.before)).toBe(stateKey(before));
      });
      expect(contextSwitches(shown)).toBe(bruteForce(model, moves));
      if (contextSwitches(shown) < contextSwitches(moves)) improved++;
    }
    expect(improved).toBeGreaterThan(10);
  });
});

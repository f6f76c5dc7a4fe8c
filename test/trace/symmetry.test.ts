/** Counterexamples of reduced models: found under whatever names, told of the plain model. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tellState } from "../../src/app/tell-case.js";
import { emitModule } from "../../src/emit/module.js";
import { orbitKey, permuter } from "../../src/interpreter/permute.js";
import { initialState, type State, stateKey } from "../../src/interpreter/state.js";
import type { Model, Permutation } from "../../src/ir/model.js";
import { runTlc } from "../../src/tlc/run.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import { type Move, replay } from "../../src/trace/replay.js";
import { unfold } from "../../src/trace/unfold.js";
import { SMALL_SPECS } from "../soundness/small-specs.js";
import { compileText, foldText } from "../support/compile.js";
import { explore } from "../support/explore.js";
import { realTools } from "../support/tools.js";

/** A path to each state in which something fails, and to the last one found. */
function pathsOf(model: Model, keyOf: (state: State) => string): State[][] {
  const before = new Map<string, State>();
  const { states } = explore(model, {
    keyOf,
    onTransition: ({ from, outcome }) => {
      const key = keyOf(outcome.state);
      if (!before.has(key)) before.set(key, from);
    },
  });
  const all = [...states.values()];
  const ends = [...all.filter(({ state }) => state.failed.size > 0).slice(0, 3), ...all.slice(-1)];
  const start = keyOf(initialState(model));
  return ends.map(({ state }) => {
    const path = [state];
    for (let at = state; keyOf(at) !== start; ) {
      at = before.get(keyOf(at))!;
      path.unshift(at);
    }
    return path;
  });
}

const RING = `
  class Fork { lock = spinlock(); }
  class Philosopher { left: Fork | null = null; right: Fork | null = null; meals = 0; }
  const forks = instances(Fork, 3); const ps = instances(Philosopher, 3, "p");
  initially(() => {
    ps[0].left = forks[0]; ps[1].left = forks[1]; ps[2].left = forks[2];
    ps[0].right = forks[1]; ps[1].right = forks[2]; ps[2].right = forks[0];
  });
  thread("eats", ps, (p) => {
    for (;;) {
      spin_lock(p.left!.lock); spin_lock(p.right!.lock);
      p.meals = 1 - p.meals;
      spin_unlock(p.right!.lock); spin_unlock(p.left!.lock);
    }
  });`;

describe("a path up to symmetry", () => {
  test("replays as a real run, however its states are named", () => {
    const model = foldText(RING);
    const { group } = model.symmetry!;
    const keyOf = orbitKey(model, group);
    const changes: Permutation[] = [new Map(), ...group];
    for (const path of pathsOf(model, keyOf)) {
      const renamed = path.map((state, index) =>
        index === 0 ? state : permuter(model, changes[index % changes.length]!)(state),
      );
      const moves = replay(model, renamed);
      expect(moves).toHaveLength(path.length - 1);
      moves.forEach(({ before, outcome }, index) => {
        expect(stateKey(before)).toBe(stateKey(moves[index - 1]?.outcome.state ?? path[0]!));
        expect(keyOf(outcome.state)).toBe(keyOf(path[index + 1]!));
      });
    }
  });

  test("is refused where no naming makes it a run", () => {
    const model = foldText(RING);
    const [path] = pathsOf(model, orbitKey(model, model.symmetry!.group));
    expect(() => replay(model, path!.toSpliced(2, 1))).toThrow("no step of the model leads to state");
  });

  test("of TLC is told of the plain model", async () => {
    const [plain, model] = [compileText(RING), foldText(RING)];
    const emitted = emitModule(model, "ring");
    expect(emitted.config).toContain("SYMMETRY Interchangeable\n");
    expect(emitModule(plain, "ring").config).not.toContain("SYMMETRY");
    const tools = await realTools();
    const outcome = await withRunDirectory(async (directory) => {
      await translate({ ...tools, directory, moduleName: "ring", source: emitted.text });
      const configFile = join(directory.path, "ring.cfg");
      await writeFile(configFile, emitted.config);
      const moduleFile = join(directory.path, "ring.tla");
      return runTlc({ ...tools, directory, moduleFile, configFile, workers: 1 });
    });
    if (outcome.kind !== "violated") throw new Error(JSON.stringify(outcome));
    const models = { plain, unmerged: model, asked: model };
    const told = tellState(models, emitted.naming, outcome, { check: "deadlock", invariant: undefined });
    expect(told.blocked.map(({ thread }) => thread).sort()).toEqual(["eats(p0)", "eats(p1)", "eats(p2)"]);
    // The reduced model knows no pointer that somebody reads.
    expect(told.steps.flatMap(({ reads }) => reads.map(({ path }) => path))).toContain("p0.left");
  });
});

describe("a run of a reduced model is one of the plain model", () => {
  test.each(SMALL_SPECS)("$name", ({ text }) => {
    const [plain, model] = [compileText(text), foldText(text)];
    for (const path of pathsOf(model, stateKey)) {
      const moves = replay(model, path);
      const unfolded = unfold(plain, model, moves);
      const own = ({ running }: Move) => running.instance.drains === undefined;
      expect(unfolded.filter(own).map(({ running, step }) => [running.instance.name, step.label])).toEqual(
        moves.filter(own).map(({ running, step }) => [running.instance.name, step.label]),
      );
      const last = unfolded.at(-1)?.outcome.state;
      if (last !== undefined) expect([...last.failed]).toEqual([...path.at(-1)!.failed]);
    }
  });
});

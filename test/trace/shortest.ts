/** The shortest run of a spec that fails a check, and what is said of it. */
import { evaluate, globalScene } from "../../src/interpreter/evaluate.js";
import { initialState, type State, stateKey, threadsOf } from "../../src/interpreter/state.js";
import { nextStep, runStep } from "../../src/interpreter/step.js";
import type { Model } from "../../src/ir/model.js";
import { extentOf } from "../../src/trace/extent.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
import type { Move } from "../../src/trace/replay.js";
import { tell, type ViolatedCheck } from "../../src/trace/tell.js";
import { compileText } from "../support/compile.js";

function fails(model: Model, state: State, { check, invariant }: ViolatedCheck): boolean {
  if (check === "deadlock") {
    const results = threadsOf(model).map((running) => runStep(model, state, running));
    return (
      results.every(({ outcomes }) => outcomes.length === 0) &&
      results.some(({ wait }) => wait?.idle === false)
    );
  }
  if (check === "invariant") {
    const { condition } = model.invariants.find(({ name }) => name === invariant)!;
    return evaluate(globalScene(model, state), condition) === false;
  }
  return state.failed.has(check);
}

/** The shortest run that fails, told as it is: breadth first, as TLC does it. */
export function shortest(source: string, violated: ViolatedCheck): Interleaving {
  const model = compileText(source);
  const known = new Set<string>();
  let level: { state: State; moves: readonly Move[] }[] = [{ state: initialState(model), moves: [] }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { state, moves } of level) {
      if (fails(model, state, violated)) {
        return tell(model, initialState(model), { moves, rest: [] }, violated, extentOf(moves));
      }
      for (const running of threadsOf(model)) {
        const step = nextStep(state, running);
        for (const outcome of runStep(model, state, running).outcomes) {
          if (known.has(stateKey(outcome.state))) continue;
          known.add(stateKey(outcome.state));
          next.push({
            state: outcome.state,
            moves: [...moves, { running, step: step!, before: state, outcome }],
          });
        }
      }
    }
    level = next;
  }
  throw new Error(`nothing fails ${violated.check}`);
}

/** What failed, and each sentence behind it on a line of its own. */
export function sentence(source: string, check: string, invariant?: string): string {
  const { failure, explanation } = shortest(source, { check, invariant });
  return [failure.message, ...explanation.sentences].join("\n");
}

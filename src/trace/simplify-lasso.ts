/**
 * A run without end that is as wrong and easier to read: without detours, without threads that need not move at all, and
 * with few changes of the running thread. As in simplify.ts, nothing of that is reasoned about: what is left is run again
 * in the interpreter, has to come back to where its loop begins, has to be fair to every thread, and the claim has to be
 * false of it for the same reason.
 */
import { must } from "../base/assert.js";
import { initialState, stateKey, threadsOf } from "../interpreter/state.js";
import type { Model, ModelLiveness } from "../ir/model.js";
import { withFewestSwitches } from "./fewest-switches.js";
import { flawOf, type Lasso, loopState } from "./lasso.js";
import { hasPlot, type Plot, plotOf } from "./plot.js";
import type { Move } from "./replay.js";
import { type Allowance, rerun } from "./rerun.js";
import { byLength, ownerOf, roundsOf } from "./simplify.js";

/** Steps that the interpreter may take before the run stays as long as it is by then: about half a second. */
const MOST_STEPS = 20_000;

interface Search extends Allowance {
  readonly model: Model;
  readonly property: ModelLiveness;
  readonly plot: Plot;
  best: Lasso;
}

/** The shortest run found that is a counterexample as well; the given one, where nothing can be spared. */
export function simplifyLasso(model: Model, property: ModelLiveness, lasso: Lasso): Lasso {
  const plot = plotOf(model, property, lasso);
  const search: Search = { model, property, plot, left: MOST_STEPS, best: lasso };
  search.best = withoutDetours(rolledBack(lasso), (changed) => isAsGood(search, changed));
  for (const owner of byLength(movesOf(search.best))) {
    if (!plot.about.has(owner)) keep(search, (move) => ownerOf(move) !== owner);
  }
  for (const owner of byLength(movesOf(search.best))) leaveOutRounds(search, owner);
  const { prefix } = search.best;
  prefer(search, { ...search.best, prefix: withFewestSwitches(model, prefix) });
  prefer(search, { ...search.best, loop: withFewestSwitches(model, search.best.loop) });
  return search.best;
}

function movesOf({ prefix, loop }: Lasso): readonly Move[] {
  return [...prefix, ...loop];
}

function prefer(search: Search, lasso: Lasso): void {
  if (isAsGood(search, lasso)) search.best = lasso;
}

function isAsGood(search: Search, lasso: Lasso): boolean {
  const { model, property, plot } = search;
  // Each thread is looked at in each state of the loop, once for what it is owed and once for the plot.
  search.left -= 2 * threadsOf(model).length * Math.max(1, lasso.loop.length);
  return flawOf(model, property, lasso) === undefined && hasPlot(model, plot, lasso);
}

/** Tries the moves for which `stays` is true; says whether they are a counterexample, which is the best one then. */
function keep(search: Search, stays: (move: Move, index: number) => boolean): boolean {
  const shorter = remade(search.model, search.best, stays, search);
  if (shorter === undefined || !isAsGood(search, shorter)) return false;
  search.best = shorter;
  return true;
}

/**
 * Some of the moves of a lasso, made again; undefined where they cannot be, or do not lead back to where the loop begins.
 * @param stays which of them; those of the loop are counted behind those before it
 */
export function remade(
  model: Model,
  lasso: Lasso,
  stays: (move: Move, index: number) => boolean,
  allowance: Allowance,
): Lasso | undefined {
  const count = lasso.prefix.length;
  const prefix = rerun(model, initialState(model), lasso.prefix, stays, allowance);
  if (prefix === undefined) return undefined;
  const start = loopState(model, { prefix, loop: [] });
  const isInLoop = (move: Move, index: number) => stays(move, index + count);
  const loop = rerun(model, start, lasso.loop, isInLoop, allowance);
  if (loop === undefined) return undefined;
  const end = loop.at(-1)?.outcome.state ?? start;
  return stateKey(end) === stateKey(start) ? { prefix, loop } : undefined;
}

/** The loop begins as early as it can: where the prefix ends with its last move, the two are one round. */
function rolledBack({ prefix, loop }: Lasso): Lasso {
  const [before, around] = [[...prefix], [...loop]];
  for (;;) {
    const [last, turn] = [before.at(-1), around.at(-1)];
    if (last === undefined || turn === undefined || stateKey(last.before) !== stateKey(turn.before)) break;
    before.pop();
    around.pop();
    around.unshift(turn);
  }
  return { prefix: before, loop: around };
}

/** Leaves out what leads from a state back to it, wherever what remains is still good. */
function withoutDetours(lasso: Lasso, isGood: (lasso: Lasso) => boolean): Lasso {
  const cut = (moves: readonly Move[], rebuild: (moves: readonly Move[]) => Lasso): readonly Move[] => {
    let left = moves;
    for (let from = 0; from < left.length; from++) {
      const key = stateKey(must(left[from], "a move").before);
      for (let to = left.length - 1; to > from; to--) {
        if (stateKey(must(left[to], "a move").before) !== key) continue;
        const shorter = [...left.slice(0, from), ...left.slice(to)];
        if (!isGood(rebuild(shorter))) continue;
        left = shorter;
        break;
      }
    }
    return left;
  };
  const prefix = cut(lasso.prefix, (moves) => ({ ...lasso, prefix: moves }));
  const loop = cut(lasso.loop, (moves) => ({ prefix, loop: moves }));
  return { prefix, loop };
}

/** What leads a thread back to where it was is left out, the longest way first. */
function leaveOutRounds(search: Search, owner: string): void {
  for (let again = true; again && search.left > 0; ) {
    const { prefix, loop } = search.best;
    const rounds = [
      ...roundsOf(loop, owner).map(({ from, to }) => ({
        from: from + prefix.length,
        to: to + prefix.length,
      })),
      ...roundsOf(prefix, owner),
    ];
    again = rounds.some(({ from, to }) =>
      keep(search, ({ running }, index) => running.instance.name !== owner || index < from || index >= to),
    );
  }
}

/**
 * Runs without end told without those who have nothing to do with them. Fairness may owe such a thread its turns, so it
 * cannot be left out of the run; but where it can take all of them behind what is told, or between the steps of the loop, and
 * nothing comes of it, a reader need not see it. So there are two runs: the one that is told, and the whole one, which is
 * that one with the turns of the others, is fair to everybody, and is the proof. Both are runs of the interpreter.
 */
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { bufferOwner, stateKey, threadsOf } from "../interpreter/state.js";
import { type Event, runStep } from "../interpreter/step.js";
import type { Model, ModelLiveness } from "../ir/model.js";
import { toTheEnd } from "./aim.js";
import { withFewestSwitches } from "./fewest-switches.js";
import { flawOf, isFalseOn, isSameLot, type Lasso, loopState, lotOf } from "./lasso.js";
import { conditionsOf, hasPlot, type Plot, plotOf, standsAsIn } from "./plot.js";
import type { Move } from "./replay.js";
import { type Allowance, rerun, threadKey } from "./rerun.js";
import { byLength, ownerOf } from "./simplify.js";
import { remade } from "./simplify-lasso.js";

/** Steps that the interpreter may take before everybody else stays in the picture. */
const MOST_STEPS = 20_000;

/** A run without end in two versions. */
export interface ToldLasso {
  /** What is told. The claim is false of it; it need not be fair to those who are left out. */
  readonly shown: Lasso;
  /** What is told first, then what is left out of it: fair to everybody, and the claim is as false of it. */
  readonly whole: Lasso;
}

interface Search extends Allowance {
  readonly model: Model;
  readonly property: ModelLiveness;
  readonly plot: Plot;
  /** All of the counterexample. */
  readonly original: Lasso;
  best: ToldLasso;
}

/** The counterexample without bystanders; the given one twice where everybody matters. */
export function withoutBystanders(model: Model, property: ModelLiveness, lasso: Lasso): ToldLasso {
  const plot = plotOf(model, property, lasso);
  const best: ToldLasso = { shown: lasso, whole: lasso };
  const search: Search = { model, property, plot, original: lasso, left: MOST_STEPS, best };
  for (const owner of byLength([...lasso.prefix, ...lasso.loop])) {
    if (!plot.about.has(owner)) leaveOut(search, owner);
  }
  const { shown } = search.best;
  if (search.best.whole === lasso) return search.best;
  tryShown(search, { ...shown, prefix: withFewestSwitches(model, shown.prefix) });
  tryShown(search, { ...search.best.shown, loop: withFewestSwitches(model, search.best.shown.loop) });
  return search.best;
}

/** The thread is not told of from as early as possible. */
function leaveOut(search: Search, owner: string): void {
  const { shown } = search.best;
  const own = shown.prefix.flatMap((move, index) => (ownerOf(move) === owner ? [index] : []));
  for (const last of [-1, ...own]) {
    if (search.left < 0) return;
    const stays = (move: Move, index: number) => ownerOf(move) !== owner || index <= last;
    const shorter = remade(search.model, shown, stays, search);
    if (shorter !== undefined && tryShown(search, shorter)) return;
  }
}

/** Takes this as what is told, where the rest can still happen and nothing comes of it. */
function tryShown(search: Search, shown: Lasso): boolean {
  const { model, property, plot } = search;
  const states = Math.max(1, shown.loop.length) + Math.max(1, search.original.loop.length);
  search.left -= 2 * threadsOf(model).length * states;
  const hasFailed = [...shown.prefix, ...shown.loop].some(({ outcome }) => outcome.state.failed.size > 0);
  if (hasFailed || !standsAsIn(model, plot, shown) || !isFalseOn(model, property, shown)) return false;
  const whole = withTheRest(search, shown);
  if (whole === undefined) return false;
  if (flawOf(model, property, whole) !== undefined || !hasPlot(model, plot, whole)) return false;
  const left = leftOut(shown, whole);
  // Whom it is about must not go on behind what is told, not even to come back to where they stand.
  if ([...left].some((name) => plot.about.has(name))) return false;
  const told = threadsOf(model).filter(({ instance }) => !left.has(bufferOwner(instance)));
  const isTheSame = told.every(
    (running) =>
      isSameLot(lotOf(model, shown, running), lotOf(model, whole, running)) &&
      turnsOf(shown.loop, running.instance.name) === turnsOf(whole.loop, running.instance.name),
  );
  if (!isTheSame || !leavesAlone(search, shown, whole, left)) return false;
  search.best = { shown, whole };
  return true;
}

/**
 * A thread that is not told of at all might as well not be there. One of which the beginning is told stands still there in what
 * is told, and in truth it goes on: so nothing that it goes on to do may concern those who are told of.
 */
function leavesAlone(search: Search, shown: Lasso, whole: Lasso, left: ReadonlySet<string>): boolean {
  const begun = new Set(shown.prefix.map(ownerOf).filter((owner) => left.has(owner)));
  if (begun.size === 0) return true;
  const { model, property } = search;
  const concerned = new Set(shown.loop.flatMap(placesOf));
  const states = shown.loop.length === 0 ? [loopState(model, shown)] : shown.loop.map(({ before }) => before);
  for (const state of states) {
    for (const condition of conditionsOf(property)) {
      evaluate({ ...globalScene(model, state), onRead: (at) => concerned.add(at) }, condition);
    }
    for (const running of threadsOf(model).filter(({ instance }) => !left.has(bufferOwner(instance)))) {
      const { outcomes, wait } = runStep(model, state, running);
      for (const { at } of wait?.reads ?? []) concerned.add(at);
      for (const { events } of outcomes) for (const at of placesIn(events)) concerned.add(at);
    }
  }
  const later = [...whole.prefix.slice(shown.prefix.length), ...whole.loop];
  return later
    .filter((move) => begun.has(ownerOf(move)))
    .every(({ outcome }) =>
      outcome.events.every(
        (event) => (event.kind !== "write" && event.kind !== "buffer") || !concerned.has(event.at),
      ),
    );
}

function placesOf({ outcome }: Move): string[] {
  return placesIn(outcome.events);
}

function placesIn(events: readonly Event[]): string[] {
  return events.flatMap((event) => ("at" in event ? [event.at] : []));
}

/** Threads that take turns in the whole run which are not told. */
export function leftOut(shown: Lasso, whole: Lasso): ReadonlySet<string> {
  const count = (moves: readonly Move[], owner: string) =>
    moves.filter((move) => ownerOf(move) === owner).length;
  const owners = [...whole.prefix, ...whole.loop].map(ownerOf);
  const isTold = (owner: string) =>
    count(shown.prefix, owner) === count(whole.prefix, owner) &&
    count(shown.loop, owner) === count(whole.loop, owner);
  return new Set(owners.filter((owner) => !isTold(owner)));
}

/** What is told, and behind it what the others do: until nobody can go on, or until they go round with the loop. */
function withTheRest(search: Search, shown: Lasso): Lasso | undefined {
  const { model, original } = search;
  const start = loopState(model, shown);
  const told = new Map<string, number>();
  for (const move of shown.prefix) told.set(ownerOf(move), (told.get(ownerOf(move)) ?? 0) + 1);
  const dropped = original.prefix.filter((move) => {
    const left = told.get(ownerOf(move)) ?? 0;
    told.set(ownerOf(move), left - 1);
    return left <= 0;
  });
  if (original.loop.length === 0) {
    const rest = toTheEnd(model, start, dropped);
    search.left -= rest.length;
    return { prefix: [...shown.prefix, ...rest], loop: [] };
  }
  const rest = rerun(model, start, dropped, () => true, search);
  if (rest === undefined) return undefined;
  const prefix = [...shown.prefix, ...rest];
  const here = loopState(model, { prefix, loop: [] });
  const loop = rerun(model, here, original.loop, () => true, search);
  const end = loop?.at(-1)?.outcome.state;
  if (loop === undefined || end === undefined || stateKey(end) !== stateKey(here)) return undefined;
  return { prefix, loop };
}

/** What a thread does in the moves, and what it knows after each. */
function turnsOf(moves: readonly Move[], thread: string): string {
  const own = moves.filter(({ running }) => running.instance.name === thread);
  return own.map(({ outcome }) => threadKey(outcome.state, thread)).join();
}

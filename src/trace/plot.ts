/**
 * What a run without end is about: who waits or starves in it, where, and who could have made the claim true. Whatever
 * is left out of the run, this must stay.
 */
import { threadsOf } from "../interpreter/state.js";
import type { Model, ModelLiveness, Term } from "../ir/model.js";
import { coreOf, lookedAt, looksInVain, mayDecide } from "./aim.js";
import { isSameLot, type Lasso, type Lot, loopState, lotOf } from "./lasso.js";
import { ownerOf } from "./simplify.js";

export interface Plot {
  /** Threads that it is about. */
  readonly about: ReadonlySet<string>;
  /** What becomes of each thread in the loop. */
  readonly lots: ReadonlyMap<string, Lot>;
  /** Where those stand whom it is about and who never get on. */
  readonly places: ReadonlyMap<string, string>;
}

/** The plot of a lasso on which the property is false. */
export function plotOf(model: Model, property: ModelLiveness, lasso: Lasso): Plot {
  const lots = new Map(
    threadsOf(model).map((running) => [
      running.instance.name,
      { running, lot: lotOf(model, lasso, running) },
    ]),
  );
  const waiters = new Map(
    [...lots].flatMap(([name, { running, lot }]) =>
      lot.kind === "stuck" ? [[name, { running, wait: lot.wait }] as const] : [],
    ),
  );
  const starved = [...lots].flatMap(([name, { lot }]) => (lot.kind === "idle" ? [name] : []));
  const halted = new Set([...coreOf(waiters), ...starved]);
  const here = loopState(model, lasso).threads;
  const about = new Set([...halted, ...mayDecide(model, conditionsOf(property))]);
  const moves = [...lasso.prefix, ...lasso.loop];
  const places = lookedAt([...halted].map((name) => waiters.get(name)?.wait));
  for (const move of moves) if (looksInVain(move, places)) about.add(ownerOf(move));
  const movers = moves.map(ownerOf);
  // Nobody waits or starves, and nobody of them did anything: what the others did is all that there is to tell.
  if (halted.size === 0 && !movers.some((name) => about.has(name)))
    for (const name of movers) about.add(name);
  return {
    about,
    lots: new Map([...lots].map(([name, { lot }]) => [name, lot])),
    places: new Map([...halted].map((name) => [name, here.get(name)?.at ?? ""])),
  };
}

/** Whether the lasso has the same plot: the same threads wait and starve, at the same places, and nobody else starves. */
export function hasPlot(model: Model, plot: Plot, lasso: Lasso): boolean {
  return (
    standsAsIn(model, plot, lasso) &&
    threadsOf(model).every((running) => {
      const { name } = running.instance;
      const now = lotOf(model, lasso, running);
      return isSameLot(now, plot.lots.get(name)) || (now.kind !== "idle" && !plot.about.has(name));
    })
  );
}

/** Whether those who never get on stand where they should. */
export function standsAsIn(model: Model, { places }: Plot, lasso: Lasso): boolean {
  const here = loopState(model, lasso).threads;
  return [...places].every(([name, at]) => here.get(name)?.at === at);
}

/** The conditions that a claim about runs is made of. */
export function conditionsOf(property: ModelLiveness): readonly Term[] {
  if (property.check === "never_stuck") return [];
  if (property.check !== "leads_to") return [property.condition];
  return [property.condition, property.consequence];
}

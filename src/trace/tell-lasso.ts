/** A counterexample to a claim about runs as the finished interleaving: what happens, what repeats, who gets nowhere. */
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { threadsOf } from "../interpreter/state.js";
import { nextStep, runStep } from "../interpreter/step.js";
import type { Model, ModelLiveness, Term } from "../ir/model.js";
import type { Waiter } from "./aim.js";
import { leftOut, type ToldLasso } from "./bystanders.js";
import { columnsOf } from "./columns.js";
import { essentialRowsOfLasso } from "./essential-lasso.js";
import { explainStuck, kept, type Stuck, stuckMessage } from "./explain-waits.js";
import type { Extent } from "./extent.js";
import {
  claimSentence,
  type Ending,
  endingSentence,
  type FalseClaim,
  type Starved,
  starvedSentence,
} from "./failure-of-runs.js";
import { decidingPart, decidingWords } from "./false-part.js";
import type { Interleaving } from "./interleaving.js";
import { type Lasso, loopState, lotOf, unanswered } from "./lasso.js";
import { initialMemory } from "./memory.js";
import { conditionsOf } from "./plot.js";
import { switchReasons } from "./reasons.js";
import { contextSwitches } from "./replay.js";
import { type Row, rowsOf } from "./rows.js";
import { ownerOf } from "./simplify.js";
import { type Story, storyOf } from "./story.js";
import { describeRows, tellStuck } from "./tell.js";

/**
 * Builds the interleaving of a lasso on which the property is false.
 * @param before how long the run was before it was simplified, each move of its loop counted once
 */
export function tellLasso(
  model: Model,
  property: ModelLiveness,
  { shown: lasso, whole }: ToldLasso,
  before: Extent,
): Interleaving {
  const prefix = rowsOf(lasso.prefix);
  // A round in which nobody touches anything shared is still to be seen.
  const seen = rowsOf(lasso.loop);
  const round = seen.length > 0 ? seen : rowsOf(lasso.loop, "with silent rows");
  const around = round.map((row) => ({ ...row, move: row.move + lasso.prefix.length }));
  const rows: readonly Row[] = [...prefix, ...around];
  const stuck: Stuck = { ...tellStuck(model, blockedForEver(model, lasso, whole), rows), free: [] };
  const starved = starvedThreads(model, whole);
  const waiting = stuck.core.map(({ told }) => told);
  const threads = columnsOf(
    model,
    [...rows, ...waiting, ...starved].map(({ thread }) => thread),
  );
  const story = storyOf(model, rows, threads);
  const moves = [...lasso.prefix, ...lasso.loop];
  const reasons = switchReasons(story, moves, stuck.core);
  const essential = essentialRowsOfLasso(story, {
    atFault: waiting.map(({ thread }) => thread),
    waits: stuck.core,
    places: placesOf(model, property, lasso),
    before: prefix.length,
    locks: new Set([
      ...waiting.map(({ waitingFor }) => waitingFor),
      ...starved.flatMap(({ lock }) => lock ?? []),
    ]),
    asked: askedIn(model, property, lasso),
  });
  const explained = explainStuck(story, stuck);
  const others = leftOut(lasso, whole);
  const waits = around.length === 0 || stuck.isCircle ? explained.sentences : kept(story, stuck, around);
  return {
    threads,
    steps: describeRows(story, reasons, essential),
    ...(around.length === 0 ? {} : { lasso: prefix.length + 1 }),
    failure: {
      check: property.check,
      message: messageOf(story, property, { shown: lasso, whole }, stuck),
      span: property.span,
    },
    explanation: {
      ...explained,
      sentences: [
        endingSentence(story, { steps: rows.length, loop: around.length, ...restOf(whole, others) }),
        ...waits,
        ...starved.map((thread) => starvedSentence(story, thread)),
      ],
    },
    blocked: [...stuck.core, ...stuck.others].map(({ told }) => told),
    initial: initialMemory(model),
    contextSwitches: contextSwitches(moves),
    contextSwitchesBefore: before.contextSwitches,
    stepsBefore: before.steps,
  };
}

function messageOf(
  story: Story,
  property: ModelLiveness,
  { shown: lasso, whole }: ToldLasso,
  stuck: Stuck,
): string {
  const { model } = story;
  if (property.check === "never_stuck") {
    const hopeless =
      whole.loop.length === 0
        ? "nobody is left who could end the wait"
        : "no step that repeats ends the wait";
    return stuckMessage(story, stuck, hopeless);
  }
  const scene = globalScene(model, loopState(model, lasso));
  const claim: FalseClaim = {
    property,
    falsePart: (condition: Term) => decidingWords(decidingPart(scene, condition)),
    since: askedIn(model, property, lasso),
  };
  return claimSentence(story, claim);
}

/** What those do who are not told of: some go round for ever, the others only for a while. */
function restOf({ loop }: Lasso, others: ReadonlySet<string>): Pick<Ending, "going" | "ending"> {
  const going = new Set(loop.map(ownerOf).filter((owner) => others.has(owner)));
  return { going: [...going], ending: [...others].filter((owner) => !going.has(owner)) };
}

/** Threads that wait from the loop on, whatever the others do; what for, as far as it is told. */
function blockedForEver(model: Model, shown: Lasso, whole: Lasso): Map<string, Waiter> {
  return new Map(
    threadsOf(model).flatMap((running) => {
      const [told, lot] = [lotOf(model, shown, running), lotOf(model, whole, running)];
      if (lot.kind !== "stuck") return [];
      const { wait } = told.kind === "stuck" ? told : lot;
      return [[running.instance.name, { running, wait }] as const];
    }),
  );
}

/** Threads that never move again although they could. */
function starvedThreads(model: Model, lasso: Lasso): Starved[] {
  const here = loopState(model, lasso);
  return threadsOf(model).flatMap((running) => {
    const lot = lotOf(model, lasso, running);
    const step = nextStep(here, running);
    if (lot.kind !== "idle" || step === undefined) return [];
    const { text, span } = step.origin;
    const mayStop = running.process.fairness === "none";
    const waits = lasso.loop.map(({ before }) => runStep(model, before, running).wait?.lock);
    const lock = waits.find((each) => each !== undefined);
    return [{ thread: running.instance.name, text, span, mayStop, ...(lock === undefined ? {} : { lock }) }];
  });
}

/** Places that the conditions of the claim look at in the end. */
function placesOf(model: Model, property: ModelLiveness, lasso: Lasso): string[] {
  const places: string[] = [];
  const scene = globalScene(model, loopState(model, lasso));
  for (const condition of conditionsOf(property)) {
    evaluate({ ...scene, onRead: (at) => places.push(at) }, condition);
  }
  return places;
}

/** For `leads_to` the row behind which the first condition was true and the second never is. */
function askedIn(model: Model, property: ModelLiveness, lasso: Lasso): number {
  return property.check === "leads_to" ? rowOf(lasso, unanswered(model, property, lasso) ?? 0) : 0;
}

/** The row that the given number of moves leads up to; 0 for the initial state. */
function rowOf({ prefix, loop }: Lasso, moves: number): number {
  const before = rowsOf(prefix.slice(0, moves)).length;
  return before + rowsOf(loop.slice(0, Math.max(0, moves - prefix.length))).length;
}

/** A replayed counterexample as the finished interleaving that reporters show. */
import { must } from "../base/assert.js";
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { bufferOwner, type State, threadsOf } from "../interpreter/state.js";
import { type Event, runStep } from "../interpreter/step.js";
import { stuckThreads } from "../interpreter/waits.js";
import { isEnvironment, type Model, type ModelInvariant } from "../ir/model.js";
import { circleThrough, coreOf, type Waiter, waitersIn } from "./aim.js";
import { columnsOf } from "./columns.js";
import { essentialRows, type Subject } from "./essential.js";
import { explainStep, gapSentences } from "./explain-step.js";
import { explainStuck, type Stuck, stuckMessage } from "./explain-waits.js";
import type { Extent } from "./extent.js";
import { failureSentence, invariantSentence } from "./failure.js";
import { decidingPart, decidingWords } from "./false-part.js";
import { holders } from "./holders.js";
import type { CheckId, Explanation, Interleaving } from "./interleaving.js";
import { initialMemory } from "./memory.js";
import { switchReasons } from "./reasons.js";
import { contextSwitches } from "./replay.js";
import { describeRow, type Row, rowsOf } from "./rows.js";
import type { Simplified } from "./simplify.js";
import { type Story, stepWords, storyOf } from "./story.js";
import { type ToldWait, tellWait } from "./waits.js";
import { listed } from "./wording.js";

/** What TLC says is violated: a check, and for the check `invariant` which one. */
export interface ViolatedCheck {
  readonly check: CheckId;
  readonly invariant: string | undefined;
}

/**
 * Builds the interleaving.
 * @param start the initial state, for a counterexample without moves
 * @param shown the moves in the order to show, and those behind them of threads that have nothing to do with it
 * @param before how long the counterexample was before it was simplified
 */
export function tell(
  model: Model,
  start: State,
  { moves, rest }: Simplified,
  violated: ViolatedCheck,
  before: Extent,
): Interleaving {
  const rows = rowsOf(moves);
  const final = moves.at(-1)?.outcome.state ?? start;
  const end = rest.at(-1)?.outcome.state ?? final;
  const { check } = violated;
  const isAboutWaits = check === "deadlock" || check === "wait-cycle";
  const stuck = isAboutWaits ? stuckIn(model, end, rows, check) : undefined;
  const names = [...rows, ...(stuck?.core.map(({ told }) => told) ?? [])].map(({ thread }) => thread);
  const threads = columnsOf(model, names);
  const story = storyOf(model, rows, threads);
  const others = [...new Set(rest.map(({ running }) => bufferOwner(running.instance)))];
  const { failure, explanation, subject } = explain(story, violated, final, stuck, others);
  const reasons = switchReasons(story, moves, subject.waits);
  const essential = essentialRows(story, subject);
  return {
    threads,
    steps: describeRows(story, reasons, essential),
    failure,
    explanation,
    blocked: stuck === undefined ? [] : [...stuck.core, ...stuck.others].map(({ told }) => told),
    initial: initialMemory(model),
    contextSwitches: contextSwitches(moves),
    contextSwitchesBefore: before.contextSwitches,
    stepsBefore: before.steps,
  };
}

/** The rows as steps, with what only the whole story can say of each. */
export function describeRows(
  { model, rows }: Story,
  reasons: readonly (string | undefined)[],
  essential: ReadonlySet<number>,
): Interleaving["steps"] {
  return rows.map((row, index) => {
    const reason = reasons[index];
    return {
      ...describeRow(model, row, index + 1),
      ...(reason === undefined ? {} : { switchReason: reason }),
      ...(essential.has(index + 1) ? { essential: true } : {}),
    };
  });
}

interface Explained {
  readonly failure: Interleaving["failure"];
  readonly explanation: Explanation;
  readonly subject: Subject;
}

function explain(
  story: Story,
  violated: ViolatedCheck,
  final: State,
  stuck: Stuck | undefined,
  others: readonly string[],
): Explained {
  const { model, rows, threads } = story;
  const { check } = violated;
  if (stuck !== undefined) {
    const hopeless = "nobody is left who could end the wait";
    const message = stuckMessage(story, stuck, hopeless);
    const atFault = stuck.core.map(({ told }) => told.thread);
    return {
      failure: { check, message },
      explanation: explainStuck(story, stuck),
      subject: { atFault, waits: stuck.core, places: [] },
    };
  }
  if (check === "invariant") {
    const invariant = must(
      model.invariants.find(({ name }) => name === violated.invariant),
      `the invariant ${violated.invariant}`,
    );
    return explainInvariant(story, invariant, final, others);
  }
  const row = must(rows.at(-1), "the row of a failed check");
  const subject: Subject = { atFault: [row.thread], waits: [], places: [] };
  const event = row.events.find(
    (candidate): candidate is Extract<Event, { kind: "fail" }> => candidate.kind === "fail",
  );
  if (event === undefined) {
    return { failure: { check, message: `${check} fails` }, explanation: { sentences: [] }, subject };
  }
  const message = failureSentence(model, threads, row, event, story.held, story.freed);
  return {
    failure: { check, message, span: row.origin.span },
    explanation: explainStep(story, event, final),
    subject,
  };
}

function explainInvariant(
  story: Story,
  { name, condition, span, when }: ModelInvariant,
  final: State,
  others: readonly string[],
): Explained {
  const { model, rows, words } = story;
  const places: string[] = [];
  const scene = globalScene(model, final);
  evaluate({ ...scene, onRead: (at) => places.push(at) }, condition);
  const message = invariantSentence(name, decidingWords(decidingPart(scene, condition)));
  const row = rows.at(-1);
  const atFault = row === undefined || when === "end" ? [] : [row.thread];
  const until =
    row === undefined || when === "end"
      ? []
      : [`${words.short(row.thread)} makes it false in ${stepWords(story, rows.length)}.`];
  const gaps = atFault.flatMap((thread) => gapSentences(story, thread));
  const rest = others.length === 0 ? [] : [restSentence(others.map(words.full))];
  return {
    failure: { check: "invariant", message, span },
    explanation: { sentences: [...until, ...gaps, ...rest] },
    subject: { atFault, waits: [], places },
  };
}

/** Who comes to an end, or to rest, behind what is told. */
function restSentence(names: readonly string[]): string {
  const who = listed(names);
  return names.length === 1
    ? `What ${who} does besides makes no difference.`
    : `What ${who} do besides makes no difference.`;
}

/**
 * Who waits in the state, and whom it is about: for a deadlock the threads that do not rest there, for a circle those in
 * it. A daemon may wait, and counts where others wait for it.
 */
function stuckIn(model: Model, state: State, rows: readonly Row[], check: CheckId): Stuck {
  const inCircle = new Set(stuckThreads(model, state));
  const all = waitersIn(model, state);
  const waiters = new Map([...all].filter(([name]) => check === "deadlock" || inCircle.has(name)));
  const free = threadsOf(model)
    .filter(({ process }) => check === "deadlock" && isEnvironment(process))
    .filter((running) => runStep(model, state, running).outcomes.length > 0)
    .map(({ instance }) => instance.name);
  return { ...tellStuck(model, waiters, rows), free };
}

/** The waiting threads, those that it is about first. */
export function tellStuck(
  model: Model,
  waiters: ReadonlyMap<string, Waiter>,
  rows: readonly Row[],
): Omit<Stuck, "free"> {
  const held = holders(rows);
  const told = (name: string): ToldWait => {
    const { wait } = must(waiters.get(name), `the wait of ${name}`);
    return tellWait(model, name, wait, held, rows);
  };
  const circle = coreOf(waiters);
  // Told from the thread on that moves first; in a circle the order stays.
  const first = Math.max(0, circle.indexOf(rows.find(({ thread }) => circle.includes(thread))?.thread ?? ""));
  const names = [...circle.slice(first), ...circle.slice(0, first)];
  const core = names.map(told);
  const inTheWay = new Set([...waiters.values()].flatMap(({ wait }) => wait.whom));
  const others = [...waiters]
    .filter(([name, { running }]) => !names.includes(name) && (!running.process.daemon || inTheWay.has(name)))
    .map(([name]) => told(name));
  const [head] = names;
  const isCircle = head !== undefined && circleThrough(head, waiters) !== undefined;
  return { core, isCircle, others };
}

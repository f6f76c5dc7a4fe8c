/**
 * Asks about a case and finds out what it reaches. Where there are not too many states for it, the explorer notes that, which would
 * take TLC two fifths longer; and since it then has seen every state, TLC may not say anything else of them.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InternalError } from "../base/assert.js";
import { emitWatch, type Watch } from "../emit/coverage.js";
import { type Exploration, explore } from "../explorer/explore.js";
import { nothingReached, type Reached } from "../ir/reached.js";
import { waitedFor } from "../reduction/contention.js";
import { withinRoom } from "../tlc/run-directory.js";
import { differenceFrom, disagreement } from "./agreement.js";
import type { Answer } from "./answer.js";
import { askTlc, type TlcAnswer } from "./ask-tlc.js";
import type { CaseRequest } from "./check-case.js";
import { closed, type Explored, explored } from "./coverage.js";
import { exploreGuesses, type PreparedCase, STATES_FOR_GUESSES } from "./prepare.js";

/** TLC's answer, and what the case reaches; absent where that was not measured. */
type Measured = TlcAnswer & { readonly explored?: Explored };

type Ask = (watch: Watch | undefined, reached: Reached) => Promise<TlcAnswer>;

/** Asks TLC, and finds out what the case reaches where that is wanted. */
export async function askChecker(request: CaseRequest): Promise<Measured> {
  const { tools, prepared, options } = request;
  if (tools === undefined) throw new InternalError("TLC is asked without being there");
  const ask: Ask = (watch, reached) => askTlc({ ...request, tools, watch, reached });
  // What was reached before a checkpoint is not printed again after it.
  if (!options.coverage || options.checkpoints !== undefined) return ask(undefined, nothingReached());
  const isKnownWhole = prepared.states.reduction?.complete === true;
  return isKnownWhole ? askNoting(request, ask) : askWatching(request, ask);
}

/** The explorer notes what is reached, while TLC is at work. */
async function askNoting(request: CaseRequest, ask: Ask): Promise<Measured> {
  const { compiled, states } = request.prepared;
  const stop = new AbortController();
  const noting = exploreNoting(request, stop.signal);
  try {
    const told = await ask(undefined, nothingReached());
    const { answer } = told;
    if (answer.kind === "trouble" || told.isGuessFalse) return told;
    const exploration = await noting;
    // The states that merging has seen may have been those of another model, with fewer.
    if (exploration?.complete !== true || exploration.reached === undefined) return askWatching(request, ask);
    const isFolded = request.options.engine === "tlc" && states.emitted.symmetry !== undefined;
    const difference = differenceFrom(answer, exploration, isFolded);
    if (difference !== undefined) return { ...told, answer: disagreement(compiled, difference) };
    return { ...told, explored: exploredBy(request, answer, exploration.reached) };
  } finally {
    stop.abort();
  }
}

/** TLC prints what it comes by. */
async function askWatching(request: CaseRequest, ask: Ask): Promise<Measured> {
  const { prepared, options, directory, signal } = request;
  const { symmetric: model, emitted } = prepared.states;
  const watch = emitWatch(model, emitted);
  const reached = nothingReached();
  await withinRoom(directory, () => writeFile(join(directory.path, `${watch.module}.tla`), watch.text));
  const told = await ask(watch, reached);
  const { answer } = told;
  // The watch must never be what stands in the way of a verdict, nor what an error is told of.
  if (answer.kind === "trouble" && !answer.resource && !signal.aborted) return ask(undefined, reached);
  if (answer.kind === "trouble") return told;
  const everywhere = closed(reached, options.engine === "tlc" ? model.symmetry : undefined);
  return { ...told, explored: exploredBy(request, answer, everywhere) };
}

/** Undefined where a defect of ours stands in its way: it must never stand in the way of a verdict. */
async function exploreNoting(
  { prepared, signal }: CaseRequest,
  stop: AbortSignal,
): Promise<Exploration | undefined> {
  try {
    return await explore(prepared.states.model, {
      notes: true,
      signal: AbortSignal.any([signal, stop]),
      maxStates: STATES_FOR_GUESSES,
    });
  } catch (error) {
    if (error instanceof InternalError) return undefined;
    throw error;
  }
}

function exploredBy({ prepared }: CaseRequest, answer: Answer, reached: Reached): Explored {
  const { spec, declaration, model } = prepared.compiled;
  const complete = answer.kind === "holds";
  if (complete) lookAgain(prepared, reached);
  return explored(spec, model, reached, { complete, excused: declaration.uncovered !== undefined });
}

/** Merged steps hide some waiting: adds to `reached` the locks that are contended all the same, or may be. */
function lookAgain({ states: { unmerged, reduction } }: PreparedCase, { taken, contended }: Reached): void {
  const quiet = new Set([...taken].filter((lock) => !contended.has(lock)));
  if (reduction === undefined || quiet.size === 0) return;
  const { locks, complete } = waitedFor(unmerged, quiet, exploreGuesses);
  // Never contended is said only of what is known.
  for (const lock of complete ? locks : quiet) contended.add(lock);
}

/**
 * Cuts a thread's flow into steps: one step per shared access. A step begins at a boundary, takes the access
 * behind it, and goes on through everything that only its own thread can see, up to the next boundary.
 */
import { bug, must } from "../base/assert.js";
import { unsupported, waitAfterStore } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Action, type Block, DONE, type Origin, type Step } from "../ir/model.js";
import { accessesMemory, isSharedAccess, variablesWritten, visitBlocks } from "../ir/terms.js";
import type { Flow, Instruction } from "./flow.js";
import { joinsOf, reachesAccess, reachesWait } from "./reach.js";

/**
 * A step is a tree, and code behind a join is copied into each branch. Past this size the joins that nothing shared
 * follows become steps of their own instead: a step more changes no verdict, since it touches nothing that others see.
 */
const COMFORTABLE_SIZE = 200;

/**
 * A value that changes again within a step, and a check, nest what follows them in the emitted PlusCal. A path longer
 * than this is cut as well, for those who read it.
 */
const COMFORTABLE_DEPTH = 80;

/** TLC evaluates 200 nested statements with Java's default stack, and not 600. */
const MAXIMAL_NESTING = 150;

/** Past this size an atomic step, which cannot be cut, is refused. */
const MAXIMAL_SIZE = 10_000;

/** Steps before they have names: labels are instruction numbers. */
interface Cutter {
  readonly flow: Flow;
  readonly joins: ReadonlySet<number>;
  /** Instructions at which a step must end although no shared access follows. */
  readonly cuts: ReadonlySet<number>;
  readonly queue: number[];
  readonly known: Set<number>;
}

/** The tree that grows from one instruction. */
interface Growth {
  readonly start: number;
  /** Actions and branches so far. */
  size: number;
  /** Where it could be cut. */
  readonly joins: Set<number>;
}

/** What the path through the current step has done so far. */
interface Path {
  readonly accessed: boolean;
  /** A choice was made, or ghost code ran: what must not wait for what follows. */
  readonly settled: boolean;
  /** Actions and branches so far. */
  readonly depth: number;
  /** Empty only at the very beginning of the step. */
  readonly seen: ReadonlySet<number>;
}

class CutNeeded extends Error {
  constructor(readonly at: readonly number[]) {
    super("a step has to be cut");
  }
}

class TooLarge extends Error {
  constructor(readonly origin: Origin) {
    super("a step cannot be cut");
  }
}

/** The steps of a flow; the first is the entry, the others stand in source order. `nameStep` gives each its label. */
export function splitIntoSteps(
  flow: Flow,
  nameStep: (origin: Origin) => string,
  diagnostics: Diagnostic[],
): Step[] {
  const joins = joinsOf(flow);
  const cuts = new Set<number>();
  for (;;) {
    try {
      return nameSteps(flow, cutAll(flow, joins, cuts), nameStep, diagnostics);
    } catch (error) {
      if (error instanceof TooLarge) {
        diagnostics.push(tooLarge(error.origin));
        return [];
      }
      if (!(error instanceof CutNeeded)) throw error;
      if (error.at.every((at) => cuts.has(at))) bug("a step cannot be cut where it must be");
      for (const at of error.at) cuts.add(at);
    }
  }
}

function tooLarge({ span }: Origin): Diagnostic {
  return unsupported(
    span,
    "an atomic step with so many branches",
    "Each path through it is written out in the model, and their number doubles with every branch.",
    "Split it into several atomic steps, or compute what it stores in fewer conditions.",
  );
}

function tooLong({ span }: Origin): Diagnostic {
  return unsupported(
    span,
    "an atomic step of so many statements",
    "What it computes nests in the model, more deeply than TLC can evaluate with Java's default stack.",
    "Split it into several atomic steps, or use fewer locals and asserts in it.",
  );
}

/** How deeply the statements of a step nest in PlusCal, at most: `stored` are the variables stored so far. */
function nestingOf({ actions, end }: Block, stored: ReadonlySet<string>): number {
  const written = new Set(stored);
  let depth = 0;
  for (const action of actions) {
    if (action.kind === "assign" || action.kind === "choose" || action.kind === "check") depth++;
    for (const variable of variablesWritten(action)) {
      if (written.has(variable)) depth++;
      written.add(variable);
    }
  }
  if (end.kind === "goto") return depth;
  return depth + 1 + Math.max(nestingOf(end.whenTrue, written), nestingOf(end.whenFalse, written));
}

function cutAll(flow: Flow, joins: ReadonlySet<number>, cuts: ReadonlySet<number>): Map<number, Block> {
  const entry = behindJumps(flow, 0);
  const cutter: Cutter = { flow, joins, cuts, queue: [entry], known: new Set([entry]) };
  const blocks = new Map<number, Block>();
  for (let at = cutter.queue.shift(); at !== undefined; at = cutter.queue.shift()) {
    const growth: Growth = { start: at, size: 0, joins: new Set() };
    blocks.set(at, grow(cutter, growth, at, { accessed: false, settled: false, depth: 0, seen: new Set() }));
  }
  return blocks;
}

/** Counts one more action or branch; a step that grows too large is cut, or cannot be. */
function enlarge({ flow, cuts }: Cutter, growth: Growth, origin: Origin): void {
  growth.size++;
  if (growth.size <= COMFORTABLE_SIZE) return;
  const fresh = [...growth.joins].filter(
    (at) => at !== growth.start && !cuts.has(at) && !reachesAccess(flow, at),
  );
  if (fresh.length > 0) throw new CutNeeded(fresh);
  if (growth.size > MAXIMAL_SIZE) throw new TooLarge(origin);
}

/** Ends a step whose path is long where only its own thread can see what follows. */
function shorten({ flow, cuts }: Cutter, { start }: Growth, depth: number, at: number): void {
  if (depth <= COMFORTABLE_DEPTH || at === start || cuts.has(at) || reachesAccess(flow, at)) return;
  throw new CutNeeded([at]);
}

/** The rest of a step from instruction `start` on. */
function grow(cutter: Cutter, growth: Growth, start: number, path: Path): Block {
  const actions: Action[] = [];
  let at = start;
  let { accessed, settled, depth } = path;
  const seen = new Set(path.seen);
  for (;;) {
    const instruction: Instruction = must(cutter.flow.instructions[at], "the instruction a jump leads to");
    const begun = seen.size > 0;
    const isCut = begun && cutter.cuts.has(at);
    // A choice is made before the thread waits: together they would pick what need not be waited for.
    const isBoundary = instruction.kind === "boundary" && begun;
    const ends = isBoundary && (accessed || (settled && reachesWait(cutter.flow, at + 1)));
    if (isCut || ends) return { actions, end: goto(cutter, at) };
    // Coming back without an access in between: a loop that only its own thread sees.
    if (seen.has(at)) throw new CutNeeded([at]);
    seen.add(at);
    if (cutter.joins.has(at)) growth.joins.add(at);
    switch (instruction.kind) {
      case "exit":
        return { actions, end: { kind: "goto", label: DONE, resets: [] } };
      case "jump":
        at = instruction.to.at;
        continue;
      case "boundary":
        break;
      case "settled":
        settled = true;
        break;
      case "action":
        enlarge(cutter, growth, instruction.action.origin);
        shorten(cutter, growth, ++depth, at);
        actions.push(instruction.action);
        accessed ||= isSharedAccess(instruction.action);
        settled ||= instruction.action.kind === "choose";
        break;
      case "branch": {
        const { condition, test, origin } = instruction;
        enlarge(cutter, growth, origin);
        shorten(cutter, growth, ++depth, at);
        const here: Path = { accessed: accessed || accessesMemory(condition), settled, depth, seen };
        const whenTrue = grow(cutter, growth, instruction.whenTrue.at, here);
        const whenFalse = grow(cutter, growth, instruction.whenFalse.at, here);
        return { actions, end: { kind: "branch", condition, test, whenTrue, whenFalse, origin } };
      }
    }
    at++;
  }
}

/** Where a jump to `at` really leads; a circle of jumps leads nowhere else. */
function behindJumps(flow: Flow, at: number): number {
  const seen = new Set<number>();
  for (let to = at; ; ) {
    const instruction = flow.instructions[to];
    if (instruction?.kind !== "jump" || seen.has(to)) return to;
    seen.add(to);
    to = instruction.to.at;
  }
}

function goto(cutter: Cutter, target: number): Block["end"] {
  const at = behindJumps(cutter.flow, target);
  if (!cutter.known.has(at)) {
    cutter.known.add(at);
    cutter.queue.push(at);
  }
  return { kind: "goto", label: String(at), resets: [] };
}

function nameSteps(
  flow: Flow,
  blocks: ReadonlyMap<number, Block>,
  nameStep: (origin: Origin) => string,
  diagnostics: Diagnostic[],
): Step[] {
  const names = new Map<string, string>([[DONE, DONE]]);
  const origins = new Map<number, Origin>();
  for (const [at, block] of [...blocks].sort(([a], [b]) => a - b)) {
    const origin = originOfStep(block) ?? flow.origin;
    origins.set(at, origin);
    names.set(String(at), nameStep(origin));
  }
  // Blocks are kept in the order in which they were reached: the entry is the first.
  const entry = must(blocks.keys().next().value, "the entry of a flow");
  return [...origins]
    .sort(([a], [b]) => Number(b === entry) - Number(a === entry) || a - b)
    .map(([at, origin]) => {
      const block = must(blocks.get(at), "the block of a step");
      reportLateWaits(block, false, diagnostics);
      if (nestingOf(block, new Set()) > MAXIMAL_NESTING) diagnostics.push(tooLong(origin));
      const label = must(names.get(String(at)), "the label of a step");
      return { label, body: renameGotos(block, names), live: [], origin };
    });
}

/** Where the step stands in the source: its shared access, or else whatever it does first. */
function originOfStep(block: Block): Origin | undefined {
  let access: Origin | undefined;
  let anything: Origin | undefined;
  visitBlocks(block, ({ actions, end }) => {
    for (const action of actions) {
      anything ??= action.origin;
      if (isSharedAccess(action)) access ??= action.origin;
    }
    if (end.kind !== "branch") return;
    anything ??= end.origin;
    if (accessesMemory(end.condition)) access ??= end.origin;
  });
  return access ?? anything;
}

function renameGotos(block: Block, names: ReadonlyMap<string, string>): Block {
  const { actions, end } = block;
  if (end.kind === "goto") {
    return { actions, end: { ...end, label: must(names.get(end.label), `the step at ${end.label}`) } };
  }
  return {
    actions,
    end: {
      ...end,
      whenTrue: renameGotos(end.whenTrue, names),
      whenFalse: renameGotos(end.whenFalse, names),
    },
  };
}

/** A step that waits after it has stored cannot be undone: `atomic(() => { x = 1; until(y); })`. */
function reportLateWaits(block: Block, stored: boolean, diagnostics: Diagnostic[]): void {
  let after = stored;
  for (const action of block.actions) {
    if (action.kind === "await" && after) diagnostics.push(waitAfterStore(action.origin.span));
    if (action.kind === "store" || action.kind === "unlink") after = true;
  }
  if (block.end.kind === "goto") return;
  reportLateWaits(block.end.whenTrue, after, diagnostics);
  reportLateWaits(block.end.whenFalse, after, diagnostics);
}

/**
 * Cuts a thread's flow into steps: one step per shared access. A step begins at a boundary, takes the access
 * behind it, and goes on through everything that only its own thread can see, up to the next boundary.
 */
import { bug, must } from "../base/assert.js";
import { waitAfterStore } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Action, type Block, DONE, type Origin, type Step } from "../ir/model.js";
import { isSharedAccess, visitBlocks } from "../ir/terms.js";
import type { Flow, Instruction } from "./flow.js";

/**
 * A step is a tree, and code behind a join is copied into each branch. Past this many actions the joins become
 * steps of their own instead: a step more changes no verdict, since it touches nothing that others see.
 */
const ACTIONS_PER_STEP = 200;

/** Steps before they have names: labels are instruction numbers. */
interface Cutter {
  readonly flow: Flow;
  /** Instructions at which a step must end although no shared access follows. */
  readonly cuts: Set<number>;
  readonly queue: number[];
  readonly known: Set<number>;
}

/** What the path through the current step has done so far. */
interface Path {
  readonly accessed: boolean;
  readonly chose: boolean;
  readonly seen: ReadonlySet<number>;
}

class CutNeeded extends Error {
  constructor(readonly at: readonly number[]) {
    super("a step has to be cut");
  }
}

/** The steps of a flow; the first is the entry, the others stand in source order. `nameStep` gives each its label. */
export function splitIntoSteps(
  flow: Flow,
  nameStep: (origin: Origin) => string,
  diagnostics: Diagnostic[],
): Step[] {
  const cuts = new Set<number>();
  for (;;) {
    try {
      return nameSteps(flow, cutAll(flow, cuts), nameStep, diagnostics);
    } catch (error) {
      if (!(error instanceof CutNeeded)) throw error;
      if (error.at.every((at) => cuts.has(at))) bug("a step cannot be cut where it must be");
      for (const at of error.at) cuts.add(at);
    }
  }
}

function cutAll(flow: Flow, cuts: Set<number>): Map<number, Block> {
  const entry = behindJumps(flow, 0);
  const cutter: Cutter = { flow, cuts, queue: [entry], known: new Set([entry]) };
  const blocks = new Map<number, Block>();
  for (let at = cutter.queue.shift(); at !== undefined; at = cutter.queue.shift()) {
    const block = grow(cutter, at, { accessed: false, chose: false, seen: new Set() }, at);
    let actions = 0;
    visitBlocks(block, (inner) => {
      actions += inner.actions.length;
    });
    // Without any join left the step is as small as straight code allows.
    const joins = actions > ACTIONS_PER_STEP ? joinsBehind(cutter, at) : [];
    if (joins.length > 0) throw new CutNeeded(joins);
    blocks.set(at, block);
  }
  return blocks;
}

/** Targets of jumps: where branches come together again. */
function joinsBehind(cutter: Cutter, start: number): number[] {
  const { instructions } = cutter.flow;
  const joins = instructions.flatMap((instruction) =>
    instruction.kind === "jump" ? [instruction.to.at] : [],
  );
  return joins.filter((at) => !cutter.cuts.has(at) && at !== start);
}

/** The rest of a step from instruction `at` on. */
function grow(cutter: Cutter, start: number, path: Path, first: number): Block {
  const actions: Action[] = [];
  let at = start;
  let { accessed, chose } = path;
  const seen = new Set(path.seen);
  for (;;) {
    const instruction: Instruction = must(cutter.flow.instructions[at], "the instruction a jump leads to");
    // The step's own first instruction ends it too, when a loop leads back there.
    const begins = at === first && !seen.has(at);
    const isCut = cutter.cuts.has(at) && !begins;
    const ends =
      isCut || (instruction.kind === "boundary" && !begins && (accessed || (chose && instruction.blocking)));
    if (ends) return { actions, end: goto(cutter, at) };
    // Coming back without an access in between: a loop that only its own thread sees.
    if (seen.has(at)) throw new CutNeeded([at]);
    seen.add(at);
    switch (instruction.kind) {
      case "exit":
        return { actions, end: { kind: "goto", label: DONE, resets: [] } };
      case "jump":
        at = instruction.to.at;
        continue;
      case "boundary":
        break;
      case "action":
        actions.push(instruction.action);
        accessed ||= isSharedAccess(instruction.action);
        chose ||= instruction.action.kind === "choose";
        break;
      case "branch": {
        const here: Path = { accessed, chose, seen };
        const whenTrue = grow(cutter, instruction.whenTrue.at, here, first);
        const whenFalse = grow(cutter, instruction.whenFalse.at, here, first);
        const { condition, origin } = instruction;
        return { actions, end: { kind: "branch", condition, whenTrue, whenFalse, origin } };
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
    if (end.kind === "branch") anything ??= end.origin;
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

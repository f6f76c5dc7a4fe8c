/**
 * What a run of a model can leave unexplored: its targets. Statements and conditions count by their place in the
 * reader's own files, so that a procedure that is written out once per call counts once; locks count by object.
 *
 * Who reaches what is found by the explorer (explorer/notes.ts) or TLC (emit/coverage.ts) and, in the tests, by the
 * interpreter: all name targets as here.
 */
import type { Span } from "../base/span.js";
import { GUESS } from "./checks.js";
import {
  type Action,
  type Block,
  type Branch,
  DONE,
  type Model,
  type Origin,
  type Process,
  type Term,
} from "./model.js";
import { assignedLocal, localsOf, visitTerm } from "./terms.js";

/** One of the two answers of a condition. */
export interface Side {
  readonly span: Span;
  readonly side: "true" | "false";
}

/** Every target of a model, each once and in source order. */
export interface Targets {
  readonly statements: readonly Span[];
  readonly sides: readonly Side[];
  /** Names of the objects that some step takes as a lock. */
  readonly locks: readonly string[];
  /** Invariants with premises: each premise is a target of its own. */
  readonly invariants: readonly {
    readonly invariant: string;
    readonly span: Span;
    readonly premise: number;
  }[];
}

/** Equal places have equal keys. */
export function spanKey({ file, line, column, endLine, endColumn }: Span): string {
  return `${file}:${line}:${column}-${endLine}:${endColumn}`;
}

export function sideKey({ span, side }: Side): string {
  return `${spanKey(span)} ${side}`;
}

/**
 * The statement that an action or a branch belongs to: the one that a trace shows for it. Undefined for what belongs to
 * a thread as a whole, such as a check at its end, which a thread that goes on for ever never comes to.
 */
export function statementOf({ frames, span, text }: Origin): Span | undefined {
  const [only] = frames;
  const whole = frames.length === 1 && only !== undefined && only.procedure === text;
  return whole && spanKey(only.span) === spanKey(span) ? undefined : span;
}

/** Which answer the branch gives on this way; undefined where nobody stated a condition, or it is a constant. */
export function sideOf(branch: Branch, taken: boolean): Side | undefined {
  if (branch.test === undefined || branch.condition.kind === "value") return undefined;
  const { span, negated } = branch.test;
  return { span, side: taken === negated ? "false" : "true" };
}

/**
 * Whether a check can only fail, as `unreachable("why")` does: nothing behind it is meant to be reached. What merging
 * stands on (the check `guess`) is nobody's statement, and says nothing of the kind.
 */
export function isDeadEnd(action: Action): boolean {
  if (action.kind !== "check" || action.check === GUESS) return false;
  return action.condition.kind === "value" && action.condition.value === false;
}

/** The processes that a spec declares: what a store buffer does stands in no statement. */
export function spokenProcesses({ processes }: Model): readonly Process[] {
  return processes.filter(({ threads }) => threads.every(({ drains }) => drains === undefined));
}

type Await = Extract<Action, { kind: "await" }>;

/** Whether the wait is one for the thread's own store buffer: nobody else is in its way. */
export function isForBuffer({ condition }: Await): boolean {
  return condition.kind === "buffer-empty";
}

/** Whether the wait may be one for a lock, and not for the store buffer, or for the thread's turn on its CPU. */
export function isForLock(wait: Await): boolean {
  return wait.because === undefined && !isForBuffer(wait);
}

/** The lock that these actions take, where it is known before any of them is done: merged steps go on behind a wait. */
export function firstTaken(actions: readonly Action[]): Term | undefined {
  const taken = taking(actions);
  return Array.isArray(taken) ? undefined : taken;
}

/**
 * The same of a block, into its ways: a lock that may be held already is taken on one of them only. No lock where
 * different ways take different ones.
 */
export function firstTakenIn({ actions, end }: Block, before: readonly string[] = []): Term | undefined {
  const taken = taking(actions, before);
  if (!Array.isArray(taken)) return taken;
  if (end.kind === "goto") return undefined;
  const ways = [end.whenTrue, end.whenFalse].map((way) => firstTakenIn(way, taken));
  const found = ways.filter((way) => way !== undefined);
  return new Set(found.map(termKey)).size === 1 ? found[0] : undefined;
}

/** The lock that is taken, undefined where that cannot be known, or what was assigned where none is taken. */
function taking(actions: readonly Action[], before: readonly string[] = []): Term | string[] | undefined {
  const assigned = new Set(before);
  for (const action of actions) {
    if (action.kind === "check" && action.check === "null-dereference") return undefined;
    // Behind another wait: nobody waits for that lock here.
    if (action.kind === "pass" && action.joint === true) return undefined;
    if (action.kind === "lock" && action.event === "acquire") {
      return [...localsOf(action.lock)].some((name) => assigned.has(name)) ? undefined : action.lock;
    }
    const local = assignedLocal(action);
    if (local !== undefined) assigned.add(local);
  }
  return [...assigned];
}

export function targetsOf(model: Model): Targets {
  const statements = new Map<string, Span>();
  const sides = new Map<string, Side>();
  const meet = (origin: Origin) => {
    const span = statementOf(origin);
    if (span !== undefined) statements.set(spanKey(span), span);
  };
  for (const process of spokenProcesses(model)) {
    for (const block of liveBlocks(process)) {
      for (const { origin } of block.actions) meet(origin);
      if (block.end.kind === "goto") continue;
      meet(block.end.origin);
      for (const [taken, next] of [
        [true, block.end.whenTrue],
        [false, block.end.whenFalse],
      ] as const) {
        const side = sideOf(block.end, taken);
        if (side === undefined || leadsNowhere(next)) continue;
        if (side.side === "false" && block.end.test?.oneOfSeveral === true) continue;
        sides.set(sideKey(side), side);
      }
    }
  }
  const invariants = model.invariants.flatMap(({ name, span, premises }) =>
    premises.map((_, premise) => ({ invariant: name, span, premise })),
  );
  return {
    statements: [...statements.values()].sort(bySpan),
    sides: [...sides.values()].sort((a, b) => bySpan(a.span, b.span) || (a.side < b.side ? 1 : -1)),
    locks: locksOf(model),
    invariants,
  };
}

/** In source order. */
export function bySpan(a: Span, b: Span): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || a.endLine - b.endLine || a.endColumn - b.endColumn;
}

/** Whether the way begins with a check that can only fail: the spec says itself that nobody goes it. */
function leadsNowhere(block: Block): boolean {
  return block.actions.some(isDeadEnd);
}

/**
 * The blocks to which some way leads, each cut off at a check that can only fail. What stands behind such a check, and
 * the check itself, is no target.
 */
function liveBlocks(process: Process): Block[] {
  const found: Block[] = [];
  const known = new Set([process.entry, DONE]);
  const open = [process.entry];
  const walk = (block: Block): void => {
    const end = block.actions.findIndex(isDeadEnd);
    if (end >= 0) {
      const exit = { kind: "goto", label: DONE, resets: [] } as const;
      found.push({ actions: block.actions.slice(0, end), end: exit });
      return;
    }
    found.push(block);
    if (block.end.kind === "branch") {
      walk(block.end.whenTrue);
      walk(block.end.whenFalse);
    } else if (!known.has(block.end.label)) {
      known.add(block.end.label);
      open.push(block.end.label);
    }
  };
  for (let label = open.pop(); label !== undefined; label = open.pop()) {
    const step = process.steps.find((candidate) => candidate.label === label);
    if (step !== undefined) walk(step.body);
  }
  return found;
}

/** What the steps take by name. What they take through a pointer or by an index may be any lock, and so names none. */
function locksOf(model: Model): string[] {
  const locks = new Set<string>();
  for (const process of model.processes) {
    for (const block of liveBlocks(process)) {
      for (const action of block.actions) {
        if (action.kind !== "lock" || action.event !== "acquire") continue;
        if (["local", "read", "conditional", "nth"].includes(action.lock.kind)) continue;
        for (const lock of possibleLocks(model, process, action.lock)) locks.add(lock);
      }
    }
  }
  return [...locks].sort();
}

/** Every object that some step may take as a lock, by name or through a pointer. */
export function lockObjects(model: Model): string[] {
  const locks = new Set<string>();
  for (const process of model.processes) {
    for (const { body } of process.steps) {
      for (const term of acquiredIn(body)) {
        for (const lock of possibleLocks(model, process, term)) locks.add(lock);
      }
    }
  }
  return [...locks].sort();
}

/** The objects that a term may refer to. */
export function possibleLocks(model: Model, process: Process, term: Term): readonly string[] {
  switch (term.kind) {
    case "value":
      return refOf(term);
    case "embedded":
      return embeddedIn(model, term, possibleLocks(model, process, term.object));
    case "nth":
      return elementsOf(model, process, term.list);
    case "argument":
      return process.threads.flatMap(({ argument }) => (argument === undefined ? [] : [argument]));
    case "conditional":
      return [term.whenTrue, term.whenFalse].flatMap((each) => possibleLocks(model, process, each));
    case "local": {
      const type = process.locals.find(({ name }) => name === term.name)?.type;
      return type?.kind === "object" ? (model.objects.get(type.class) ?? []) : [];
    }
    case "read": {
      const type = model.variables.find(({ name }) => name === term.variable)?.type;
      return type?.kind === "object" ? (model.objects.get(type.class) ?? []) : [];
    }
    default:
      return [];
  }
}

/** The objects of an array. */
function elementsOf(model: Model, process: Process, list: Term): readonly string[] {
  if (list.kind === "elements") {
    const arrays = model.arrays.get(`${list.class}.${list.field}`);
    return possibleLocks(model, process, list.object).flatMap((owner) => arrays?.get(owner) ?? []);
  }
  const value = list.kind === "value" ? list.value : null;
  if (value === null || typeof value !== "object" || !("list" in value)) return [];
  return value.list.flatMap((each) =>
    each !== null && typeof each === "object" && "ref" in each ? [each.ref] : [],
  );
}

function refOf({ value }: Extract<Term, { kind: "value" }>): string[] {
  return value !== null && typeof value === "object" && "ref" in value ? [value.ref] : [];
}

function embeddedIn(
  model: Model,
  { class: type, field }: Extract<Term, { kind: "embedded" }>,
  owners: readonly string[],
): string[] {
  const objects = model.embedded.get(`${type}.${field}`) ?? new Map<string, string>();
  return owners.flatMap((owner) => objects.get(owner) ?? []);
}

/** Terms for the objects whose own fields the condition reads: whom a thread waits for that waits for it. */
export function readObjects(condition: Term): Term[] {
  const objects = new Map<string, Term>();
  visitTerm(condition, (term) => {
    if (term.kind !== "read" || term.object === undefined) return;
    let free = true;
    visitTerm(term.object, ({ kind }) => {
      if (kind === "bound") free = false;
    });
    if (free) objects.set(termKey(term.object), term.object);
  });
  return [...objects.values()];
}

/** Equal terms have equal keys, wherever they stand in the source; a reference is its object, whatever class it was named by. */
export function termKey(term: Term): string {
  return JSON.stringify(term, (key, value: unknown) => {
    if (key === "span" || (key === "type" && isClass(value))) return undefined;
    return value instanceof Map ? [...value] : value; // the parts of a record
  });
}

function isClass(type: unknown): boolean {
  return typeof type === "object" && type !== null && "kind" in type && type.kind === "object";
}

/** Terms of the locks that the block may take further on, or only of those that it takes without having waited. */
export function acquiredIn(block: Block, which: "all" | "before waiting" = "all"): Term[] {
  const locks = new Map<string, Term>();
  const visit = ({ actions, end }: Block): void => {
    for (const action of actions) {
      if (action.kind === "await" && which === "before waiting") return;
      if (action.kind === "lock" && action.event === "acquire") locks.set(termKey(action.lock), action.lock);
    }
    if (end.kind === "goto") return;
    visit(end.whenTrue);
    visit(end.whenFalse);
  };
  visit(block);
  return [...locks.values()];
}

/**
 * Whether whoever waits for a lock waits for those who hold it, and for nobody else. Threads that stand in line count as
 * well, as long as nothing keeps them there but the lock itself.
 */
import type { Term, Value } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import { assignedLocal, contains, localsOf, visitBlocks } from "../ir/terms.js";
import { type Kind, type LockGraph, type LockNode, type Move, resultAt } from "./lock-graph.js";
import type { LockGroup } from "./lock-groups.js";

export function holdersDecide({ fields }: LockGroup, moves: readonly Move[], graph: LockGraph): boolean {
  const waits = (kind: Kind) =>
    graph.nodes.some((node) => [...kind.threads].some((thread) => resultAt(node, kind, thread).waits));
  const waiting = graph.kinds.filter(waits);
  const shapes = new Set(waiting.map(({ shape }) => shape));
  const own = new Set(fields.map(({ name }) => name));
  if (!moves.every((move) => waitsOnlyFor(move, own))) return false;

  // Who stands in line goes straight on to wait for the lock.
  const behindLine = new Set<string>();
  for (const move of moves) {
    const kind = graph.kinds.find(({ shape }) => shape === move.shape);
    if (kind === undefined || !standsInLine(graph, kind)) continue;
    const next = successorsOf(move, moves);
    if (next === undefined || !next.every(({ shape }) => shapes.has(shape))) return false;
    for (const { shape } of next) behindLine.add(shape);
  }
  const lined = waiting.filter(({ shape }) => behindLine.has(shape));
  // Those in line wait for no one who is in line.
  const holding = new Set(fields.map(({ name }) => name).filter((name) => !showsLine(graph, name)));
  if (!lined.every((kind) => waitsOnlyFor(kind, holding))) return false;
  return graph.nodes.every((node) => {
    if (node.holders.size > 0) return true;
    const isWaited = waiting.some((kind) =>
      [...kind.threads].some((thread) => resultAt(node, kind, thread).waits),
    );
    return (
      !isWaited || graph.threads.some((thread) => isInLine(node, thread) && canGoOn(node, thread, lined))
    );
  });
}

/** Whether the threads for which the move waits are all named by these fields of its lock. */
function waitsOnlyFor({ unit: { step }, lockStep }: Move, fields: ReadonlySet<string>): boolean {
  const isOwn = (term: Term) =>
    term.kind === "read" &&
    fields.has(term.variable) &&
    term.object !== undefined &&
    printTerm(term.object) === printTerm(lockStep.term);
  let only = true;
  visitBlocks(step.body, ({ actions }) => {
    for (const action of actions) {
      if (action.kind !== "await") continue;
      only &&= !action.whom.some((whom) =>
        contains(whom, (term) => term.kind === "linked" || (term.kind === "read" && !isOwn(term))),
      );
    }
  });
  return only;
}

/** Whether the field ever names a thread that does not hold the lock. */
function showsLine({ nodes, threads }: LockGraph, field: string): boolean {
  return nodes.some(({ lock, holders }) =>
    threads.some((thread) => !holders.has(thread) && mentions(lock.get(field) ?? null, thread)),
  );
}

/** Whether a step changes the lock and leaves its thread without it. */
function standsInLine({ nodes }: LockGraph, kind: Kind): boolean {
  return nodes.some((node) =>
    [...kind.threads].some(
      (thread) =>
        !node.holders.has(thread) &&
        resultAt(node, kind, thread).outcomes.some(
          ({ to }) => to.lock !== node.lock && !to.holders.has(thread),
        ),
    ),
  );
}

/** The moves that a move leads to, on the same lock; undefined where it may lead elsewhere. */
function successorsOf({ unit, lockStep }: Move, moves: readonly Move[]): Move[] | undefined {
  const names = localsOf(lockStep.term);
  let known = true;
  const next: Move[] = [];
  visitBlocks(unit.step.body, ({ actions, end }) => {
    known &&= !actions.some((action) => names.has(assignedLocal(action) ?? ""));
    if (end.kind !== "goto") return;
    const found = moves.find(
      (move) =>
        move.unit.process === unit.process &&
        move.unit.step.label === end.label &&
        printTerm(move.lockStep.term) === printTerm(lockStep.term),
    );
    if (found === undefined) known = false;
    else next.push(found);
  });
  return known ? next : undefined;
}

function isInLine({ lock, holders }: LockNode, thread: string): boolean {
  return !holders.has(thread) && [...lock.values()].some((value) => mentions(value, thread));
}

function mentions(value: Value, thread: string): boolean {
  if (value === null || typeof value !== "object") return false;
  if ("ref" in value) return value.ref === thread;
  return "set" in value && value.set.some((element) => mentions(element, thread));
}

function canGoOn(node: LockNode, thread: string, lined: readonly Kind[]): boolean {
  const own = lined.filter(({ threads }) => threads.has(thread));
  return own.length > 0 && own.every((kind) => !resultAt(node, kind, thread).waits);
}

/**
 * The rules about locks: nothing held at the end of a thread, declared orders, guarded fields. Each thread keeps book
 * of what it holds in variables of its own, where some rule asks for it; the book follows from where the thread is, so
 * that it makes no new states. A rule is a check in the step that could break it.
 */
import { freshName } from "../base/fresh-name.js";
import { contradictoryOrders } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { objectsOf as objectsOfClass } from "../ir/classes.js";
import type { LockName } from "../ir/lock-rules.js";
import type { Action, Origin, Term, Value } from "../ir/model.js";
import type { Program, Type } from "../ir/program.js";
import { all, binary, constant, not, TRUE, termsOf, visitTerm } from "../ir/terms.js";
import { createFlowBuilder, type Flow, type Instruction, withActions } from "./flow.js";
import { type GuardContext, type HeldLocks, mayRead, mayWrite } from "./guarded-accesses.js";
import { ghostContext } from "./inline-ghost.js";
import { createContext } from "./inline-statements.js";
import { observed, pureTerm } from "./pure-terms.js";
import { exits } from "./reach.js";

type LockAction = Extract<Action, { kind: "lock" }>;

const LOCKS: Type = { kind: "set", element: { kind: "object", class: "", nullable: false } };

/** Locks that must not be taken while one of `later` is held. */
interface Precedence {
  readonly locks: readonly string[];
  readonly later: readonly string[];
}

/** The flow of a thread with the checks of all rules. Orders that contradict each other are reported. */
export function enforceLockRules(program: Program, flow: Flow, diagnostics: Diagnostic[]): Flow {
  const takes = flow.instructions.some(
    (instruction) => instruction.kind === "action" && instruction.action.kind === "lock",
  );
  const orders = takes ? precedences(program, diagnostics) : [];
  const checksExit = takes && exits(flow);
  if (!checksExit && orders.length === 0 && program.guardRules.length === 0) return flow;
  const names = new Set(flow.locals.map(({ name }) => name));
  const exclusive = freshName("held", names);
  // Only what is guarded asks how a lock is held.
  const shared = program.guardRules.length === 0 ? exclusive : freshName("held_shared", names);
  const held: HeldLocks = {
    exclusive: { kind: "local", name: exclusive },
    shared: { kind: "local", name: shared },
  };
  const guards = guardContext(program, held, diagnostics);
  const books = [...new Set([exclusive, shared])];
  const locals = [...flow.locals, ...books.map((name) => ({ name, type: LOCKS }))];
  const ruled = withActions({ ...flow, locals }, (instruction) => {
    if (instruction.kind === "exit") return { before: checksExit ? [exitCheck(flow.origin, books)] : [] };
    const guard = guardCheck(program, guards, instruction);
    if (instruction.kind !== "action" || instruction.action.kind !== "lock") return { before: guard };
    const { action } = instruction;
    return { before: orderChecks(orders, books, action), after: entries(exclusive, books, action) };
  });
  // A book that nobody reads need not be kept.
  return countChecks(ruled) === countChecks(flow) ? flow : ruled;
}

function countChecks({ instructions }: Flow): number {
  return instructions.filter(
    (instruction) => instruction.kind === "action" && instruction.action.kind === "check",
  ).length;
}

/** What taking or dropping a lock writes into the books. */
function entries(
  exclusive: string,
  books: readonly string[],
  { event, lock, mode, origin }: LockAction,
): Action[] {
  const enter = (local: string, change: "add" | "delete"): Action => ({
    kind: "assign",
    local,
    value: { kind: "change", change, set: { kind: "local", name: local }, element: lock },
    origin,
  });
  if (event === "release") return books.map((book) => enter(book, "delete"));
  return [enter(mode === "exclusive" ? exclusive : (books.at(-1) ?? exclusive), "add")];
}

function exitCheck(origin: Origin, books: readonly string[]): Action {
  const empty = (name: string) =>
    binary("===", { kind: "size", collection: { kind: "local", name } }, constant(0));
  return {
    kind: "check",
    check: "lock-held-at-exit",
    condition: all(books.map(empty)),
    subject: undefined,
    message: undefined,
    origin,
  };
}

function setOf(names: readonly string[]): Term {
  const value: Value = { set: names.map((ref) => ({ ref })) };
  return { kind: "value", value, type: LOCKS };
}

/** Taking this lock must not come while a later one is held. */
function orderChecks(orders: readonly Precedence[], books: readonly string[], action: LockAction): Action[] {
  if (action.event === "release" || action.tried) return [];
  return orders.flatMap(({ locks, later }): Action[] => {
    const fixed = fixedObject(action.lock);
    if (fixed !== undefined && !locks.includes(fixed)) return [];
    const none = books.map((name): Term => {
      const domain: Term = { kind: "local", name };
      const variable = "later lock";
      const body: Term = {
        kind: "has",
        collection: setOf(later),
        element: { kind: "bound", name: variable },
      };
      return not({ kind: "quantifier", quantifier: "some", variable, domain, body });
    });
    const concerned: Term = { kind: "has", collection: setOf(locks), element: action.lock };
    const condition = fixed === undefined ? binary("||", not(concerned), all(none)) : all(none);
    const { lock, origin } = action;
    return [{ kind: "check", check: "lock-order", condition, subject: lock, message: undefined, origin }];
  });
}

function fixedObject(term: Term): string | undefined {
  if (term.kind !== "value" || term.value === null || typeof term.value !== "object") return undefined;
  return "ref" in term.value ? term.value.ref : undefined;
}

/** For each group of locks with the same successors, in all declared orders together, what comes after them. */
function precedences(program: Program, diagnostics: Diagnostic[]): Precedence[] {
  const after = new Map<string, Set<string>>();
  for (const { locks } of program.lockOrders) {
    const places = locks.map((name) => objectsOf(program, name));
    places.forEach((names, index) => {
      for (const name of names) {
        const known = after.get(name) ?? new Set();
        for (const later of places.slice(index + 1).flat()) known.add(later);
        after.set(name, known);
      }
    });
  }
  closeTransitively(after);
  const [contradiction] = [...after].filter(([name, later]) => later.has(name));
  const last = program.lockOrders.at(-1);
  if (contradiction !== undefined && last !== undefined) {
    diagnostics.push(contradictoryOrders(last.span, contradiction[0]));
    return [];
  }
  const groups = new Map<string, { locks: string[]; later: string[] }>();
  for (const [name, later] of after) {
    if (later.size === 0) continue;
    const key = [...later].sort().join(" ");
    const group = groups.get(key) ?? { locks: [], later: [...later] };
    group.locks.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function closeTransitively(after: ReadonlyMap<string, Set<string>>): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const later of after.values()) {
      const before = later.size;
      for (const name of [...later]) for (const further of after.get(name) ?? []) later.add(further);
      changed ||= later.size > before;
    }
  }
}

function objectsOf(program: Program, name: LockName): string[] {
  if (name.kind === "object") return [name.name];
  const owners = objectsOfClass(program, name.class);
  return program.objects
    .map((object) => object.name)
    .filter((object) => owners.some((owner) => object === `${owner}.${name.field}`));
}

function guardContext(program: Program, held: HeldLocks, diagnostics: Diagnostic[]): GuardContext {
  const lockOf: GuardContext["lockOf"] = (rule, object) => {
    const context = ghostContext(
      createContext(program, "guarded_by", createFlowBuilder(), new Map(), diagnostics),
    );
    if (rule.parameter !== undefined && object !== undefined) {
      context.bindings.set(rule.parameter.id, { kind: "term", term: object });
    }
    const { term, claims } = pureTerm(context, rule.lock);
    const exists = claims.length === 0 ? TRUE : observed(all(claims.map(({ condition }) => condition)));
    return { lock: observed(term), exists };
  };
  return { rules: program.guardRules, held, lockOf };
}

/** The check before an instruction that uses guarded variables. */
function guardCheck(program: Program, guards: GuardContext, instruction: Instruction): Action[] {
  if (guards.rules.length === 0) return [];
  if (instruction.kind === "branch") {
    const { condition, origin } = instruction;
    return asCheck(mayRead(guards, condition), origin, undefined, guardedIn(guards, [condition]));
  }
  if (instruction.kind !== "action") return [];
  const { action } = instruction;
  const reads = termsOf(action).map((term) => mayRead(guards, term));
  const condition = all([...reads, mayChange(program, guards, action)]);
  const written =
    action.kind === "store" ? [action.variable] : action.kind === "unlink" ? action.variables : [];
  const used = [...written.filter((name) => isGuarded(guards, name)), ...guardedIn(guards, termsOf(action))];
  return asCheck(condition, action.origin, ownerOf(action), [...new Set(used)]);
}

function isGuarded({ rules }: GuardContext, variable: string): boolean {
  return rules.some((rule) => rule.variable === variable);
}

/** Guarded variables that the terms read. */
function guardedIn(guards: GuardContext, terms: readonly Term[]): string[] {
  const found = new Set<string>();
  for (const term of terms) {
    visitTerm(term, (inner) => {
      if (inner.kind === "read" && isGuarded(guards, inner.variable)) found.add(inner.variable);
    });
  }
  return [...found];
}

function mayChange(program: Program, guards: GuardContext, action: Action): Term {
  if (action.kind === "store") {
    return action.ghost === true || action.races === true
      ? TRUE
      : mayWrite(guards, action.variable, action.object);
  }
  if (action.kind !== "unlink") return TRUE;
  return all(action.variables.map((variable) => mayUnlink(program, guards, variable, action.element)));
}

/** Each list that the element is on is changed. */
function mayUnlink(program: Program, guards: GuardContext, variable: string, element: Term): Term {
  const [type] = variable.split(".");
  const owners = type === undefined ? [] : objectsOfClass(program, type);
  const bound: Term = { kind: "bound", name: "list owner" };
  const may = mayWrite(guards, variable, bound);
  if (may === TRUE || type === undefined) return TRUE;
  const span = guards.rules.find((rule) => rule.variable === variable)?.span;
  if (span === undefined) return TRUE;
  const list: Term = { kind: "read", variable, object: bound, span, ghost: true };
  const on: Term = { kind: "has", collection: list, element };
  const body = binary("||", not(on), may);
  return { kind: "quantifier", quantifier: "every", variable: bound.name, domain: setOf(owners), body };
}

/** `used` are the variables that the rules are about, for the report. */
function asCheck(
  condition: Term,
  origin: Origin,
  subject: Term | undefined,
  used: readonly string[],
): Action[] {
  if (isTrue(condition)) return [];
  const message = used.join(" and ");
  return [{ kind: "check", check: "guarded-by", condition, subject, message, origin }];
}

function isTrue(term: Term): boolean {
  if (term === TRUE) return true;
  return term.kind === "binary" && term.operator === "&&" && isTrue(term.left) && isTrue(term.right);
}

function ownerOf(action: Action): Term | undefined {
  return action.kind === "store" ? action.object : action.kind === "unlink" ? action.element : undefined;
}

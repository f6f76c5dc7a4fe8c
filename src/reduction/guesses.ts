/**
 * The optimistic guesses (Stoller and Cohen, "Optimistic synchronization-based state-space reduction", 2006): at first
 * every lock that could protect a variable is taken to do so. Exploring refutes some; what is left is checked again by
 * TLC, at every access.
 */
import { GUESS } from "../ir/checks.js";
import type { Action, Model, Origin, Step, Term } from "../ir/model.js";
import { conjunction, whereRead } from "../ir/read-conditions.js";
import { binary, constant, not, TRUE } from "../ir/terms.js";
import {
  type Access,
  elementsMoved,
  evaluated,
  type Instruction,
  insertBefore,
  isTurn,
  type ModelAccesses,
  membersOf,
  type Site,
  type Unit,
} from "./accesses.js";
import { type Guard, guardFinder } from "./guards.js";
import { isOnGroup, type LockProtocol } from "./lock-protocols.js";
import { asksForOwnName, guardsOfOwnName } from "./own-names.js";

/** Ids of guesses that are known to be false. */
export type Refuted = ReadonlySet<string>;

/** A guess that merging stands on. */
export interface Reliance {
  readonly variable: string;
  readonly guard: Guard;
  /** The place whose reads alone are known to be protected; absent where all are. */
  readonly site: string | undefined;
}

/** The guesses of a model: which there are, and what they say at each place. */
export interface Guesses {
  /** What each action or condition would show to be false, as guesses to explore with. */
  readonly at: (unit: Unit, refuted: Refuted) => Step;
  /** The same for those that merging stands on, as checks for TLC. */
  readonly checksAt: (unit: Unit, relied: readonly Reliance[]) => Step;
  /** The first guess that makes the access one that others cannot come between; undefined where none is left. */
  readonly relianceFor: (access: Access, site: Site, refuted: Refuted) => Reliance | undefined;
}

const writeId = (variable: string, guard: Guard) => `${variable} written under ${guard.id}`;
const readId = (variable: string, guard: Guard, site: string) =>
  `${variable} read under ${guard.id} at ${site}`;
const pointerId = (id: string) => `pointer ${id}`;

export function guessesOf(accesses: ModelAccesses, protocols: readonly LockProtocol[]): Guesses {
  const { model, units } = accesses;
  const find = guardFinder(model, protocols);
  const isShown = (access: Access) => protocols.some(({ group }) => isOnGroup(group, access));
  const sites = units.flatMap((unit) => unit.sites);
  const written = new Set<string>();
  const readers = new Map<string, Site[]>();
  const pointers = new Set<string>();
  for (const site of sites) {
    for (const access of site.accesses) {
      if (access.writes) written.add(access.variable);
      else readers.set(access.variable, [...(readers.get(access.variable) ?? []), site]);
    }
  }
  // Who holds a lock is not protected by locks; what nobody writes, or one thread alone uses, needs no protection.
  const holds = new Set(
    sites.flatMap((site) => site.accesses.filter(isShown).map(({ variable }) => variable)),
  );
  const shared = cellsOf(model).filter(
    ({ name, objects }) => written.has(name) && !holds.has(name) && isShared(accesses, name, objects),
  );
  const guards = new Map(
    shared.map(({ name, objects }) => {
      const found = find(objects.filter((object) => object !== ""));
      const variable = model.variables.find((one) => one.name === name);
      return [name, [...found, ...(variable === undefined ? [] : guardsOfOwnName(variable, found))]];
    }),
  );
  for (const all of guards.values())
    for (const { pointer } of all) if (pointer !== undefined) pointers.add(pointer.variable);

  const protectsWrites = (variable: string, guard: Guard, refuted: Refuted) =>
    !refuted.has(writeId(variable, guard)) &&
    !(guard.pointer !== undefined && refuted.has(pointerId(guard.pointer.id)));
  const protectsRead = (variable: string, guard: Guard, site: Site, refuted: Refuted) =>
    !refuted.has(readId(variable, guard, site.id));

  /** What must be true at the instruction for the guard to protect the variable; undefined where no term can say it. */
  const conditionAt = (unit: Unit, what: Instruction, variable: string, guard: Guard) => {
    const { span } = what.origin;
    let named = true;
    const allows = (object: Term | undefined, mode: "read" | "write") => {
      const condition = guard.allows(object, mode, span);
      if (condition === undefined) named = false;
      return condition ?? TRUE;
    };
    const reads = (what.kind === "branch" ? [what.condition] : evaluated(what)).map((term) =>
      whereRead(term, (read, within) => {
        if (guard.ofOwnName === true && asksForOwnName(unit, what, within)) return [];
        if (read.kind === "read") return read.variable === variable ? [allows(read.object, "read")] : [];
        return read.variables.some((list) => membersOf(list) === variable)
          ? [allows(read.element, "read")]
          : [];
      }),
    );
    const writes: Term[] = [];
    if (what.kind === "store") {
      if (what.variable === variable) writes.push(allows(what.object, "write"));
      if (membersOf(what.variable) === variable) {
        for (const element of elementsMoved(what) ?? [undefined]) writes.push(allows(element, "write"));
      }
    } else if (what.kind === "unlink") {
      if (what.variables.includes(variable)) writes.push(listsChanged(model, what, variable, allows));
      if (what.variables.some((list) => membersOf(list) === variable))
        writes.push(allows(what.element, "write"));
    }
    return named
      ? { reads: conjunction(reads), writes: conjunction(writes) }
      : { reads: undefined, writes: undefined };
  };

  const guess = (id: string, condition: Term | undefined, origin: Origin): Action[] => {
    if (condition === TRUE) return [];
    return [{ kind: "guess", id, condition: condition ?? FALSE, origin }];
  };

  return {
    at: (unit, refuted) =>
      insert(unit, (site, what) => {
        const found: Action[] = [];
        for (const variable of new Set(site?.accesses.map((access) => access.variable))) {
          for (const guard of guards.get(variable) ?? []) {
            if (!protectsWrites(variable, guard, refuted)) continue;
            const { reads, writes } = conditionAt(unit, what, variable, guard);
            if (site !== undefined && protectsRead(variable, guard, site, refuted))
              found.push(...guess(readId(variable, guard, site.id), reads, what.origin));
            if (site?.accesses.some((access) => access.variable === variable && access.writes) === true)
              found.push(...guess(writeId(variable, guard), writes, what.origin));
          }
        }
        return [...found, ...pointerGuesses(what, refuted)];
      }),
    checksAt: (unit, relied) =>
      insert(unit, (site, what) => {
        const conditions: { readonly condition: Term; readonly text: string }[] = [];
        for (const { variable, guard, site: only } of relied) {
          if (site?.accesses.some((access) => access.variable === variable) !== true) continue;
          const { reads, writes } = conditionAt(unit, what, variable, guard);
          const isMeant = only === undefined || only === site.id;
          const condition = conjunction([isMeant ? (reads ?? FALSE) : TRUE, writes ?? FALSE]);
          conditions.push({ condition, text: `${variable}: ${guard.text}` });
        }
        if (what.kind === "store") {
          for (const { pointer, text } of new Set(relied.map(({ guard }) => guard))) {
            if (pointer?.variable !== what.variable) continue;
            const condition = pointer.mayStore(what.object, what.value, what.origin.span) ?? FALSE;
            conditions.push({ condition, text });
          }
        }
        return conditions
          .filter(({ condition }) => condition !== TRUE)
          .map(({ condition, text }) => checkOfGuess(condition, text, what.origin));
      }),
    relianceFor: ({ variable, writes }, site, refuted) => {
      const left = (guards.get(variable) ?? []).filter((guard) => protectsWrites(variable, guard, refuted));
      const whole = left.find((guard) =>
        (readers.get(variable) ?? []).every((reader) => protectsRead(variable, guard, reader, refuted)),
      );
      if (whole !== undefined) return { variable, guard: whole, site: undefined };
      const here = writes ? undefined : left.find((guard) => protectsRead(variable, guard, site, refuted));
      return here && { variable, guard: here, site: site.id };
    },
  };

  function pointerGuesses(what: Instruction, refuted: Refuted): Action[] {
    if (what.kind !== "store" || !pointers.has(what.variable)) return [];
    const rules = new Map(
      [...guards.values()]
        .flat()
        .flatMap(({ pointer }) =>
          pointer?.variable === what.variable ? [[pointer.id, pointer] as const] : [],
        ),
    );
    return [...rules].flatMap(([id, rule]) =>
      refuted.has(pointerId(id))
        ? []
        : guess(pointerId(id), rule.mayStore(what.object, what.value, what.origin.span), what.origin),
    );
  }
}

const FALSE: Term = constant(false);

/** What merging stands on, as a check for TLC: it fails where the guess is false. */
export function checkOfGuess(condition: Term, message: string, origin: Origin): Action {
  return { kind: "check", check: GUESS, condition, subject: undefined, message, origin };
}

/** Everything that can be protected: variables, and which lists of a variable an element is on. */
function cellsOf({
  variables,
  objects,
}: Model): { readonly name: string; readonly objects: readonly string[] }[] {
  return variables.flatMap(({ name, type, initial }) => [
    { name, objects: [...initial.keys()] },
    ...(type.kind === "list" ? [{ name: membersOf(name), objects: objects.get(type.element) ?? [] }] : []),
  ]);
}

/** Whether two threads access the variable of one object, one of them to write. */
function isShared(accesses: ModelAccesses, variable: string, objects: readonly string[]): boolean {
  return objects.some(
    (object) => accesses.threadsAt(variable, object).size > 1 && accesses.isWritten(variable, object),
  );
}

/** An element is taken off those lists that it is on. */
function listsChanged(
  { variables }: Model,
  { element, origin }: Extract<Action, { kind: "unlink" }>,
  variable: string,
  allows: (object: Term, mode: "write") => Term,
): Term {
  const owner: Term = { kind: "bound", name: "list owner" };
  const list: Term = { kind: "read", variable, object: owner, span: origin.span, ghost: true };
  const body = binary("||", not({ kind: "has", collection: list, element }), allows(owner, "write"));
  const owners = [...(variables.find(({ name }) => name === variable)?.initial.keys() ?? [])];
  const domain: Term = {
    kind: "value",
    value: { set: owners.map((ref) => ({ ref })) },
    type: { kind: "set", element: { kind: "object", class: variable, nullable: false } },
  };
  return { kind: "quantifier", quantifier: "every", variable: owner.name, domain, body };
}

/** The step of a unit with actions before its instructions; `site` is absent where an instruction accesses nothing. */
function insert(
  { process, step, sites }: Unit,
  added: (site: Site | undefined, instruction: Instruction) => readonly Action[],
): Step {
  const byId = new Map(sites.map((site) => [site.id, site]));
  return insertBefore(process, step, (id, instruction) =>
    instruction.kind !== "branch" && isTurn(instruction) ? [] : added(byId.get(id), instruction),
  );
}

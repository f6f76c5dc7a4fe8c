/**
 * What could protect a variable: every lock that the declarations offer for it. Whether one does is found by exploring;
 * here stand the conditions that must be true, all of them about the locks that the acting thread itself holds. What
 * such a condition would say about others is hidden by the very merging that it justifies.
 */
import type { Span } from "../base/span.js";
import type { Model, Term, Variable } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import { binary, NULL } from "../ir/terms.js";
import type { Holding, LockProtocol } from "./lock-protocols.js";

/** One way in which a variable could be protected. */
export interface Guard {
  /** Unique for the variable. */
  readonly id: string;
  /** As people are told: `pt_migrate`, `Vcpu.tm_lock of the same object`. */
  readonly text: string;
  /**
   * True where the running thread may read or write the field of the object; undefined where no term says which lock it is.
   * `object` is undefined for a global, and where any object may be meant.
   */
  readonly allows: (object: Term | undefined, mode: "read" | "write", span: Span) => Term | undefined;
  /** Set where the variable only ever names who stores to it: see own-names.ts. */
  readonly ofOwnName?: boolean;
  /** Set where more than the lock matters: what must be true of every store to a pointer. */
  readonly pointer?: PointerRule;
}

/**
 * The lock of an object is found through a field of it, which must not change under the feet of who holds the lock; or the
 * field is one that names who stores to it.
 */
export interface PointerRule {
  readonly id: string;
  readonly variable: string;
  readonly mayStore: (object: Term | undefined, value: Term, span: Span) => Term | undefined;
}

/** Finds the candidates for a field of these objects; none are given for a global. */
export type GuardFinder = (objects: readonly string[]) => readonly Guard[];

/** A way from an object to a lock. */
interface Way {
  readonly id: string;
  readonly text: string;
  readonly lockOf: (object: Term) => Term | undefined;
  readonly holding: Holding;
}

export function guardFinder(model: Model, protocols: readonly LockProtocol[]): GuardFinder {
  const holdings = new Map<string, Holding>();
  for (const { group, holding } of protocols) {
    if (holding !== undefined) for (const lock of group.locks) holdings.set(lock, holding);
  }
  const fixed = [...holdings].map(([lock, holding]) => fixedGuard(lock, holding));
  const anchors = [...holdings].filter(([lock]) => isGlobal(model, lock));
  return (objects) => {
    if (objects.length === 0) return fixed;
    const own = waysFrom(model, holdings, objects).flatMap((way) => [
      guardBy(way),
      ...anchors.map(([lock, holding]) => guardUnder(way, lock, holding)),
    ]);
    const pointers = model.variables.flatMap((pointer) => {
      const { type } = pointer;
      if (type.kind !== "object" || !objects.every((object) => pointer.initial.has(object))) return [];
      const targets = model.objects.get(type.class) ?? [];
      return waysFrom(model, holdings, targets).flatMap((way) => [
        pointerGuard(pointer, way),
        ...anchors.map(([lock, holding]) => anchoredGuard(pointer, way, lock, holding)),
      ]);
    });
    return [...own, ...fixed, ...pointers];
  };
}

/** A lock that no object embeds. */
function isGlobal({ embedded, arrays }: Model, lock: string): boolean {
  const inside = [...embedded.values()].some((objects) => [...objects.values()].includes(lock));
  return !inside && ![...arrays.values()].some((owners) => [...owners.values()].flat().includes(lock));
}

const reference = (name: string): Term => ({
  kind: "value",
  value: { ref: name },
  type: { kind: "object", class: "", nullable: false },
});

function condition(holding: Holding, lock: Term, mode: "read" | "write", span: Span): Term {
  return mode === "write" ? holding.exclusively(lock, span) : holding.atAll(lock, span);
}

function fixedGuard(lock: string, holding: Holding): Guard {
  return {
    id: lock,
    text: lock,
    allows: (_, mode, span) => condition(holding, reference(lock), mode, span),
  };
}

function guardBy({ id, text, lockOf, holding }: Way): Guard {
  return {
    id,
    text,
    allows: (object, mode, span) => {
      const lock = object && lockOf(object);
      return lock && condition(holding, lock, mode, span);
    },
  };
}

/** The locks that each of these objects is, embeds, or is embedded beside. */
function waysFrom(model: Model, holdings: ReadonlyMap<string, Holding>, objects: readonly string[]): Way[] {
  const ways: Way[] = [];
  const add = (id: string, text: string, locks: readonly (string | undefined)[], lockOf: Way["lockOf"]) => {
    const holding = common(locks.map((lock) => (lock === undefined ? undefined : holdings.get(lock))));
    if (holding !== undefined) ways.push({ id, text, lockOf, holding });
  };
  if (objects.length === 0) return [];
  add("itself", "the lock itself", objects, (object) => object);
  for (const [key, inner] of model.embedded) {
    const [type, field] = split(key);
    add(
      `own ${key}`,
      `${key} of the object`,
      objects.map((object) => inner.get(object)),
      (object) => ({
        kind: "embedded",
        object,
        class: type,
        field,
      }),
    );
  }
  for (const [place, parts] of model.embedded) {
    const owners = objects.map((object) => [...parts].find(([, part]) => part === object)?.[0]);
    if (owners.includes(undefined)) continue;
    for (const [key, inner] of model.embedded) {
      const [type, field] = split(key);
      const locks = owners.map((owner) => inner.get(owner ?? ""));
      add(`beside ${key} of ${place}`, `${key} of the object that embeds it`, locks, (object) => {
        if (object.kind === "embedded" && `${object.class}.${object.field}` === place) {
          return { kind: "embedded", object: object.object, class: type, field };
        }
        if (object.kind !== "value") return undefined;
        const owner = [...parts].find(([, part]) => printTerm(reference(part)) === printTerm(object))?.[0];
        const lock = owner === undefined ? undefined : inner.get(owner);
        return lock === undefined ? undefined : reference(lock);
      });
    }
  }
  return ways;
}

function split(key: string): readonly [string, string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}

/** What is true of all of them, if they show their holders in the same way. */
function common(holdings: readonly (Holding | undefined)[]): Holding | undefined {
  const span: Span = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };
  const shape = (holding: Holding) =>
    `${printTerm(holding.exclusively(NULL, span))} ${printTerm(holding.atAll(NULL, span))}`;
  const [first] = holdings;
  if (first === undefined) return undefined;
  return holdings.every((holding) => holding !== undefined && shape(holding) === shape(first))
    ? first
    : undefined;
}

function pointed(pointer: Variable, object: Term, span: Span): Term {
  return { kind: "read", variable: pointer.name, object, span, ghost: true };
}

/** The lock of what the pointer leads to is held; false where it leads nowhere. */
function holdsPointed(way: Way, target: Term, mode: "read" | "write", span: Span): Term | undefined {
  const lock = way.lockOf(target);
  return lock && binary("&&", binary("!==", target, NULL), condition(way.holding, lock, mode, span));
}

/** Whoever moves the pointer holds the lock that it leads to before, and the one that it leads to then. */
function pointerGuard(pointer: Variable, way: Way): Guard {
  const holdsOrNull = (target: Term, span: Span): Term | undefined => {
    const held = holdsPointed(way, target, "write", span);
    return held && binary("||", binary("===", target, NULL), held);
  };
  return {
    id: `${pointer.name} ${way.id}`,
    text: `${way.text} that ${pointer.name} leads to`,
    allows: (object, mode, span) => object && holdsPointed(way, pointed(pointer, object, span), mode, span),
    pointer: {
      id: `${pointer.name} ${way.id}`,
      variable: pointer.name,
      mayStore: (object, value, span) => {
        if (object === undefined) return undefined;
        const [before, then] = [holdsOrNull(pointed(pointer, object, span), span), holdsOrNull(value, span)];
        return before && then && binary("&&", before, then);
      },
    },
  };
}

/**
 * Another lock held alone is enough, since nobody holds it otherwise then; whoever shares it holds the lock of the object as
 * well. So a writer of a read-write lock may leave out the locks inside.
 */
function underAnchor(
  anchor: string,
  holding: Holding,
  inner: Term | undefined,
  span: Span,
): Term | undefined {
  const outer = reference(anchor);
  return (
    inner && binary("||", holding.exclusively(outer, span), binary("&&", holding.atAll(outer, span), inner))
  );
}

function guardUnder(way: Way, anchor: string, holding: Holding): Guard {
  const { allows } = guardBy(way);
  return {
    id: `${way.id} under ${anchor}`,
    text: `${way.text} under ${anchor}`,
    allows: (object, mode, span) => underAnchor(anchor, holding, allows(object, mode, span), span),
  };
}

/** Whoever moves the pointer holds another lock alone, and whoever follows it holds that one as well. */
function anchoredGuard(pointer: Variable, way: Way, anchor: string, holding: Holding): Guard {
  return {
    id: `${pointer.name} ${way.id} under ${anchor}`,
    text: `${way.text} that ${pointer.name} leads to, under ${anchor}`,
    allows: (object, mode, span) =>
      underAnchor(
        anchor,
        holding,
        object && holdsPointed(way, pointed(pointer, object, span), mode, span),
        span,
      ),
    pointer: {
      id: `${pointer.name} under ${anchor}`,
      variable: pointer.name,
      mayStore: (_, __, span) => holding.exclusively(reference(anchor), span),
    },
  };
}

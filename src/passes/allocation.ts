/**
 * Which objects come and go. A pool's class has one more variable, `Request.allocated`; an object that is embedded
 * in one of a pool exists as long as that one. Whatever uses an object that might be neither fixed nor allocated is
 * preceded, in the same step, by a check. Models without pools are not touched by any of this.
 */
import { must } from "../base/assert.js";
import { descends, lineageOf } from "../ir/classes.js";
import type { Origin, Term, Value, Variable } from "../ir/model.js";
import type { Class, Field, ModelObject, Program, Type } from "../ir/program.js";
import { binary, constant } from "../ir/terms.js";
import { emit } from "./flow.js";
import type { InlineContext, Place } from "./inline-context.js";

const BOOLEAN: Type = { kind: "boolean" };

/** Where the objects of one class live. */
interface Homes {
  /** Names of those that always exist. */
  readonly fixed: readonly string[];
  /** By the class of the pool: names of those in it, the pool's own objects or parts of them. */
  readonly pools: ReadonlyMap<string, readonly string[]>;
}

/** The name of the variable that says which objects of a pool's class are allocated; no field has it. */
export function allocationVariable({ classes }: Program, type: string): string {
  const taken = new Set(
    lineageOf(classes, type).flatMap(({ fields, embedded }) => [
      ...fields.map(({ name }) => name),
      ...embedded.map(({ field }) => field),
    ]),
  );
  let field = "allocated";
  for (let n = 2; taken.has(field); n++) field = `allocated_${n}`;
  return `${type}.${field}`;
}

/** One variable for each class that has a pool. What is in none of them counts as allocated for ever. */
export function allocationVariables(program: Program): Variable[] {
  return program.classes.flatMap((type): Variable[] => {
    const objects = objectsIn(program, type.name);
    const isPooled = (object: ModelObject) => object.class === type.name && object.name === object.owner;
    if (!objects.some(isPooled)) return [];
    const name = allocationVariable(program, type.name);
    const initial = new Map(objects.map((object): [string, Value] => [object.name, !isPooled(object)]));
    const field = name.slice(name.indexOf(".") + 1);
    return [{ name, class: type.name, field, type: BOOLEAN, initial, allocation: true }];
  });
}

/** By class, for the objects of pools and their parts: the object of the pool. */
export function ownersByClass(program: Program): Map<string, Map<string, string>> {
  return new Map(
    program.classes
      .filter(({ name }) => !isRootClass(program, name))
      .map(({ name }) => [
        name,
        new Map(
          objectsIn(program, name).flatMap((object) =>
            object.owner === undefined ? [] : [[object.name, object.owner]],
          ),
        ),
      ]),
  );
}

/** The objects of a class and of those that extend it. */
function objectsIn(program: Program, type: string): ModelObject[] {
  return program.objects.filter((object) => descends(program.classes, object.class, type));
}

/** Whether the objects of the class are in no pool but as the pool's own. */
function isRootClass(program: Program, type: string): boolean {
  return objectsIn(program, type).every(({ name, owner }) => owner === undefined || owner === name);
}

/** Programs do not change, and each access asks. */
const known = new WeakMap<Program, Map<string, Homes>>();

function homesOf(program: Program, type: string): Homes {
  const homes = known.get(program) ?? new Map<string, Homes>();
  known.set(program, homes);
  const before = homes.get(type);
  if (before !== undefined) return before;
  const classes = new Map(program.objects.map((object) => [object.name, object.class]));
  const fixed: string[] = [];
  const pools = new Map<string, string[]>();
  for (const { name, owner } of objectsIn(program, type)) {
    if (owner === undefined) fixed.push(name);
    else {
      const root = must(classes.get(owner), `the class of ${owner}`);
      pools.set(root, [...(pools.get(root) ?? []), name]);
    }
  }
  const found: Homes = { fixed, pools };
  homes.set(type, found);
  return found;
}

/** By class, the objects that pools give out as objects of `type`: its own, and those of classes that extend it. */
export function pooledObjects(program: Program, type: string): Map<string, string[]> {
  const pooled = new Map<string, string[]>();
  for (const { name, class: own, owner } of objectsIn(program, type)) {
    if (owner === name) pooled.set(own, [...(pooled.get(own) ?? []), name]);
  }
  return pooled;
}

/** Whether all objects of the class are a pool's own. */
export function arePooled(program: Program, type: string): boolean {
  return objectsIn(program, type).every(({ name, owner }) => owner === name);
}

/** Whether an object is allocated, as `condition`; the object of a pool that this depends on is `subject`. */
export interface Existence {
  readonly condition: Term;
  readonly subject: Term;
}

/** The condition under which an object of the class exists; undefined where it always does. */
export function existenceOf(program: Program, object: Term, type: string): Existence | undefined {
  if (object.kind === "embedded") return existenceOf(program, object.object, object.class);
  if (object.kind === "nth" && object.list.kind === "elements") {
    return existenceOf(program, object.list.object, object.list.class);
  }
  // What can be named, what stands in a top-level array, what a thread is started for or runs on is in no pool.
  if (["value", "nth", "argument", "cpu"].includes(object.kind)) return undefined;
  const { fixed, pools } = homesOf(program, type);
  if (pools.size === 0) return undefined;
  const subject: Term = isRootClass(program, type) ? object : { kind: "owner", object, class: type };
  const allocated = (root: string): Term => isAllocated(program, root, subject);
  const [last, ...others] = [...pools.keys()].reverse();
  const inPools = others.reduce<Term>(
    (otherwise, root) => ({
      kind: "conditional",
      condition: isOneOf(object, pools.get(root) ?? [], type),
      whenTrue: allocated(root),
      whenFalse: otherwise,
    }),
    allocated(must(last, "a pool")),
  );
  // The variable knows the fixed objects of its own class.
  const knowsAll = pools.size === 1 && last === type && isRootClass(program, type);
  if (fixed.length === 0 || knowsAll) return { condition: inPools, subject };
  return { condition: binary("||", isOneOf(object, fixed, type), inPools), subject };
}

/** Whether an object of a pool's class is allocated, for an onlooker: no access of the design's. */
export function isAllocated(program: Program, type: string, object: Term): Term {
  return { ...readAllocated(program, type, object), ghost: true };
}

/** The same as the allocator itself reads it. */
export function readAllocated(program: Program, type: string, object: Term): Extract<Term, { kind: "read" }> {
  const declared = classOf(program, type);
  return { kind: "read", variable: allocationVariable(program, type), object, span: declared.span };
}

function classOf(program: Program, name: string): Class {
  return must(
    program.classes.find((type) => type.name === name),
    `the class ${name}`,
  );
}

/** Whether the object is one of these. */
export function isOneOf(element: Term, names: readonly string[], className: string): Term {
  const type: Type = { kind: "object", class: className, nullable: false };
  const collection: Term = {
    kind: "value",
    value: { set: names.map((ref) => ({ ref })) },
    type: { kind: "set", element: type },
  };
  return { kind: "has", collection, element };
}

/** Makes a use of the object fail where it is freed. It belongs into the step of the use, before it. */
export function checkExists(context: InlineContext, origin: Origin, object: Term, type: string): void {
  const existence = existenceOf(context.program, object, type);
  if (existence === undefined) return;
  const { condition, subject } = existence;
  const check = "use-after-free";
  emit(context.builder, { kind: "check", check, condition, subject, message: undefined, origin });
}

/** The same for the object whose field is read or stored. */
export function checkPlace(context: InlineContext, origin: Origin, { variable, object }: Place): void {
  if (object !== undefined) checkExists(context, origin, object, classOfField(variable));
}

/** The class of a field's variable. */
export function classOfField(variable: string): string {
  return variable.slice(0, variable.indexOf("."));
}

/** Marks the object as allocated, or as free. */
export function storeAllocated(
  context: InlineContext,
  origin: Origin,
  type: string,
  object: Term,
  to: boolean,
): void {
  const variable = allocationVariable(context.program, type);
  emit(context.builder, { kind: "store", variable, object, value: constant(to), origin });
}

/** A piece of an object's memory: the object itself, or one that is embedded in it. */
export interface Part {
  readonly object: Term;
  /** The class that it is made as. */
  readonly class: string;
  /** Its fields, each with the class that declares it. */
  readonly fields: readonly { readonly owner: string; readonly field: Field }[];
}

/** An object of exactly this class and all that is embedded in it, outermost first. */
export function partsOf(program: Program, object: Term, type: string): Part[] {
  const lineage = lineageOf(program.classes, type);
  const fields = lineage.flatMap(({ name: owner, fields }) => fields.map((field) => ({ owner, field })));
  const inner = lineage.flatMap(({ name, embedded }) =>
    embedded.flatMap(({ field, class: part, count }) => {
      const place = { object, class: name, field };
      if (count === undefined) return partsOf(program, { kind: "embedded", ...place }, part);
      return Array.from({ length: count }, (_, value): Term => {
        const index: Term = { kind: "value", value, type: { kind: "number" } };
        return { kind: "nth", list: { kind: "elements", ...place }, index };
      }).flatMap((element) => partsOf(program, element, part));
    }),
  );
  return [{ object, class: type, fields }, ...inner];
}

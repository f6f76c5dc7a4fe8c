/** What a term means in a state. Together with step.ts the one definition of meaning: TLC must agree with it. */
import { bug, must, unreachable } from "../base/assert.js";
import type { SetOperator } from "../ir/data-expressions.js";
import type { Model, Term, ThreadInstance, Value } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { defaultValue } from "../ir/terms.js";
import { arithmetic, numberOf, within32Bits, wrapped } from "./numbers.js";
import { type BufferEntry, elementAt, gather, location, type State, sameValue, valueAt } from "./state.js";
import { newest } from "./store-buffer.js";

/** Everything a term can refer to. */
export interface Scene {
  readonly model: Model;
  readonly memory: ReadonlyMap<string, Value>;
  /** The thread's own stores that are not in memory yet. */
  readonly buffer: readonly BufferEntry[];
  /** Absent in invariants. */
  readonly thread?: { readonly instance: ThreadInstance; readonly locals: ReadonlyMap<string, Value> };
  /** Type of each local, for the default of one that was never assigned. */
  readonly localTypes?: ReadonlyMap<string, Type>;
  readonly bound: ReadonlyMap<string, Value>;
  /** Told of every read of shared memory. */
  readonly onRead?: (at: string, value: Value) => void;
}

/** A scene without a thread: what an invariant sees. */
export function globalScene(model: Model, state: State): Scene {
  return { model, memory: state.memory, buffer: [], bound: new Map() };
}

/** The value of a term. Evaluates lazily where C does: `&&`, `||`, `?:`. */
export function evaluate(scene: Scene, term: Term): Value {
  const go = (child: Term) => evaluate(scene, child);
  switch (term.kind) {
    case "value":
      return term.value;
    case "current":
      return { ref: thread(scene).instance.name };
    case "cpu": {
      const { name } = thread(scene).instance;
      return { ref: must(scene.model.cpus.get(name), `the CPU of ${name}`) };
    }
    case "argument":
      return { ref: must(thread(scene).instance.argument, "the argument of a thread") };
    case "local":
      return thread(scene).locals.get(term.name) ?? localDefault(scene, term.name);
    case "bound":
      return defined(scene.bound.get(term.name), `the bound variable ${term.name}`);
    case "read": {
      const object = term.object === undefined ? "" : refOf(go(term.object));
      return read(scene, term, term.variable, object, term.index && go(term.index));
    }
    case "embedded":
      return { ref: embedded(scene.model, term.class, term.field, refOf(go(term.object))) };
    case "elements":
      return { list: elementsIn(scene.model, term, refOf(go(term.object))) };
    case "nth": {
      const index = numberOf(go(term.index));
      return must(elementsOf(go(term.list))[index], `the element ${index} of a checked index`);
    }
    case "index-of": {
      const element = go(term.element);
      return elementsOf(go(term.list)).findIndex((other) => sameValue(other, element));
    }
    case "owner":
      return { ref: ownerOf(scene.model, term.class, refOf(go(term.object))) };
    case "unary":
      return term.operator === "!"
        ? !booleanOf(go(term.operand))
        : within32Bits(0 - numberOf(go(term.operand)));
    case "binary":
      return evaluateBinary(scene, term);
    case "conditional":
      return booleanOf(go(term.condition)) ? go(term.whenTrue) : go(term.whenFalse);
    case "quantifier":
      return evaluateQuantifier(scene, term);
    case "subset": {
      const meets = conditionOn(scene, term.variable, term.condition);
      return { set: elementsOf(go(term.domain)).filter(meets) };
    }
    case "has": {
      const element = go(term.element);
      return elementsOf(go(term.collection)).some((other) => sameValue(other, element));
    }
    case "size":
      return elementsOf(go(term.collection)).length;
    case "first":
      return elementsOf(go(term.list))[0] ?? null;
    case "next":
      return nextOf(elementsOf(go(term.list)), go(term.element));
    case "insert": {
      const list = elementsOf(go(term.list));
      const element = go(term.element);
      return { list: term.where === "first" ? [element, ...list] : [...list, element] };
    }
    case "without": {
      const element = go(term.element);
      return { list: elementsOf(go(term.list)).filter((other) => !sameValue(other, element)) };
    }
    case "behind": {
      const count = numberOf(go(term.count));
      return { list: elementsOf(go(term.list)).slice(Math.max(0, count)) };
    }
    case "change": {
      const element = go(term.element);
      const others = elementsOf(go(term.set)).filter((other) => !sameValue(other, element));
      return { set: term.change === "add" ? [...others, element] : others };
    }
    case "present": {
      const element = go(term.element);
      return { set: element === null ? [] : [element] };
    }
    case "record":
      return recordOf(term.fields, go);
    case "with": {
      const whole = partsOf(go(term.record));
      return { record: new Map([...whole, ...recordOf(term.changes, go).record]) };
    }
    case "select":
      return defined(partsOf(go(term.record)).get(term.field), `the part ${term.field} of a record`);
    case "array":
      return { list: term.elements.map(go) };
    case "index":
      return elementAt(go(term.collection), go(term.index));
    case "replace":
      return replaceElement(go(term.collection), go(term.index), go(term.value));
    case "sets":
      return combineSets(term.operator, elementsOf(go(term.left)), elementsOf(go(term.right)));
    case "wrap":
      return wrapped(numberOf(go(term.operand)), term.modulus);
    case "each": {
      const elements = elementsOf(go(term.domain));
      const bodyFor = (element: Value) => evaluate(bind(scene, term.variable, element), term.body);
      return {
        list: term.method === "map" ? elements.map(bodyFor) : elements.filter((x) => booleanOf(bodyFor(x))),
      };
    }
    case "reduce":
      return elementsOf(go(term.domain)).reduce<Value>(
        (sum, element) => evaluate(bind(bind(scene, term.sum, sum), term.variable, element), term.body),
        go(term.initial),
      );
    case "linked": {
      const element = go(term.element);
      return listsOf(scene, term).some((list) => list.some((other) => sameValue(other, element)));
    }
    case "buffer-empty":
      return scene.buffer.length === 0;
  }
  unreachable(term);
}

/** Null is a value. */
function defined(value: Value | undefined, what: string): Value {
  return value === undefined ? bug(`${what} is missing`) : value;
}

function thread(scene: Scene): NonNullable<Scene["thread"]> {
  return must(scene.thread, "the thread that evaluates this");
}

function localDefault(scene: Scene, name: string): Value {
  return defaultValue(must(scene.localTypes?.get(name), `the type of the local ${name}`));
}

/**
 * A whole array or map is read element by element. A forwarded read sees the newest store to the location among the
 * thread's own that are not in memory yet.
 */
function read(
  scene: Scene,
  { forwarded }: Pick<Extract<Term, { kind: "read" | "linked" }>, "forwarded">,
  name: string,
  object: string,
  index?: Value,
): Value {
  const readAt = (at: string) => {
    const value = forwarded === true ? newest(scene, at) : valueAt(scene.memory, at);
    scene.onRead?.(at, value);
    return value;
  };
  return index === undefined
    ? gather(variableOf(scene, name), object, readAt)
    : readAt(location(name, object, index));
}

function variableOf(scene: Scene, name: string): Model["variables"][number] {
  return must(
    scene.model.variables.find((candidate) => candidate.name === name),
    `the variable ${name}`,
  );
}

/** The scene inside a quantifier. */
function bind(scene: Scene, name: string, value: Value): Scene {
  return { ...scene, bound: new Map(scene.bound).set(name, value) };
}

/** All lists of these variables, each told as a read. */
function listsOf(scene: Scene, linked: Extract<Term, { kind: "linked" }>): (readonly Value[])[] {
  return linked.variables.flatMap((name) =>
    [...variableOf(scene, name).initial.keys()].map((object) =>
      elementsOf(read(scene, linked, name, object)),
    ),
  );
}

/** The object that stands in a field of another. */
export function embedded(model: Model, className: string, field: string, owner: string): string {
  const objects = must(model.embedded.get(`${className}.${field}`), `the field ${className}.${field}`);
  return must(objects.get(owner), `the ${field} of ${owner}`);
}

/** The objects that stand in an array field of another. */
function elementsIn(
  model: Model,
  { class: type, field }: Extract<Term, { kind: "elements" }>,
  owner: string,
): { readonly ref: string }[] {
  const arrays = must(model.arrays.get(`${type}.${field}`), `the array ${type}.${field}`);
  return must(arrays.get(owner), `the ${field} of ${owner}`).map((ref) => ({ ref }));
}

function ownerOf(model: Model, type: string, object: string): string {
  return must(model.owners.get(type)?.get(object), `the object of a pool that ${object} is part of`);
}

function evaluateBinary(scene: Scene, term: Extract<Term, { kind: "binary" }>): Value {
  const left = evaluate(scene, term.left);
  if (term.operator === "&&") return booleanOf(left) && evaluate(scene, term.right);
  if (term.operator === "||") return booleanOf(left) || evaluate(scene, term.right);
  const right = evaluate(scene, term.right);
  switch (term.operator) {
    case "===":
      return sameValue(left, right);
    case "!==":
      return !sameValue(left, right);
    case "<":
      return numberOf(left) < numberOf(right);
    case "<=":
      return numberOf(left) <= numberOf(right);
    case ">":
      return numberOf(left) > numberOf(right);
    case ">=":
      return numberOf(left) >= numberOf(right);
    default:
      return arithmetic(term.operator, numberOf(left), numberOf(right));
  }
}

/** Whether the condition is true with the variable bound to an element. */
function conditionOn(scene: Scene, variable: string, condition: Term): (element: Value) => boolean {
  return (element) => {
    return booleanOf(evaluate(bind(scene, variable, element), condition));
  };
}

function evaluateQuantifier(scene: Scene, term: Extract<Term, { kind: "quantifier" }>): boolean {
  const holdsFor = conditionOn(scene, term.variable, term.body);
  const elements = elementsOf(evaluate(scene, term.domain));
  return term.quantifier === "every" ? elements.every(holdsFor) : elements.some(holdsFor);
}

function nextOf(list: readonly Value[], element: Value): Value {
  const index = list.findIndex((other) => sameValue(other, element));
  if (index < 0) bug("the element behind one that is not on the list");
  return list[index + 1] ?? null;
}

type Named = readonly { readonly name: string; readonly value: Term }[];

function recordOf(
  parts: Named,
  evaluatePart: (term: Term) => Value,
): { readonly record: Map<string, Value> } {
  return { record: new Map(parts.map(({ name, value }) => [name, evaluatePart(value)])) };
}

function partsOf(value: Value): ReadonlyMap<string, Value> {
  return value !== null && typeof value === "object" && "record" in value
    ? value.record
    : bug("a record was expected");
}

function replaceElement(collection: Value, index: Value, value: Value): Value {
  elementAt(collection, index);
  if (collection !== null && typeof collection === "object" && "map" in collection) {
    return { map: collection.map.map((pair) => (sameValue(pair[0], index) ? [pair[0], value] : pair)) };
  }
  return { list: elementsOf(collection).map((element, at) => (at === index ? value : element)) };
}

function combineSets(operator: SetOperator, left: readonly Value[], right: readonly Value[]): Value {
  const isIn = (set: readonly Value[]) => (element: Value) => set.some((other) => sameValue(other, element));
  switch (operator) {
    case "union":
      return { set: [...left, ...right.filter((element) => !isIn(left)(element))] };
    case "intersection":
      return { set: left.filter(isIn(right)) };
    case "difference":
      return { set: left.filter((element) => !isIn(right)(element)) };
    case "isSubsetOf":
      return left.every(isIn(right));
  }
}

/** The elements of a list, an array or a set. */
export function elementsOf(value: Value): readonly Value[] {
  if (value !== null && typeof value === "object") {
    if ("list" in value) return value.list;
    if ("set" in value) return value.set;
  }
  return bug("a list or a set was expected");
}

export function booleanOf(value: Value): boolean {
  return typeof value === "boolean" ? value : bug("a boolean was expected");
}

/** The object or thread that a reference names. */
export function refOf(value: Value): string {
  return value !== null && typeof value === "object" && "ref" in value
    ? value.ref
    : bug("an object was expected");
}

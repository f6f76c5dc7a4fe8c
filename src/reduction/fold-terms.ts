/**
 * Terms whose value is known before anything runs, replaced by that value. What might have no value (an overflow) is
 * left in: folding must not hide it.
 */
import type { Model, Process, Term, Value, Variable } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { constant, mapTerm, TRUE } from "../ir/terms.js";
import { canonicalText } from "../ir/values.js";

/** What is known in the code of one process, or, without one, in a claim. */
export interface Known {
  readonly model: Model;
  readonly process: Process | undefined;
  /** Variables that no step writes. */
  readonly constants: ReadonlyMap<string, Variable>;
  /** Variables of the threads that never hold anything else. */
  readonly locals: ReadonlyMap<string, Extract<Term, { kind: "value" }>>;
}

const FALSE = constant(false);

export function foldTerm(known: Known, term: Term): Term {
  return simplify(
    known,
    mapTerm(term, (child) => foldTerm(known, child)),
  );
}

/** One operation on operands that are folded already. */
function simplify(known: Known, term: Term): Term {
  switch (term.kind) {
    case "local":
      return known.locals.get(term.name) ?? term;
    case "read":
      return foldRead(known, term);
    case "linked":
      return emptyForEver(known, term.variables) ? FALSE : term;
    case "unary": {
      const value = constantOf(term.operand);
      return term.operator === "!" && typeof value === "boolean" ? constant(!value) : term;
    }
    case "binary":
      return foldBinary(term);
    case "conditional": {
      const value = constantOf(term.condition);
      return typeof value === "boolean" ? (value ? term.whenTrue : term.whenFalse) : term;
    }
    case "has": {
      const elements = partsIn(constantOf(term.collection));
      const answers = possibleValues(known, term.element)?.map((value) =>
        elements?.some((other) => same(other, value)),
      );
      const [first, ...others] = answers ?? [];
      return first === undefined || others.some((other) => other !== first) ? term : constant(first);
    }
    case "select": {
      const value = constantOf(term.record);
      if (!isStructured(value) || !("record" in value) || term.record.kind !== "value") return term;
      const type = term.record.type.kind === "record" ? term.record.type : undefined;
      const field = type?.fields.find(({ name }) => name === term.field);
      const part = value.record.get(term.field);
      return part === undefined || field === undefined
        ? term
        : { kind: "value", value: part, type: field.type };
    }
    default:
      return term;
  }
}

/** The value of a term that has one and the same in every state; null is a value. */
function constantOf(term: Term): Value | undefined {
  return term.kind === "value" ? term.value : undefined;
}

/** Everything that the term can be: what `x instanceof C` asks about is often what the threads were given. */
function possibleValues({ process }: Known, term: Term): readonly Value[] | undefined {
  if (term.kind === "value") return [term.value];
  if (term.kind !== "argument") return undefined;
  return process?.threads.map(({ argument }) => (argument === undefined ? null : { ref: argument }));
}

function same(a: Value, b: Value): boolean {
  return canonicalText(a) === canonicalText(b);
}

function isStructured(value: Value | undefined): value is Extract<Value, object> {
  return value !== null && typeof value === "object";
}

function partsIn(value: Value | undefined): readonly Value[] | undefined {
  if (!isStructured(value)) return undefined;
  if ("list" in value) return value.list;
  return "set" in value ? value.set : undefined;
}

function foldBinary(term: Extract<Term, { kind: "binary" }>): Term {
  const [left, right] = [constantOf(term.left), constantOf(term.right)];
  const { operator } = term;
  if (operator === "&&" || operator === "||") {
    const deciding = operator === "||";
    if (left === deciding) return constant(deciding);
    if (left === !deciding) return term.right;
    // What stands before a constant that decides may still have no value.
    return right === !deciding ? term.left : term;
  }
  if (left === undefined || right === undefined) return term;
  if (operator === "===") return constant(same(left, right));
  if (operator === "!==") return constant(!same(left, right));
  if (typeof left !== "number" || typeof right !== "number") return term;
  if (operator === "<") return constant(left < right);
  if (operator === "<=") return constant(left <= right);
  if (operator === ">") return constant(left > right);
  return operator === ">=" ? constant(left >= right) : term;
}

/** The value of a variable that nobody writes: for this object, or the same for all. */
function foldRead(known: Known, term: Extract<Term, { kind: "read" }>): Term {
  const variable = known.constants.get(term.variable);
  if (variable === undefined) return term;
  const value = initialFor(known, variable, term.object);
  if (value === undefined) return term;
  if (term.index === undefined) return { kind: "value", value, type: variable.type };
  return elementOf(variable.type, value, constantOf(term.index)) ?? term;
}

function initialFor(known: Known, variable: Variable, object: Term | undefined): Value | undefined {
  if (object === undefined) return variable.initial.get("");
  const name = objectOf(known, object);
  if (name !== undefined) return variable.initial.get(name);
  const [first, ...others] = [...variable.initial.values()];
  return first !== undefined && others.every((other) => same(other, first)) ? first : undefined;
}

function elementOf(type: Type, value: Value, index: Value | undefined): Term | undefined {
  if (index === undefined || !isStructured(value)) return undefined;
  if (type.kind === "array" && "list" in value && typeof index === "number") {
    const element = value.list[index];
    return element === undefined ? undefined : { kind: "value", value: element, type: type.element };
  }
  if (type.kind !== "map" || !("map" in value)) return undefined;
  const pair = value.map.find(([key]) => same(key, index));
  return pair === undefined ? undefined : { kind: "value", value: pair[1], type: type.element };
}

/** The one object that the term can be, where that is known. */
function objectOf(known: Known, term: Term): string | undefined {
  const { model, process } = known;
  const only = process?.threads.length === 1 ? process.threads[0] : undefined;
  switch (term.kind) {
    case "value":
      return isStructured(term.value) && "ref" in term.value ? term.value.ref : undefined;
    case "argument":
      return only?.argument;
    case "cpu":
      return only && model.cpus.get(only.name);
    case "embedded": {
      const owner = objectOf(known, term.object);
      return owner === undefined ? undefined : model.embedded.get(`${term.class}.${term.field}`)?.get(owner);
    }
    case "owner": {
      const part = objectOf(known, term.object);
      return part === undefined ? undefined : model.owners.get(term.class)?.get(part);
    }
    case "nth": {
      const index = constantOf(term.index);
      if (term.list.kind !== "elements" || typeof index !== "number") return undefined;
      const owner = objectOf(known, term.list.object);
      const arrays = model.arrays.get(`${term.list.class}.${term.list.field}`);
      return owner === undefined ? undefined : arrays?.get(owner)?.[index];
    }
    default:
      return undefined;
  }
}

/** Whether nothing is ever on any list of these variables. */
function emptyForEver({ constants }: Known, variables: readonly string[]): boolean {
  return variables.every((name) => {
    const variable = constants.get(name);
    return (
      variable !== undefined && [...variable.initial.values()].every((list) => partsIn(list)?.length === 0)
    );
  });
}

/** Whether the term is known to be true. */
export function isTrue(term: Term): boolean {
  return constantOf(term) === constantOf(TRUE);
}

/** Which way a condition goes, where that is known. */
export function decision(term: Term): boolean | undefined {
  const value = constantOf(term);
  return typeof value === "boolean" ? value : undefined;
}

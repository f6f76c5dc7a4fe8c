/** Records and arrays as terms, and what is known of an array's length and order before it is evaluated. */
import type { Term, Value } from "../ir/model.js";
import type { Expression, Program, Type } from "../ir/program.js";
import { constant } from "../ir/terms.js";
import { type Conversion, convert, exactType } from "./data.js";
import type { Requirement } from "./inline-context.js";

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Instances in their order, where the order matters; a quantifier does without. */
export function orderedDomain(term: Term, domain: Expression): Term {
  if (domain.kind !== "instances" || term.kind !== "value") return term;
  const value = { list: domain.names.map((ref) => ({ ref })) };
  const element = domain.type.kind === "instances" ? domain.type.class : "";
  return { kind: "value", value, type: { kind: "list", element } };
}

/** How many elements: of an array in memory a constant. */
export function sizeOf(program: Program, given: Type, collection: Term): Term {
  const type = exactType(program, given, collection);
  if (type.kind === "array" && type.length !== undefined) return constant(type.length);
  return { kind: "size", collection };
}

/** A record literal, with or without a record that it starts from. Its parts are kept as their types say. */
export function lowerRecord(e: Kind<"record" | "with">, go: (child: Expression) => Term): Conversion {
  const parts = e.kind === "record" ? e.fields : e.changes;
  const types = e.type.kind === "record" ? e.type.fields : [];
  const requirements: Requirement[] = [];
  const record = e.kind === "with" ? go(e.record) : undefined;
  const values = parts.map(({ name, value }) => {
    const to = types.find((field) => field.name === name)?.type ?? value.type;
    const converted = convert(go(value), value.type, to);
    requirements.push(...converted.requirements);
    return { name, value: converted.term };
  });
  if (record !== undefined) return { term: { kind: "with", record, changes: values }, requirements };
  return { term: constantRecord(values, e.type) ?? { kind: "record", fields: values }, requirements };
}

function constantRecord(fields: readonly { name: string; value: Term }[], type: Type): Term | undefined {
  const parts = new Map<string, Value>();
  for (const { name, value } of fields) {
    if (value.kind !== "value") return undefined;
    parts.set(name, value.value);
  }
  return { kind: "value", value: { record: parts }, type };
}

/** An array literal; its elements are kept as its type says. */
export function lowerArray(e: Kind<"array">, go: (child: Expression) => Term): Conversion {
  const to = e.type.kind === "array" ? e.type.element : undefined;
  const requirements: Requirement[] = [];
  const elements = e.elements.map((element) => {
    const converted = convert(go(element), element.type, to ?? element.type);
    requirements.push(...converted.requirements);
    return converted.term;
  });
  const values = elements.flatMap((element) => (element.kind === "value" ? [element.value] : []));
  const isConstant = values.length === elements.length;
  const term: Term = isConstant
    ? { kind: "value", value: { list: values }, type: e.type }
    : { kind: "array", elements };
  return { term, requirements };
}

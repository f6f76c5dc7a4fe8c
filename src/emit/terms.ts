/** Terms as TLA+ expressions, with parentheses wherever precedence could be in doubt. */
import { bug, must, unreachable } from "../base/assert.js";
import type { Model, Process, Term, Value } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { STORE_BUFFERS } from "../ir/terms.js";
import { isSpecial, printSpecial } from "./arithmetic.js";
import { boundName, OWN_BOUND } from "./names.js";
import { localKey, type Naming } from "./naming.js";
import { printAddress, printBufferOwner } from "./store-buffers.js";
import { partName, printString } from "./strings.js";

/** Where a term is printed, and so how it refers to its thread. */
export interface TermContext {
  readonly model: Model;
  readonly naming: Naming;
  /** Absent in invariants. */
  readonly process?: Process;
  /** The name of the thread: `self` in a step, `t_` in an operator over all threads. */
  readonly self: string;
  /** Whether locals are functions of the thread here, as they are outside the algorithm. */
  readonly indexLocals: boolean;
  /** Names that stand for variables and locals assigned earlier in the step. */
  readonly versions: ReadonlyMap<string, string>;
  /** Names that stand for variables of quantifiers. */
  readonly bound: ReadonlyMap<string, string>;
  /** Every bound name in whose scope the term stands. */
  readonly scope: ReadonlySet<string>;
}

/** A context outside every step and quantifier. */
export function termContext(
  fixed: Pick<TermContext, "model" | "naming" | "process" | "self" | "indexLocals">,
): TermContext {
  return { ...fixed, versions: new Map(), bound: new Map(), scope: OWN_BOUND };
}

const OPERATORS = {
  "===": "=",
  "!==": "#",
  "&&": "/\\",
  "||": "\\/",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "+": "+",
  "-": "-",
  "*": "*",
} as const;

/** A value as TLA+ writes it. */
export function printValue(naming: Naming, value: Value): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  // TLC reads the digits before the sign, and 2147483648 is none of its numbers.
  if (typeof value === "number") return value === -(2 ** 31) ? "(-2147483647 - 1)" : String(value);
  if (typeof value === "string") return printString(value);
  if ("ref" in value) {
    return must(naming.objects.get(value.ref) ?? naming.threads.get(value.ref), `the name of ${value.ref}`);
  }
  const print = (part: Value) => printValue(naming, part);
  if ("record" in value)
    return `[${printParts([...value.record].map(([name, part]) => [name, print(part)]))}]`;
  if ("map" in value) {
    const pairs = value.map.map(([key, mapped]) => `${print(key)} :> ${print(mapped)}`);
    return pairs.length === 0 ? "<<>>" : `(${pairs.join(" @@ ")})`;
  }
  const elements = ("list" in value ? value.list : value.set).map(print);
  return "list" in value ? `<<${elements.join(", ")}>>` : `{${elements.join(", ")}}`;
}

/** The parts of a record as the module writes them. */
function printParts(parts: Iterable<readonly [string, string]>): string {
  return [...parts].map(([name, value]) => `${partName(name)} |-> ${value}`).join(", ");
}

/** The whole expression. */
export function printTerm(context: TermContext, term: Term): string {
  const { naming } = context;
  const go = (child: Term) => printTerm(context, child);
  switch (term.kind) {
    case "value":
      return printValue(naming, term.value);
    case "current":
      return context.self;
    case "cpu":
      return `CpuOf[${context.self}]`;
    case "argument": {
      const process = must(context.process, "the process of an argument");
      return `${must(naming.arguments.get(process.name), "the arguments of a process")}[${context.self}]`;
    }
    case "local":
      return printLocal(context, term.name);
    case "bound":
      return must(context.bound.get(term.name), `the quantifier over ${term.name}`);
    case "read":
      return printRead(context, term);
    case "buffer-empty":
      return `${printBuffer(context)} = <<>>`;
    case "embedded":
      return printEmbedded(context, term);
    case "elements":
      return printArray(context, term);
    case "nth":
      return `${operand(context, term.list)}[${printIndex(context, "array", term.index)}]`;
    case "index-of":
      return `IndexOf(${go(term.list)}, ${go(term.element)})`;
    case "owner":
      return `${must(naming.owners.get(term.class), `the owners of ${term.class}`)}[${go(term.object)}]`;
    case "unary":
      return term.operator === "!"
        ? `~${operand(context, term.operand)}`
        : `(0 - ${operand(context, term.operand)})`;
    case "binary":
      if (isSpecial(term.operator)) {
        const both = (child: Term) => ({ whole: go(child), part: operand(context, child), term: child });
        return printSpecial(term.operator, both(term.left), both(term.right));
      }
      return `${operand(context, term.left, term)} ${OPERATORS[term.operator]} ${operand(context, term.right, term)}`;
    case "conditional":
      return `IF ${go(term.condition)} THEN ${go(term.whenTrue)} ELSE ${go(term.whenFalse)}`;
    case "quantifier":
      return printQuantifier(context, term);
    case "subset": {
      const { name, inner } = bindElement(context, term.variable);
      return `{${name} \\in ${printElements(context, term.domain)} : ${printTerm(inner, term.condition)}}`;
    }
    case "has":
      return isList(context, term.collection)
        ? `Has(${go(term.collection)}, ${go(term.element)})`
        : `${operand(context, term.element)} \\in ${operand(context, term.collection)}`;
    case "size":
      return `${isList(context, term.collection) ? "Len" : "Cardinality"}(${go(term.collection)})`;
    case "first":
      return `First(${go(term.list)})`;
    case "next":
      return `NextOf(${go(term.list)}, ${go(term.element)})`;
    case "insert":
      return term.where === "first"
        ? `<<${go(term.element)}>> \\o ${operand(context, term.list)}`
        : `Append(${go(term.list)}, ${go(term.element)})`;
    case "without":
      return `Without(${go(term.list)}, ${go(term.element)})`;
    case "behind":
      return `Behind(${go(term.list)}, ${go(term.count)})`;
    case "change": {
      const operator = term.change === "add" ? "\\union" : "\\";
      return `${operand(context, term.set)} ${operator} {${go(term.element)}}`;
    }
    case "present":
      return `Present(${go(term.element)})`;
    case "linked":
      return printLinked(context, term);
    case "record":
      return `[${printParts(term.fields.map(({ name, value }) => [name, go(value)]))}]`;
    case "with": {
      const changes = term.changes.map(({ name, value }) => `!.${partName(name)} = ${go(value)}`);
      return `[${go(term.record)} EXCEPT ${changes.join(", ")}]`;
    }
    case "select":
      return `${operand(context, term.record)}.${partName(term.field)}`;
    case "array":
      return `<<${term.elements.map(go).join(", ")}>>`;
    case "index":
      return `${operand(context, term.collection)}[${printIndex(context, term.of, term.index)}]`;
    case "replace": {
      const index = printIndex(context, term.of, term.index);
      return `[${go(term.collection)} EXCEPT ![${index}] = ${go(term.value)}]`;
    }
    case "sets":
      return `${operand(context, term.left)} ${SET_OPERATORS[term.operator]} ${operand(context, term.right)}`;
    case "wrap":
      return `${operand(context, term.operand)} % ${term.modulus}`;
    case "each":
      return printEach(context, term);
    case "reduce":
      return printReduce(context, term);
  }
  unreachable(term);
}

const SET_OPERATORS = {
  union: "\\union",
  intersection: "\\intersect",
  difference: "\\",
  isSubsetOf: "\\subseteq",
} as const;

/** Sequences count from 1. */
function printIndex(context: TermContext, of: "array" | "map", index: Term): string {
  if (of === "map") return printTerm(context, index);
  if (index.kind === "value" && typeof index.value === "number") return String(index.value + 1);
  return `${operand(context, index)} + 1`;
}

/** What selects a place of the variable: the object, and the index of an element. */
export function subscriptsOf(
  context: TermContext,
  { variable, object, index }: Pick<Extract<Term, { kind: "read" }>, "variable" | "object" | "index">,
): string[] {
  const owner = object === undefined ? [] : [printTerm(context, object)];
  if (index === undefined) return owner;
  const type = typeOfVariable(context, variable);
  return [...owner, printIndex(context, type?.kind === "map" ? "map" : "array", index)];
}

/** The context in which names of the spec are bound as well. */
function binding(context: TermContext, ...variables: string[]): { names: string[]; inner: TermContext } {
  let inner = context;
  const names = variables.map((variable) => {
    const name = boundName(variable.trim(), inner.scope);
    inner = {
      ...inner,
      bound: new Map(inner.bound).set(variable, name),
      scope: new Set(inner.scope).add(name),
    };
    return name;
  });
  return { names, inner };
}

function printEach(context: TermContext, term: Extract<Term, { kind: "each" }>): string {
  const { names, inner } = binding(context, term.variable, ...OWN_NAMES);
  const [name, list, at] = names;
  const body = printTerm(inner, term.body);
  const domain = printTerm(context, term.domain);
  if (term.method === "filter") return `SelectSeq(${domain}, LAMBDA ${name} : ${body})`;
  const element = `LET ${name} == ${list}[${at}] IN ${body}`;
  return `LET ${list} == ${domain} IN [${at} \\in 1..Len(${list}) |-> ${element}]`;
}

/** With a blank: no variable of the spec has such a name. */
const OWN_NAMES = [" list", " at", " fold"] as const;

function printReduce(context: TermContext, term: Extract<Term, { kind: "reduce" }>): string {
  const { names, inner } = binding(context, term.sum, term.variable, ...OWN_NAMES);
  const [sum, name, list, at, fold] = names;
  const next = `LET ${sum} == ${fold}[${at} - 1] ${name} == ${list}[${at}] IN ${printTerm(inner, term.body)}`;
  const whole = `IF ${at} = 0 THEN ${printTerm(inner, term.initial)} ELSE ${next}`;
  // SANY cannot read a LET inside the domain of a function that a LET defines: the list has a name of its own.
  const definition = `${fold}[${at} \\in 0..Len(${list})] == ${whole}`;
  return `LET ${list} == ${printTerm(context, term.domain)} ${definition} IN ${fold}[Len(${list})]`;
}

function printLocal(context: TermContext, local: string): string {
  const version = context.versions.get(local);
  if (version !== undefined) return version;
  const process = must(context.process, "the process of a local");
  const name = must(context.naming.locals.get(localKey(process, local)), `the name of ${local}`);
  return context.indexLocals ? `${name}[${context.self}]` : name;
}

export function printVariable(context: TermContext, variable: string): string {
  const version = context.versions.get(`variable ${variable}`);
  return version ?? must(context.naming.variables.get(variable), `the name of ${variable}`);
}

/** The buffer that the thread works with, as it is at this place of the step. */
export function printBuffer(context: TermContext): string {
  const process = must(context.process, "the process of a store buffer");
  return `${printVariable(context, STORE_BUFFERS)}[${printBufferOwner(process, context.self)}]`;
}

/** What the thread reads where memory holds `value`: its own newest store, if it has one there. */
export function printForwarded(
  context: TermContext,
  variable: string,
  place: readonly string[],
  value: string,
): string {
  return `Forward(${printBuffer(context)}, ${printAddress(context.naming, variable, place)}, ${value})`;
}

function printRead(context: TermContext, term: Extract<Term, { kind: "read" }>): string {
  const { variable } = term;
  const place = subscriptsOf(context, term);
  const value = `${printVariable(context, variable)}${place.map((part) => `[${part}]`).join("")}`;
  if (term.forwarded !== true) return value;
  const type = typeOfVariable(context, variable);
  if (term.index !== undefined || (type?.kind !== "array" && type?.kind !== "map")) {
    return printForwarded(context, variable, place, value);
  }
  // A whole array is read element by element.
  const at = boundName("at", context.scope);
  return `[${at} \\in DOMAIN ${value} |-> ${printForwarded(context, variable, [...place, at], `${value}[${at}]`)}]`;
}

/** A name for the variable of a quantifier or a set, and the context in which it stands. */
function bindElement(
  context: TermContext,
  variable: string,
): { readonly name: string; readonly inner: TermContext } {
  const name = boundName(variable, context.scope);
  const inner: TermContext = {
    ...context,
    bound: new Map(context.bound).set(variable, name),
    scope: new Set(context.scope).add(name),
  };
  return { name, inner };
}

/** An array in a fixed object is made of fixed objects. */
function printArray(context: TermContext, term: Extract<Term, { kind: "elements" }>): string {
  const key = `${term.class}.${term.field}`;
  const { object } = term;
  if (object.kind === "value" && object.value !== null && typeof object.value === "object") {
    const owner = "ref" in object.value ? object.value.ref : "";
    const elements = must(context.model.arrays.get(key)?.get(owner), `the ${term.field} of ${owner}`);
    return printValue(context.naming, { list: elements.map((ref) => ({ ref })) });
  }
  const operator = must(context.naming.arrays.get(key), `the name of ${key}`);
  return `${operator}[${printTerm(context, object)}]`;
}

function printQuantifier(context: TermContext, term: Extract<Term, { kind: "quantifier" }>): string {
  const { variable, domain } = term;
  const { name, inner } = bindElement(context, variable);
  const set = printElements(context, domain);
  return `${term.quantifier === "every" ? "\\A" : "\\E"} ${name} \\in ${set} : ${printTerm(inner, term.body)}`;
}

/** What a list or a set is made of, as a set. */
export function printElements(context: TermContext, domain: Term): string {
  return isList(context, domain) ? `Elements(${printTerm(context, domain)})` : operand(context, domain);
}

/** An embedded object of a fixed object is a fixed object. */
function printEmbedded(context: TermContext, term: Extract<Term, { kind: "embedded" }>): string {
  const key = `${term.class}.${term.field}`;
  const objects = must(context.model.embedded.get(key), `the embedded field ${key}`);
  if (term.object.kind === "value") {
    const { value } = term.object;
    if (value !== null && typeof value === "object" && "ref" in value) {
      const inner = must(objects.get(value.ref), `the ${term.field} of ${value.ref}`);
      return printValue(context.naming, { ref: inner });
    }
  }
  const operator = must(context.naming.embedded.get(key), `the name of ${key}`);
  return `${operator}[${printTerm(context, term.object)}]`;
}

function printLinked(context: TermContext, term: Extract<Term, { kind: "linked" }>): string {
  const element = printTerm(context, term.element);
  const lists = term.variables.map((name) => {
    const variable = must(
      context.model.variables.find((candidate) => candidate.name === name),
      `the variable ${name}`,
    );
    const objects = must(context.naming.classes.get(variable.class ?? ""), `the class of ${name}`);
    const list = `${printVariable(context, name)}[o_]`;
    const seen = term.forwarded === true ? printForwarded(context, name, ["o_"], list) : list;
    return `\\E o_ \\in ${objects} : Has(${seen}, ${element})`;
  });
  if (lists.length === 1) return lists.join("");
  return lists.length === 0 ? "FALSE" : lists.map((list) => `(${list})`).join(" \\/ ");
}

/** The type of a shared variable. */
export function typeOfVariable(context: TermContext, variable: string): Type | undefined {
  return context.model.variables.find(({ name }) => name === variable)?.type;
}

function elementOf(type: Type | undefined): Type | undefined {
  return type?.kind === "array" || type?.kind === "map" ? type.element : undefined;
}

function typeOf(context: TermContext, term: Term): Type | undefined {
  switch (term.kind) {
    case "value":
      return term.type;
    case "read": {
      const type = typeOfVariable(context, term.variable);
      return term.index === undefined ? type : elementOf(type);
    }
    case "local":
      return context.process?.locals.find(({ name }) => name === term.name)?.type;
    case "conditional":
      return typeOf(context, term.whenTrue);
    case "select": {
      const type = typeOf(context, term.record);
      return type?.kind === "record" ? type.fields.find(({ name }) => name === term.field)?.type : undefined;
    }
    case "index":
      return elementOf(typeOf(context, term.collection));
    case "with":
      return typeOf(context, term.record);
    case "replace":
      return typeOf(context, term.collection);
    case "insert":
    case "without":
    case "behind":
      return typeOf(context, term.list);
    case "change":
      return typeOf(context, term.set);
    case "sets":
      return typeOf(context, term.left);
    case "elements":
      return { kind: "list", element: "" };
    case "subset":
      return typeOf(context, term.domain);
    case "array":
    case "each":
      return { kind: "array", element: { kind: "void" }, length: undefined };
    default:
      return undefined;
  }
}

function isList(context: TermContext, collection: Term): boolean {
  const type = typeOf(context, collection);
  if (type?.kind === "list" || type?.kind === "queue" || type?.kind === "array") return true;
  return type?.kind === "set" ? false : bug(`a list, queue or set was expected, not ${collection.kind}`);
}

const SELF_CONTAINED: ReadonlySet<Term["kind"]> = new Set([
  ...([
    "value",
    "current",
    "cpu",
    "argument",
    "local",
    "bound",
    "read",
    "embedded",
    "elements",
    "nth",
    "index-of",
    "owner",
    "subset",
    "size",
    "first",
    "next",
  ] as const),
  ...(["record", "with", "select", "array", "index", "replace"] as const),
]);

/** A part of a larger expression: in parentheses unless it cannot be misread. */
function operand(context: TermContext, term: Term, parent?: Term): string {
  const text = printTerm(context, term);
  if (SELF_CONTAINED.has(term.kind)) {
    return text.startsWith("-") ? `(${text})` : text;
  }
  if (term.kind === "unary" && term.operator === "-") return text;
  if (term.kind === "binary" && isSpecial(term.operator)) return text;
  if (term.kind === "has" && isList(context, term.collection)) return text;
  const sameAssociative =
    term.kind === "binary" &&
    parent?.kind === "binary" &&
    term.operator === parent.operator &&
    (term.operator === "&&" || term.operator === "||");
  return sameAssociative ? text : `(${text})`;
}

/** A model for people: its memory and its steps as indented pseudo-C, each statement with its place in the spec. */
import { unreachable } from "../base/assert.js";
import { formatPlace } from "../base/span.js";
import type { NumberRange } from "./data-expressions.js";
import type {
  Action,
  Block,
  Buffered,
  Model,
  ModelLiveness,
  Origin,
  Process,
  Step,
  Term,
  Value,
  Variable,
} from "./model.js";
import type { Type } from "./program.js";

/** The whole model, ending in a line feed. For tests and for debugging; nothing reads it back. */
export function printModel(model: Model): string {
  const lines = [
    `${model.spec}, case ${model.case}: ${model.title}`,
    "",
    "memory",
    ...model.variables.flatMap((variable) => printVariable(variable)).map((line) => `  ${line}`),
    ...model.processes.flatMap((process) => ["", ...printProcess(process)]),
    ...(model.invariants.length === 0 ? [] : ["", "invariants"]),
    ...model.invariants.map(
      ({ name, when, condition }) =>
        `  ${JSON.stringify(name)}${when === "end" ? " at the end" : ""}: ${printTerm(condition)}`,
    ),
    ...(model.liveness.length === 0 ? [] : ["", "liveness"]),
    ...model.liveness.map((property) => `  ${JSON.stringify(property.name)}: ${printLiveness(property)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function printLiveness(property: ModelLiveness): string {
  if (property.check === "never_stuck") return property.check;
  const conditions =
    property.check === "leads_to" ? [property.condition, property.consequence] : [property.condition];
  return [property.check, ...conditions.map((condition) => `(${printTerm(condition)})`)].join(" ");
}

function printVariable({ name, field, type, initial }: Variable): string[] {
  return [...initial].map(([object, value]) => {
    const path = object === "" ? name : `${object}.${field}`;
    return `${path}: ${printType(type)} = ${printValue(value)}`;
  });
}

/** A type as a spec writes it. */
export function printType(type: Type): string {
  const nullable = (text: string, isNullable: boolean) => (isNullable ? `${text} | null` : text);
  switch (type.kind) {
    case "thread":
      return nullable("Thread", type.nullable);
    case "object":
      return nullable(type.class, type.nullable);
    case "list":
      return `list<${type.element}>`;
    case "queue":
      return `queue<${printType(type.element)}>`;
    case "set":
      return `set<${printType(type.element)}>`;
    case "number":
      return type.range === undefined ? "number" : printRange(type.range);
    case "record":
      return `{ ${type.fields.map((field) => `${field.name}: ${printType(field.type)}`).join("; ")} }`;
    case "array":
      return `${printType(type.element)}[${type.length ?? ""}]`;
    case "map":
      return `map<${printType(type.key)}, ${printType(type.element)}>`;
    case "instances":
      return `instances<${type.class}>`;
    case "pool":
      return `pool<${type.class}>`;
    default:
      return type.kind;
  }
}

function printRange({ minimum, maximum, leaving }: NumberRange): string {
  return `${minimum}..${maximum} (${leaving})`;
}

function printValue(value: Value): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if ("ref" in value) return value.ref;
  if ("record" in value) return printParts([...value.record].map(([name, part]) => [name, printValue(part)]));
  if ("map" in value) return printParts(value.map.map((pair) => [printValue(pair[0]), printValue(pair[1])]));
  const elements = ("list" in value ? value.list : value.set).map(printValue).join(", ");
  return "list" in value ? `[${elements}]` : `{${elements}}`;
}

function printParts(parts: readonly (readonly [string, string])[]): string {
  return `{ ${parts.map(([name, value]) => `${name}: ${value}`).join(", ")} }`;
}

function printProcess(process: Process): string[] {
  const { name, parameter, threads, locals, entry, steps } = process;
  return [
    `thread ${JSON.stringify(name)}${parameter === undefined ? "" : ` (${parameter})`}: enters at ${entry}`,
    ...(process.daemon ? ["  daemon"] : []),
    ...(process.fairness === "weak" ? [] : [`  fairness: ${process.fairness}`]),
    `  runs as ${threads.map((thread) => thread.name).join(", ")}`,
    ...locals.map((local) => `  ${local.name}: ${printType(local.type)}`),
    ...steps.flatMap((step) => printStep(step)).map((line) => `  ${line}`),
  ];
}

/** A step under its label, indented; `live` are the locals it starts with. */
export function printStep({ label, body, live }: Step): string[] {
  const head = live.length === 0 ? `${label}:` : `${label}: (${live.join(", ")})`;
  return [head, ...printBlock(body).map((line) => `  ${line}`)];
}

function printBlock({ actions, end }: Block): string[] {
  const lines = actions.map((action) => `${printAction(action)}  // ${printOrigin(action.origin)}`);
  if (end.kind === "goto") {
    const forgotten = end.resets.length === 0 ? "" : `, forget ${end.resets.join(", ")}`;
    return [...lines, `goto ${end.label}${forgotten}`];
  }
  return [
    ...lines,
    `if (${printTerm(end.condition)}) {  // ${printOrigin(end.origin)}`,
    ...printBlock(end.whenTrue).map((line) => `  ${line}`),
    "} else {",
    ...printBlock(end.whenFalse).map((line) => `  ${line}`),
    "}",
  ];
}

function printOrigin({ frames, text }: Origin): string {
  const frame = frames.at(-1);
  return frame === undefined ? text : `${formatPlace(frame.span)} ${text}`;
}

/** What an action does, without its place. */
export function printAction(action: Action): string {
  switch (action.kind) {
    case "assign":
      return `${action.local} = ${printTerm(action.value)}`;
    case "store":
      return `${printPlace(action)} := ${printTerm(action.value)}${printBuffered(action.buffered)}`;
    case "unlink":
      return `unlink ${printTerm(action.element)} from ${action.variables.join(", ")}${printBuffered(action.buffered)}`;
    case "fence":
      return "order stores";
    case "drain":
      return "a buffered store reaches memory";
    case "await": {
      const whom = action.whom.map((set) => `, for ${printTerm(set)}`).join("");
      return `${action.idle ? "idle_until" : "until"} ${printTerm(action.condition)}${whom}`;
    }
    case "check":
      return `check ${action.check}: ${printTerm(action.condition)}`;
    case "pass":
      return action.answer === undefined ? "pass" : `pass, ${action.answer.side}`;
    case "choose":
      return `${action.local} = any of ${printTerm(action.domain)}`;
    case "lock":
      return `${action.event}s ${printTerm(action.lock)} (${action.mode})`;
    case "guess":
      return `guess ${action.id}: ${printTerm(action.condition)}`;
  }
  unreachable(action);
}

function printBuffered(buffered: Buffered | undefined): string {
  if (buffered === undefined) return "";
  return buffered === "plain" ? " (buffered)" : " (buffered, release)";
}

function printPlace({
  variable,
  object,
  index,
}: Pick<Extract<Action, { kind: "store" }>, "variable" | "object" | "index">): string {
  const path =
    object === undefined ? variable : `${printOperand(object)}->${variable.slice(variable.indexOf(".") + 1)}`;
  return index === undefined ? path : `${path}[${printTerm(index)}]`;
}

/** An expression; operators inside operators stand in parentheses. */
export function printTerm(term: Term): string {
  switch (term.kind) {
    case "value":
      return printValue(term.value);
    case "current":
    case "cpu":
    case "argument":
      return term.kind;
    case "local":
    case "bound":
      return term.name;
    case "read":
      return `${term.forwarded === true ? "own or " : ""}${printPlace(term)}`;
    case "buffer-empty":
      return "store buffer empty";
    case "embedded":
      return `&${printOperand(term.object)}->${term.field}`;
    case "elements":
      return `${printOperand(term.object)}->${term.field}`;
    case "nth":
      return `${printOperand(term.list)}[${printTerm(term.index)}]`;
    case "index-of":
      return `index of ${printOperand(term.element)} in ${printOperand(term.list)}`;
    case "owner":
      return `owner(${printTerm(term.object)})`;
    case "unary":
      return `${term.operator}${printOperand(term.operand)}`;
    case "binary":
      return `${printOperand(term.left)} ${term.operator} ${printOperand(term.right)}`;
    case "conditional": {
      const [condition, whenTrue, whenFalse] = [term.condition, term.whenTrue, term.whenFalse].map(
        printOperand,
      );
      return `${condition} ? ${whenTrue} : ${whenFalse}`;
    }
    case "quantifier":
      return `${term.quantifier}(${term.variable} of ${printTerm(term.domain)}: ${printTerm(term.body)})`;
    case "subset":
      return `{${term.variable} of ${printTerm(term.domain)}: ${printTerm(term.condition)}}`;
    case "has":
      return `has(${printTerm(term.collection)}, ${printTerm(term.element)})`;
    case "without":
      return `without(${printTerm(term.list)}, ${printTerm(term.element)})`;
    case "behind":
      return `behind(${printTerm(term.list)}, ${printTerm(term.count)})`;
    case "size":
      return `size(${printTerm(term.collection)})`;
    case "record":
      return printNamed(term.fields);
    case "with":
      return `${printOperand(term.record)} with ${printNamed(term.changes)}`;
    case "select":
      return `${printOperand(term.record)}.${term.field}`;
    case "array":
      return `[${term.elements.map(printTerm).join(", ")}]`;
    case "index":
      return `${printOperand(term.collection)}[${printTerm(term.index)}]`;
    case "replace":
      return `${printOperand(term.collection)} with [${printTerm(term.index)}]: ${printTerm(term.value)}`;
    case "sets":
      return `${term.operator}(${printTerm(term.left)}, ${printTerm(term.right)})`;
    case "wrap":
      return `wrap(${printTerm(term.operand)}, ${term.modulus})`;
    case "each":
      return `${term.method}(${term.variable} of ${printTerm(term.domain)}: ${printTerm(term.body)})`;
    case "reduce": {
      const { sum, variable, domain, body, initial } = term;
      const parts = `${sum} = ${printTerm(initial)}, ${variable} of ${printTerm(domain)}: ${printTerm(body)}`;
      return `reduce(${parts})`;
    }
    case "first":
      return `first(${printTerm(term.list)})`;
    case "next":
      return `next(${printTerm(term.list)}, ${printTerm(term.element)})`;
    case "insert":
      return `insert ${term.where}(${printTerm(term.list)}, ${printTerm(term.element)})`;
    case "change":
      return `${term.change}(${printTerm(term.set)}, ${printTerm(term.element)})`;
    case "present":
      return `present(${printTerm(term.element)})`;
    case "linked":
      return `linked(${term.variables.join(", ")}; ${printTerm(term.element)})`;
  }
  unreachable(term);
}

function printNamed(parts: readonly { readonly name: string; readonly value: Term }[]): string {
  return printParts(parts.map(({ name, value }) => [name, printTerm(value)]));
}

function printOperand(term: Term): string {
  const text = printTerm(term);
  return ["unary", "binary", "conditional", "embedded", "index-of", "with", "replace"].includes(term.kind)
    ? `(${text})`
    : text;
}

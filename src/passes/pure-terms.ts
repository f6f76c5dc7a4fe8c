/**
 * Expressions that are evaluated in one go: inside an atomic step, in a wait, in an invariant. They become one
 * term; every claim in them (`x!`) becomes a check that is made first, under the conditions under which the claim
 * would be evaluated at all.
 */
import { bug, must } from "../base/assert.js";
import { recursion, unsupported } from "../diagnostics/catalog.js";
import { implementations } from "../ir/classes.js";
import type { Term } from "../ir/model.js";
import type { Argument, Expression, LocalSymbol, Statement, Type } from "../ir/program.js";
import { binary, constant, decided, defaultValue, mapTerm, not } from "../ir/terms.js";
import { classOfField, existenceOf, isOneOf } from "./allocation.js";
import { childrenOf } from "./children.js";
import { convert, hasElements, insideOf, operandRequirements, under } from "./data.js";
import { isInstance, objectOf } from "./identity.js";
import {
  type Binding,
  fieldName,
  type InlineContext,
  type Place,
  type Requirement,
  type Runner,
  readOf,
} from "./inline-context.js";
import { lowerArray, lowerRecord, sizeOf } from "./literals.js";
import { arrayTerm, binaryTerm, boundsOf, nthTerm } from "./object-arrays.js";
import { type Claim, lowerEach, lowerQuantifier, lowerReduce } from "./pure-bodies.js";

export interface PureTerm {
  readonly term: Term;
  readonly claims: readonly Claim[];
}

/** Whether evaluating the expression runs code: calls and choices cannot be part of a term. */
export function runsCode(expression: Expression): boolean {
  if (["call", "dispatch", "invoke", "run", "choose", "maybe", "alloc"].includes(expression.kind))
    return true;
  return childrenOf(expression).some(runsCode);
}

/** The term and its claims. Calls in it must be of procedures that only return an expression; others are refused. */
export function pureTerm(context: InlineContext, expression: Expression): PureTerm {
  const claims: Claim[] = [];
  const term = lower(context, expression, [], claims);
  return { term, claims };
}

function lower(context: InlineContext, e: Expression, guards: readonly Term[], claims: Claim[]): Term {
  const require = (requirements: readonly Requirement[]) => claimAll(requirements, guards, claims);
  const go = (child: Expression, under = guards) => lower(context, child, under, claims);
  switch (e.kind) {
    case "literal":
      return constant(e.value);
    case "object":
      return { kind: "value", value: { ref: e.name }, type: e.type };
    case "instances":
    case "pool":
      return instancesTerm(e.names, e.type);
    case "current":
      return { kind: "current" };
    case "cpu":
      return cpuTerm(context, e);
    case "context":
      return constant(runnerOf(context, e)?.context ?? "task");
    case "local": {
      const binding = context.bindings.get(e.local.id);
      if (binding?.kind === "term") return binding.term;
      if (binding?.kind === "local") return { kind: "local", name: binding.name };
      if (binding?.kind === "place") return readPlace(context, e, binding.place, guards, claims);
      return bug(`the local ${e.local.name} has no value here`);
    }
    case "global":
      return readOf(context, { variable: e.name, object: undefined, ...ghostOf(e) }, e.span);
    case "field":
      return readPlace(
        context,
        e,
        { variable: fieldName(e.class, e.field), object: go(e.object), ...ghostOf(e) },
        guards,
        claims,
      );
    case "embedded":
      return { kind: "embedded", object: go(e.object), class: e.class, field: e.field };
    case "elements":
      return arrayTerm(e, go);
    case "nth": {
      const list = arrayTerm(e.array, go);
      const index = go(e.index);
      const { condition, message } = boundsOf(e.array, index);
      claims.push({ check: "assert", condition: under(guards, condition), subject: undefined, message });
      return nthTerm(list, index);
    }
    case "index-of":
      return { kind: "index-of", list: arrayTerm(e.array, go), element: go(e.element) };
    case "unary":
      return { kind: "unary", operator: e.operator, operand: go(e.operand) };
    case "binary": {
      const left = go(e.left);
      const right = go(e.right);
      require(operandRequirements(e.operator, [left, e.left.type], [right, e.right.type]));
      return binaryTerm(context.program, e, left, right);
    }
    case "logical": {
      const left = go(e.left);
      const known = decided(left);
      if (known !== undefined) return known === (e.operator === "&&") ? go(e.right) : constant(known);
      const right = go(e.right, [...guards, e.operator === "&&" ? left : not(left)]);
      return { kind: "binary", operator: e.operator, left, right };
    }
    case "conditional": {
      const condition = go(e.condition);
      const whenTrue = go(e.whenTrue, [...guards, condition]);
      const whenFalse = go(e.whenFalse, [...guards, not(condition)]);
      return { kind: "conditional", condition, whenTrue, whenFalse };
    }
    case "nonnull": {
      const operand = go(e.operand);
      const condition = under(guards, binary("!==", operand, constant(null)));
      claims.push({ check: "null-dereference", condition, subject: operand, message: undefined });
      return operand;
    }
    case "has":
      return { kind: "has", collection: go(e.collection), element: go(e.element) };
    case "size":
      return sizeOf(context.program, e.collection.type, go(e.collection));
    case "front":
      return { kind: "first", list: go(e.queue) };
    case "quantifier":
      return lowerQuantifier(lower, context, e, guards, claims);
    case "record":
    case "with": {
      const made = lowerRecord(e, go);
      require(made.requirements);
      return made.term;
    }
    case "select":
      return { kind: "select", record: go(e.record), field: e.field };
    case "array": {
      const made = lowerArray(e, go);
      require(made.requirements);
      return made.term;
    }
    case "table":
      return { kind: "value", value: { map: e.entries }, type: e.type };
    case "empty-set":
      return { kind: "value", value: { set: [] }, type: e.type };
    case "element": {
      const collection = go(e.collection);
      const index = go(e.index);
      const inside = insideOf(context.program, e.collection.type, collection, index);
      if (inside !== undefined) require([inside]);
      if (collection.kind === "read" && collection.index === undefined) {
        return { ...collection, index, span: e.span };
      }
      return { kind: "index", of: e.collection.type.kind === "map" ? "map" : "array", collection, index };
    }
    case "set-operation":
      return { kind: "sets", operator: e.operator, left: go(e.left), right: go(e.right) };
    case "first":
      return { kind: "first", list: go(e.collection) };
    case "let": {
      const binding: Binding = { kind: "term", term: go(e.value) };
      const inner = { ...context, bindings: new Map(context.bindings).set(e.variable.id, binding) };
      return lower(inner, e.body, guards, claims);
    }
    case "each":
      return lowerEach(lower, context, e, guards, claims);
    case "reduce":
      return lowerReduce(lower, context, e, guards, claims);
    case "instanceof":
      return isInstance(context, go(e.operand), e.class);
    case "call":
      return lowerCall(context, e, e.procedure, guards, claims);
    case "dispatch":
      return lowerDispatch(context, e, guards, claims);
    case "invoke":
      return lowerInvoke(context, e, guards, claims);
    case "run":
      return refuse(context, e, "an instruction that changes memory");
    case "choose":
    case "alloc":
    case "maybe":
    case "constants":
      return refuse(context, e, "a choice");
  }
}

/** Makes claims of what must be true where all of `guards` are. */
function claimAll(requirements: readonly Requirement[], guards: readonly Term[], claims: Claim[]): void {
  for (const { check, condition, message } of requirements) {
    claims.push({ check, condition: under(guards, condition), subject: undefined, message });
  }
}

/** The expression as a variable of this type keeps it. */
function lowerAs(
  context: InlineContext,
  e: Expression,
  type: Type,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const given = asType(e, type);
  const { term, requirements } = convert(lower(context, given, guards, claims), given.type, type);
  claimAll(requirements, guards, claims);
  return term;
}

/** What a body that only returns an expression returns; undefined for every other body. */
function returned(body: readonly Statement[]): Expression | undefined {
  const [only, ...more] = body;
  return only?.kind === "return" && more.length === 0 ? only.value : undefined;
}

/** A procedure that only returns an expression: that expression, with the arguments in it. */
function lowerCall(
  context: InlineContext,
  e: Extract<Expression, { kind: "call" | "dispatch" }>,
  name: string,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const procedure = must(context.program.procedures.get(name), `the procedure ${name}`);
  if (context.active.includes(name)) {
    context.diagnostics.push(
      recursion(e.span, [...context.active.slice(context.active.indexOf(name)), name]),
    );
    return constant(true);
  }
  const value = returned(procedure.body);
  if (value === undefined) return refuse(context, e, `the call of ${name}()`);
  const bindings = bindTerms(context, procedure.parameters, e.arguments, guards, claims);
  const active = [...context.active, name];
  return lowerAs({ ...context, bindings, active }, value, procedure.result, guards, claims);
}

/** One expression for each procedure that the method can be, under the condition that it is that one. */
function lowerDispatch(
  context: InlineContext,
  e: Extract<Expression, { kind: "dispatch" }>,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const [first] = e.arguments;
  if (first === undefined || first.kind === "closure") return bug("a method is called on no object");
  const receiver = lower(context, first, guards, claims);
  const fixed = objectOf(receiver);
  const candidates = implementations(context.program, e.class, e.method).filter(
    ({ objects }) => fixed === undefined || objects.includes(fixed),
  );
  const others: Term[] = [];
  const branches = candidates.map(({ procedure, objects }) => {
    const condition = isOneOf(receiver, objects, e.class);
    const here = candidates.length === 1 ? guards : [...guards, ...others, condition];
    others.push(not(condition));
    return { condition, value: lowerCall(context, e, procedure, here, claims) };
  });
  const last = branches.pop();
  if (last === undefined) return { kind: "value", value: defaultValue(e.type), type: e.type };
  return branches.reduceRight<Term>(
    (whenFalse, { condition, value }) => ({ kind: "conditional", condition, whenTrue: value, whenFalse }),
    last.value,
  );
}

/** An arrow function that only returns an expression, in the context that it was passed from. */
function lowerInvoke(
  context: InlineContext,
  e: Extract<Expression, { kind: "invoke" }>,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const passed = context.bindings.get(e.local.id);
  if (passed?.kind !== "closure") return bug(`${e.local.name} is called but is no procedure`);
  const { closure } = passed;
  const value = returned(closure.body);
  if (value === undefined) return refuse(context, e, `the call of ${e.local.name}()`);
  const bindings = bindTerms(context, closure.parameters, e.arguments, guards, claims, passed.context);
  const ghost = context.ghost && (passed.context.ghost ?? new Set<string>());
  const inner: InlineContext = { ...passed.context, bindings, active: context.active, ghost };
  return lowerAs(inner, value, closure.result, guards, claims);
}

/** The names of `home` and of the caller, whose bound variables the arguments mention, with the parameters. */
function bindTerms(
  context: InlineContext,
  parameters: readonly LocalSymbol[],
  passed: readonly Argument[],
  guards: readonly Term[],
  claims: Claim[],
  home: InlineContext = context,
): Map<number, Binding> {
  const bindings = new Map([...context.bindings, ...home.bindings]);
  const go = (e: Expression) => lower(context, e, guards, claims);
  const values = passed.map((argument, index): Binding => {
    if (argument.kind === "closure") return { kind: "closure", closure: argument, context };
    const known = argument.kind === "local" ? context.bindings.get(argument.local.id) : undefined;
    if (known?.kind === "closure") return known;
    const type = parameters[index]?.type ?? argument.type;
    const isCollection = type.kind === "list" || type.kind === "set" || hasElements(type);
    const place = isCollection ? placeOf(context, argument, go) : undefined;
    return place === undefined
      ? { kind: "term", term: lowerAs(context, argument, type, guards, claims) }
      : { kind: "place", place };
  });
  parameters.forEach((parameter, index) => {
    bindings.set(parameter.id, must(values[index], `the value of ${parameter.name}`));
  });
  return bindings;
}

/** Reads a place; that its object is allocated is claimed unless it is known. */
function readPlace(
  context: InlineContext,
  e: Expression,
  place: Place,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const { variable, object } = place;
  const existence = object && existenceOf(context.program, object, classOfField(variable));
  if (existence !== undefined) {
    const { subject } = existence;
    const known = new Set([...guards, ...claims.map((claim) => claim.condition)].map(termKey));
    const condition = under(guards, existence.condition);
    if (!known.has(termKey(existence.condition)) && !known.has(termKey(condition))) {
      claims.push({ check: "use-after-free", condition, subject, message: undefined });
    }
  }
  return readOf(context, place, e.span);
}

/** Equal terms have equal keys, wherever in the source they stand. */
function termKey(term: Term): string {
  return JSON.stringify(term, (key, value) => (key === "span" ? undefined : value));
}

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

function refuse(context: InlineContext, e: Expression, what: string): Term {
  context.diagnostics.push(
    unsupported(
      e.span,
      `${what} inside this condition`,
      "The condition is evaluated in one go, and only a procedure that does nothing but return an expression can be.",
      "Write the condition out, or let the procedure be one return of reads, comparisons, && || ! every and some.",
    ),
  );
  return constant(true);
}

/** All objects of an `instances(...)`, as a set. */
export function instancesTerm(names: readonly string[], type: Expression["type"]): Term {
  const elements = names.map((ref) => ({ ref }));
  const element = type.kind === "instances" || type.kind === "pool" ? type.class : "";
  return {
    kind: "value",
    value: { set: elements },
    type: { kind: "set", element: { kind: "object", class: element, nullable: false } },
  };
}

function ghostOf(e: Expression): { readonly ghost?: true } {
  return (e.kind === "field" || e.kind === "global") && e.ghost === true ? { ghost: true } : {};
}

/** The list or set that an expression names, by reference; undefined where it is no variable. */
export function placeOf(
  context: InlineContext,
  e: Expression,
  lowerPart: (part: Expression) => Term,
): Place | undefined {
  const marks = { ...ghostOf(e), ...(context.races ? { races: true as const } : {}) };
  if (e.kind === "field") {
    return { variable: fieldName(e.class, e.field), object: lowerPart(e.object), ...marks };
  }
  if (e.kind === "global") return { variable: e.name, object: undefined, ...marks };
  if (e.kind === "element") {
    const place = placeOf(context, e.collection, lowerPart);
    return place && elementPlace(context, e, place, lowerPart(e.index));
  }
  const binding = e.kind === "local" ? context.bindings.get(e.local.id) : undefined;
  return binding?.kind === "place" ? binding.place : undefined;
}

/** An element of the array or map at a place. */
export function elementPlace(context: InlineContext, e: Kind<"element">, place: Place, index: Term): Place {
  const collection = readOf(context, place, e.collection.span);
  return { ...place, index, inside: insideOf(context.program, e.collection.type, collection, index) };
}

/** Whether the expression names a variable in memory, and no value. */
export function isInMemory(context: InlineContext, e: Expression): boolean {
  if (e.kind === "element") return isInMemory(context, e.collection);
  if (e.kind === "local") return context.bindings.get(e.local.id)?.kind === "place";
  return e.kind === "field" || e.kind === "global";
}

/** The term with its reads as looks of an onlooker, which are no accesses. */
export function observed(term: Term): Term {
  const inner = mapTerm(term, observed);
  return inner.kind === "read" ? { ...inner, ghost: true } : inner;
}

/** The expression as a value of `type`. TypeScript accepts a nullable one after a test; that it is still not null is checked. */
export function asType(e: Expression, type: Type): Expression {
  const from = e.type;
  if ((from.kind !== "object" && from.kind !== "thread") || !from.nullable) return e;
  if ((type.kind !== "object" && type.kind !== "thread") || type.nullable) return e;
  return { kind: "nonnull", operand: e, type: { ...from, nullable: false }, span: e.span };
}

/** The CPU of the running thread, which must be of the class that is asked for. */
function cpuTerm(context: InlineContext, e: Extract<Expression, { kind: "cpu" }>): Term {
  const runner = runnerOf(context, e);
  const asked = e.type.kind === "object" ? e.type.class : undefined;
  if (runner?.placed === false && asked !== context.program.cpuClass) {
    const what = `this_cpu<${asked}>() in a thread that runs on no CPU of the spec`;
    const why = "Such a thread has a plain CPU to itself.";
    const instead = "Start the thread for the CPUs: thread(name, cpus, (cpu) => { … }).";
    context.diagnostics.push(unsupported(e.span, what, why, instead));
  }
  return { kind: "cpu" };
}

/** What runs the code; reported where no thread does. */
function runnerOf(context: InlineContext, e: Expression): Runner | undefined {
  if (context.runner === undefined) {
    const why = "No thread runs this code.";
    const instead = "Use it in procedures that threads call.";
    context.diagnostics.push(unsupported(e.span, "asking for the CPU or the context here", why, instead));
  }
  return context.runner;
}

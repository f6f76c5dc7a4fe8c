/**
 * Why a condition is what it is: the innermost parts that decide it, with the values that they find. Of
 * `timers.every((pt) => !pt.on_list || pt.vcpu!.tm_list.has(pt))` that is the one pt for which it is false, that it is
 * on_list, and on which list it is not.
 */
import { booleanOf, elementsOf, evaluate, type Scene } from "../interpreter/evaluate.js";
import { formatValue, locationPath } from "../interpreter/state.js";
import type { Term, Value } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import { listed } from "./wording.js";

/** Where a condition is evaluated, with the paths of what variables of the thread have just been loaded from. */
interface Place extends Scene {
  readonly loaded?: ReadonlyMap<string, string>;
}

/** What decides a condition. */
export interface Deciding {
  /** The elements that it is about, from the outermost `every` or `some` to the innermost. */
  readonly elements: readonly string[];
  /** What is the case, each for itself: `pt0.on_list is true`. */
  readonly facts: readonly string[];
}

/** The parts that make the condition true, or false. The condition must be one that can be evaluated there. */
export function decidingPart(scene: Place, condition: Term): Deciding {
  const part = partOf(scene, condition);
  return { elements: [...new Set(part.elements)], facts: [...new Set(part.facts)] };
}

/** `for pt0: pt0.on_list is true, and pt0 is not in vcpu1.tm_list, which is []`. */
export function decidingWords({ elements, facts }: Deciding): string {
  const about = elements.length === 0 ? "" : `for ${listed(elements)}: `;
  return `${about}${facts.length > 1 ? `${facts.slice(0, -1).join(", ")}, and ${facts.at(-1)}` : facts.join("")}`;
}

function partOf(scene: Place, term: Term): Deciding {
  const isTrue = booleanOf(evaluate(scene, term));
  switch (term.kind) {
    case "unary":
      if (term.operator === "!" && !isPlain(term.operand)) return partOf(scene, term.operand);
      break;
    case "binary":
      if (term.operator === "&&" || term.operator === "||") return partOfBoth(scene, term, isTrue);
      break;
    case "conditional": {
      const chosen = booleanOf(evaluate(scene, term.condition)) ? term.whenTrue : term.whenFalse;
      return both(partOf(scene, term.condition), partOf(scene, chosen));
    }
    case "quantifier": {
      const decides = term.quantifier === "some";
      for (const element of elementsOf(evaluate(scene, term.domain))) {
        const inside = { ...scene, bound: new Map(scene.bound).set(term.variable, element) };
        if (booleanOf(evaluate(inside, term.body)) !== decides || isTrue !== decides) continue;
        return both({ elements: [formatValue(element)], facts: [] }, partOf(inside, term.body));
      }
      return { elements: [], facts: factsOfAll(scene, term) };
    }
  }
  return { elements: [], facts: [factWords(scene, term, isTrue)] };
}

/** More elements than these are not gone through one by one. */
const MOST_ELEMENTS = 3;

/** What is the case for each element: all of them decide. */
function factsOfAll(
  scene: Place,
  { domain, variable, body }: Extract<Term, { kind: "quantifier" }>,
): string[] {
  const elements = elementsOf(evaluate(scene, domain));
  if (elements.length === 0) return [`there is nothing in ${pathOf(scene, domain)}`];
  if (elements.length > MOST_ELEMENTS) {
    const [first] = elements;
    const isTrue = evaluate({ ...scene, bound: new Map(scene.bound).set(variable, first ?? null) }, body);
    return [`it is ${isTrue} for each of ${listed(elements.map(formatValue))} that ${printTerm(body)}`];
  }
  return elements.flatMap(
    (element) => partOf({ ...scene, bound: new Map(scene.bound).set(variable, element) }, body).facts,
  );
}

/** Of `a && b` the first part that is false decides, of `a || b` the first that is true; otherwise both do. */
function partOfBoth(scene: Place, term: Extract<Term, { kind: "binary" }>, isTrue: boolean): Deciding {
  const decides = term.operator === "||";
  const left = partOf(scene, term.left);
  if (booleanOf(evaluate(scene, term.left)) === decides) return left;
  const right = partOf(scene, term.right);
  return isTrue === decides ? right : both(left, right);
}

function both(a: Deciding, b: Deciding): Deciding {
  return { elements: [...a.elements, ...b.elements], facts: [...a.facts, ...b.facts] };
}

/** Whether the value of the term itself is the fact. */
function isPlain(term: Term): boolean {
  return term.kind === "read" || term.kind === "local" || term.kind === "bound" || term.kind === "select";
}

function factWords(scene: Place, term: Term, isTrue: boolean): string {
  if (term.kind === "unary" && term.operator === "!") return factWords(scene, term.operand, !isTrue);
  if (term.kind === "binary" && term.operator === "!==") {
    return factWords(scene, { ...term, operator: "===" }, !isTrue);
  }
  if (term.kind === "binary") return comparisonWords(scene, term, isTrue);
  if (term.kind === "has") {
    const element = formatValue(evaluate(scene, term.element));
    const where = valueWords(scene, term.collection);
    return `${element} is ${isTrue ? "" : "not "}in ${where}`;
  }
  if (isPlain(term)) return `${pathOf(scene, term)} is ${isTrue}`;
  return `${printTerm(term)} is ${isTrue}${readsOf(scene, term)}`;
}

const OPPOSITES: Readonly<Record<string, string>> = {
  "<": "less than",
  "<=": "at most",
  ">": "greater than",
  ">=": "at least",
};

function comparisonWords(scene: Place, term: Extract<Term, { kind: "binary" }>, isTrue: boolean): string {
  const [left, right] = [evaluate(scene, term.left), evaluate(scene, term.right)].map(formatValue);
  const path = pathOf(scene, term.left);
  const isConstant = term.right.kind === "value";
  const other = isConstant ? `${right}` : `${pathOf(scene, term.right)}, which is ${right}`;
  if (term.operator === "===") {
    if (isTrue)
      return isConstant ? `${path} is ${left}` : `${path} and ${pathOf(scene, term.right)} are both ${left}`;
    return isConstant && right === "null" ? `${path} is ${left}` : `${path} is ${left}, not ${other}`;
  }
  const relation = OPPOSITES[term.operator] ?? term.operator;
  return isTrue ? `${path} is ${left}, ${relation} ${other}` : `${path} is ${left}, not ${relation} ${other}`;
}

/** `vcpu0.tm_list, which is []`. */
function valueWords(scene: Place, term: Term): string {
  const value = formatValue(evaluate(scene, term));
  const path = pathOf(scene, term);
  return path === value ? value : `${path}, which is ${value}`;
}

/** What the term is called: the place that it reads, the object that a variable stands for. */
function pathOf(scene: Place, term: Term): string {
  switch (term.kind) {
    case "read": {
      const read = lastRead(scene, term);
      return read === undefined ? term.variable : read;
    }
    case "local":
      return scene.loaded?.get(localName(term.name)) ?? localName(term.name);
    case "size":
      return `the size of ${pathOf(scene, term.collection)}`;
    case "select":
      return `${pathOf(scene, term.record)}.${term.field}`;
    case "index":
      return `${pathOf(scene, term.collection)}[${formatValue(evaluate(scene, term.index))}]`;
    case "first":
      return `the first of ${pathOf(scene, term.list)}`;
    case "wrap":
      return pathOf(scene, term.operand);
    case "binary":
      return `${pathOf(scene, term.left)} ${term.operator} ${pathOf(scene, term.right)}`;
    default:
      return formatValue(evaluate(scene, term));
  }
}

/** A variable of a thread by the name that the spec gives it: a number behind it only keeps it apart from others. */
function localName(name: string): string {
  return name.replace(/_\d*$/, "");
}

/** The path of the place that the read itself looks at: what leads there is read before. */
function lastRead(scene: Place, term: Extract<Term, { kind: "read" }>): string | undefined {
  const places: string[] = [];
  evaluate({ ...scene, onRead: (at) => places.push(at) }, term);
  const at = places.at(-1);
  return at === undefined ? undefined : locationPath(scene.model, wholePlace(term, at));
}

/** An array that is read as a whole is called by its own name, and not by that of its last element. */
function wholePlace({ index }: Extract<Term, { kind: "read" }>, at: string): string {
  return index === undefined ? (at.split("#")[0] ?? at) : at;
}

function readsOf(scene: Place, term: Term): string {
  const reads = new Map<string, Value>();
  evaluate({ ...scene, onRead: (at, value) => reads.set(at, value) }, term);
  const told = [...reads].map(([at, value]) => `${locationPath(scene.model, at)} = ${formatValue(value)}`);
  return told.length === 0 ? "" : ` (${told.join(", ")})`;
}

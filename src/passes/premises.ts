/**
 * What an invariant presupposes. `!a || b` says nothing about a state in which `a` is false, and `xs.every(…)` nothing
 * about one in which `xs` is empty: an invariant of which no state meets the premise is true of every design.
 *
 * Read off the shape of the condition, since what a condition means does not show what its author had in mind: a
 * disjunction is an implication where its first operands are negated, `c ? a : true` is one, and nothing else is.
 */
import type { Term } from "../ir/model.js";
import { all, constant, not, TRUE } from "../ir/terms.js";

/** Conditions each of which must hold in some state for the invariant to be worth anything; often there are none. */
export function premisesOf(condition: Term): Term[] {
  switch (condition.kind) {
    case "binary":
      if (condition.operator === "&&") {
        const { left, right } = condition;
        // What stands on the right is only asked where the left is true, and may mean nothing elsewhere.
        return [...premisesOf(left), ...premisesOf(right).map((premise) => all([left, premise]))];
      }
      return condition.operator === "||" ? ofImplication(disjuncts(condition)) : [];
    case "conditional": {
      const { condition: test, whenTrue, whenFalse } = condition;
      if (isTrue(whenFalse)) return under(test, whenTrue);
      return isTrue(whenTrue) ? under(not(test), whenFalse) : [];
    }
    case "quantifier":
      return condition.quantifier === "every" ? ofEvery(condition) : [];
    default:
      return [];
  }
}

function isTrue(term: Term): boolean {
  return term.kind === "value" && term.value === true;
}

function disjuncts(term: Term): Term[] {
  if (term.kind !== "binary" || term.operator !== "||") return [term];
  return [...disjuncts(term.left), ...disjuncts(term.right)];
}

/** `!a || !b || c || …`: the first operands, as far as they are negated, against the rest, which is never empty. */
function ofImplication(operands: readonly Term[]): Term[] {
  const negated: Term[] = [];
  for (const operand of operands.slice(0, -1)) {
    if (operand.kind !== "unary" || operand.operator !== "!") break;
    negated.push(operand.operand);
  }
  const rest = operands.slice(negated.length);
  if (negated.length === 0) return [];
  const [only] = rest;
  return under(all(negated), rest.length === 1 && only !== undefined ? only : constant(false));
}

/** The premise of `premise => conclusion`, together with what the conclusion presupposes in turn. */
function under(premise: Term, conclusion: Term): Term[] {
  const inner = premisesOf(conclusion);
  return inner.length === 0 ? [premise] : inner.map((each) => all([premise, each]));
}

/** Some element must meet what the body presupposes; where that is nothing, there must be an element. */
function ofEvery(term: Extract<Term, { kind: "quantifier" }>): Term[] {
  const inner = premisesOf(term.body);
  if (inner.length === 0 && neverEmpty(term.domain)) return [];
  const bodies = inner.length === 0 ? [TRUE] : inner;
  return bodies.map((body) => ({ ...term, quantifier: "some", body }));
}

function neverEmpty(domain: Term): boolean {
  if (domain.kind !== "value" || domain.value === null || typeof domain.value !== "object") return false;
  if ("set" in domain.value) return domain.value.set.length > 0;
  return "list" in domain.value && domain.value.list.length > 0;
}

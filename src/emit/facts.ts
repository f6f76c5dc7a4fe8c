/** What a step knows on its way: conditions that it has been through, as long as nobody writes what they read. */
import { termKey } from "../ir/coverage.js";
import type { Action, Term } from "../ir/model.js";
import {
  assignedLocal,
  binary,
  constant,
  localsOf,
  not,
  STORE_BUFFERS,
  variablesRead,
  variablesWritten,
} from "../ir/terms.js";

/** The answer that a condition without `&&`, `||` and `!` has. */
export interface Fact {
  readonly term: Term;
  readonly key: string;
  readonly answer: boolean;
}

/** The condition without those parts of it whose answer is known; a constant where nothing is left to ask. */
export function simplified(facts: readonly Fact[], condition: Term): Term {
  if (condition.kind === "unary" && condition.operator === "!") {
    const inner = simplified(facts, condition.operand);
    const answer = answerOf(inner);
    return answer === undefined ? not(inner) : constant(!answer);
  }
  if (condition.kind === "binary" && (condition.operator === "&&" || condition.operator === "||")) {
    const deciding = condition.operator === "||";
    const left = simplified(facts, condition.left);
    if (answerOf(left) === deciding) return left;
    const right = simplified(facts, condition.right);
    if (answerOf(left) === !deciding) return right;
    return answerOf(right) === !deciding ? left : { ...condition, left, right };
  }
  const { term, same } = comparable(condition);
  const answer = constantAnswer(term) ?? knownAnswer(facts, term);
  return answer === undefined ? condition : constant(answer === same);
}

/** The answer of a condition with nothing left to ask. */
export function answerOf(condition: Term): boolean | undefined {
  return condition.kind === "value" && typeof condition.value === "boolean" ? condition.value : undefined;
}

/** What is known where the condition had this answer. */
export function learn(facts: readonly Fact[], condition: Term, answer: boolean): readonly Fact[] {
  if (condition.kind === "unary" && condition.operator === "!") {
    return learn(facts, condition.operand, !answer);
  }
  if (condition.kind === "binary" && condition.operator === (answer ? "&&" : "||")) {
    return learn(learn(facts, condition.left, answer), condition.right, answer);
  }
  const { term, same } = comparable(condition);
  return [...facts, { term, key: termKey(term), answer: answer === same }];
}

/** What is known behind an action. */
export function behind(facts: readonly Fact[], action: Action): readonly Fact[] {
  if (action.kind === "check" || action.kind === "await") return learn(facts, action.condition, true);
  const written = variablesWritten(action);
  // What a thread sees of memory may change with its store buffer.
  if (action.kind === "drain" || written.includes(STORE_BUFFERS)) return [];
  const local = assignedLocal(action);
  const still = facts.filter(
    ({ term }) => !reads(term, written) && (local === undefined || !localsOf(term).has(local)),
  );
  return action.kind === "store" ? learnStored(still, action) : still;
}

/** That the place holds the value, where neither depends on what the store has overwritten. */
function learnStored(facts: readonly Fact[], store: Extract<Action, { kind: "store" }>): readonly Fact[] {
  const { variable, object, index, value } = store;
  const parts = [object, index, value].filter((part) => part !== undefined);
  if (parts.some((part) => reads(part, [variable]))) return facts;
  const { span } = store.origin;
  const place: Term = { kind: "read", variable, object, ...(index === undefined ? {} : { index }), span };
  return learn(facts, binary("===", place, value), true);
}

function reads(term: Term, variables: readonly string[]): boolean {
  return variables.some((variable) => variablesRead(term).has(variable));
}

/** One of the ways to write a comparison, the same for all of them; `same` says whether it asks the same or the opposite. */
function comparable(condition: Term): { readonly term: Term; readonly same: boolean } {
  if (condition.kind !== "binary") return { term: condition, same: true };
  const { operator, left, right } = condition;
  switch (operator) {
    case "===":
    case "!==": {
      const [first, second] = termKey(left) < termKey(right) ? [left, right] : [right, left];
      return { term: binary("===", first, second), same: operator === "===" };
    }
    case ">":
      return { term: binary("<", right, left), same: true };
    case ">=":
      return { term: binary("<", left, right), same: false };
    case "<=":
      return { term: binary("<", right, left), same: false };
    default:
      return { term: condition, same: true };
  }
}

function knownAnswer(facts: readonly Fact[], term: Term): boolean | undefined {
  const asked = termKey(term);
  const known = facts.find(({ key }) => key === asked);
  if (known !== undefined) return known.answer;
  const subject = comparedWithConstant(term);
  if (subject === undefined) return undefined;
  // It may be known to be equal to another constant.
  const other = facts.some((fact) => fact.answer && comparedWithConstant(fact.term) === subject);
  return other ? false : undefined;
}

/** The key of what is compared with a number or a string. */
function comparedWithConstant(term: Term): string | undefined {
  if (term.kind !== "binary" || term.operator !== "===") return undefined;
  const { left, right } = term;
  if (isPlain(left) === isPlain(right)) return undefined;
  return termKey(isPlain(left) ? right : left);
}

function isPlain(term: Term): boolean {
  return term.kind === "value" && (typeof term.value === "number" || typeof term.value === "string");
}

function constantAnswer(term: Term): boolean | undefined {
  if (term.kind === "value") return answerOf(term);
  if (term.kind !== "binary" || term.operator !== "<") return undefined;
  const [left, right] = [constantNumber(term.left), constantNumber(term.right)];
  return left === undefined || right === undefined ? undefined : left < right;
}

/** The number that the term is in every state: one that is written down, or a mask of one bit. */
function constantNumber(term: Term): number | undefined {
  if (term.kind === "value") return typeof term.value === "number" ? term.value : undefined;
  if (term.kind !== "binary" || term.operator !== "<<") return undefined;
  const [left, right] = [constantNumber(term.left), constantNumber(term.right)];
  const inRange = left !== undefined && left >= 0 && left <= 65_535 && right !== undefined && right >= 0;
  return inRange && right <= 15 ? left * 2 ** right : undefined;
}

/** Arithmetic that TLA+ does not have as C has it: division, and operations on bits. */
import { unreachable } from "../base/assert.js";
import type { Model, Term } from "../ir/model.js";
import type { BinaryOperator } from "../ir/program.js";
import { visitModelTerms } from "../ir/terms.js";

type Special = "/" | "%" | "&" | "|" | "^" | "<<" | ">>";

const SPECIAL: ReadonlySet<string> = new Set(["/", "%", "&", "|", "^", "<<", ">>"]);

/** Whether the operator has no sign of its own in TLA+ with the same meaning. */
export function isSpecial(operator: BinaryOperator | "&&" | "||"): operator is Special {
  return SPECIAL.has(operator);
}

const MULTIPLIED: ReadonlySet<string> = new Set(["*", "&", "|", "^", "<<"]);

/** Whether the term may be printed with a product. */
export function multiplies(term: Term): boolean {
  return term.kind === "binary" && MULTIPLIED.has(term.operator);
}

/** A printed operand: as an argument, in parentheses where it needs them, and the term, which may be a constant. */
export interface Operand {
  readonly whole: string;
  readonly part: string;
  readonly term: Term;
}

/** `left operator right`, complete in itself. A mask or a shift by a constant needs no table. */
export function printSpecial(operator: Special, left: Operand, right: Operand): string {
  const call = (name: string) => `${name}(${left.whole}, ${right.whole})`;
  switch (operator) {
    case "/":
      return call("Quo");
    case "%":
      return call("Rem");
    case "&":
      return printMask(left.part, right.term) ?? printMask(right.part, left.term) ?? call("BitAnd");
    case "|":
      return call("BitOr");
    case "^":
      return call("BitXor");
    case "<<":
      return `(${left.part} * ${printPower(right)})`;
    case ">>":
      return `(${left.part} \\div ${printPower(right)})`;
  }
  unreachable(operator);
}

function numberOf(term: Term): number | undefined {
  return term.kind === "value" && typeof term.value === "number" ? term.value : undefined;
}

function printPower({ part, term }: Operand): string {
  const constant = numberOf(term);
  return constant === undefined ? `(2^${part})` : String(2 ** constant);
}

/** `value & mask` where the mask is one bit, or all bits up to one; undefined for any other. */
function printMask(value: string, term: Term): string | undefined {
  const mask = numberOf(term);
  if (mask === undefined || mask <= 0) return undefined;
  if ((mask & (mask + 1)) === 0) return `(${value} % ${mask + 1})`;
  if ((mask & (mask - 1)) !== 0) return undefined;
  return `(((${value} \\div ${mask}) % 2) * ${mask})`;
}

/** The definitions that the model's arithmetic needs besides Rem, which every module has. */
export function arithmeticDefinitions(model: Model): string[] {
  const used = operatorsOf(model);
  const lines: string[] = [];
  if (used.has("/")) lines.push("Quo(a_, b_) == IF a_ < 0 THEN 0 - ((0 - a_) \\div b_) ELSE a_ \\div b_");
  if (!used.has("&") && !used.has("|") && !used.has("^")) return lines;
  const bit = (n: number) => `${n} * ((a_ \\div ${n}) % 2) * ((b_ \\div ${n}) % 2)`;
  const nibble = (n: number) => `${n} * NibbleAnd[(a_ \\div ${n}) % 16][(b_ \\div ${n}) % 16]`;
  lines.push(
    "NibbleAnd == [a_ \\in 0..15 |-> [b_ \\in 0..15 |->",
    `  ${[1, 2, 4, 8].map(bit).join(" + ")}]]`,
    "BitAnd(a_, b_) ==",
    `  ${[1, 16, 256, 4096].map(nibble).join(" + ")}`,
  );
  if (used.has("|")) lines.push("BitOr(a_, b_) == a_ + b_ - BitAnd(a_, b_)");
  if (used.has("^")) lines.push("BitXor(a_, b_) == a_ + b_ - 2 * BitAnd(a_, b_)");
  return lines;
}

function operatorsOf(model: Model): ReadonlySet<string> {
  const operators = new Set<string>();
  visitModelTerms(model, (term) => {
    if (term.kind === "binary") operators.add(term.operator);
  });
  return operators;
}

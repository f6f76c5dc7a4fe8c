/** Terms that are numbers, compiled: no value is made for what is only computed with. */
import { arithmetic, within32Bits, wrapped } from "../interpreter/numbers.js";
import type { Term } from "../ir/model.js";
import { type Code, type Compiler, derived } from "./code.js";

/** The term as code for a number; undefined where its kind does not make it one. */
export function numberCode(compiler: Compiler, term: Term): Code<number> | undefined {
  switch (term.kind) {
    case "unary": {
      if (term.operator !== "-") return undefined;
      const operand = compiler.number(term.operand);
      return derived([operand], () => within32Bits(0 - operand.run()));
    }
    case "binary":
      return binaryCode(compiler, term);
    case "size": {
      const elements = compiler.elements(term.collection);
      return derived([elements], () => elements.run().length);
    }
    case "index-of": {
      const [list, element] = [compiler.elements(term.list), compiler.id(term.element)];
      return derived([list, element], () => list.run().indexOf(element.run()));
    }
    case "wrap": {
      const operand = compiler.number(term.operand);
      const { modulus } = term;
      return derived([operand], () => wrapped(operand.run(), modulus));
    }
    default:
      return undefined;
  }
}

function binaryCode(
  compiler: Compiler,
  { operator, left, right }: Extract<Term, { kind: "binary" }>,
): Code<number> | undefined {
  switch (operator) {
    case "&&":
    case "||":
    case "===":
    case "!==":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return undefined;
    default: {
      const [a, b] = [compiler.number(left), compiler.number(right)];
      return derived([a, b], () => arithmetic(operator, a.run(), b.run()));
    }
  }
}

/** Terms that are true or false, compiled: no value is made for what is asked and answered at once. */
import { bug } from "../base/assert.js";
import type { Term } from "../ir/model.js";
import { EMPTY_BUFFER } from "./buffers.js";
import { type Code, type Compiler, constantCode, derived, variable } from "./code.js";
import { linkedCode } from "./places.js";
import { FALSE, TRUE, type ValueId } from "./values.js";

type Binary = Extract<Term, { kind: "binary" }>;
type Quantifier = Extract<Term, { kind: "quantifier" }>;

/** The term as code for a boolean; undefined where its kind does not make it one. */
export function conditionCode(compiler: Compiler, term: Term): Code<boolean> | undefined {
  switch (term.kind) {
    case "unary": {
      if (term.operator !== "!") return undefined;
      const operand = compiler.truth(term.operand);
      return derived([operand], () => !operand.run());
    }
    case "binary":
      return binaryCode(compiler, term);
    case "quantifier":
      return quantifierCode(compiler, term);
    case "has": {
      const [collection, element] = [compiler.elements(term.collection), compiler.id(term.element)];
      return derived([collection, element], () => collection.run().includes(element.run()));
    }
    case "sets": {
      if (term.operator !== "isSubsetOf") return undefined;
      const [left, right] = [compiler.elements(term.left), compiler.elements(term.right)];
      return derived([left, right], () => {
        const whole = right.run();
        return left.run().every((element) => whole.includes(element));
      });
    }
    case "linked":
      return linkedCode(compiler, term);
    case "buffer-empty": {
      const slot = compiler.thread?.buffer;
      if (slot === undefined) return constantCode(true);
      const { cells } = compiler.machine;
      return variable(() => cells[slot] === EMPTY_BUFFER);
    }
    default:
      return undefined;
  }
}

/** The boolean that an id stands for. */
export function booleanOf(id: ValueId): boolean {
  return id === TRUE || (id !== FALSE && bug("a boolean was expected"));
}

function binaryCode(compiler: Compiler, term: Binary): Code<boolean> | undefined {
  switch (term.operator) {
    case "&&":
    case "||":
      return logicalCode(compiler, term, term.operator === "||");
    case "===":
      return equalCode(compiler, term);
    case "!==": {
      const equal = equalCode(compiler, term);
      return derived([equal], () => !equal.run());
    }
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const [left, right] = [compiler.number(term.left), compiler.number(term.right)];
      return derived([left, right], comparison(term.operator, left.run, right.run));
    }
    default:
      return undefined;
  }
}

function logicalCode(compiler: Compiler, term: Binary, deciding: boolean): Code<boolean> {
  const left = compiler.truth(term.left);
  if (left.constant === deciding) return left;
  const right = compiler.truth(term.right);
  if (left.constant !== undefined || right.constant === !deciding) {
    return left.constant === undefined ? left : right;
  }
  const [first, second] = [left.run, right.run];
  return variable(deciding ? () => first() || second() : () => first() && second());
}

function equalCode(compiler: Compiler, { left, right }: Binary): Code<boolean> {
  const [a, b] = [compiler.id(left), compiler.id(right)];
  const { cells } = compiler.machine;
  if (a.slot !== undefined && b.constant !== undefined) {
    const [slot, wanted] = [a.slot, b.constant];
    return variable(() => cells[slot] === wanted);
  }
  if (b.constant !== undefined && a.constant === undefined) {
    const [run, wanted] = [a.run, b.constant];
    return variable(() => run() === wanted);
  }
  const [first, second] = [a.run, b.run];
  return derived([a, b], () => first() === second());
}

function comparison(
  operator: "<" | "<=" | ">" | ">=",
  left: () => number,
  right: () => number,
): () => boolean {
  switch (operator) {
    case "<":
      return () => left() < right();
    case "<=":
      return () => left() <= right();
    case ">":
      return () => left() > right();
    case ">=":
      return () => left() >= right();
  }
}

/** Written out over a constant, because reads of the field of a known object are much cheaper. */
const MOST_COPIES = 512;

function quantifierCode(compiler: Compiler, term: Quantifier): Code<boolean> {
  const deciding = term.quantifier === "some";
  const domain = compiler.elements(term.domain);
  const copies = compiler.copies * (domain.constant?.length ?? 0);
  if (domain.constant !== undefined && copies <= MOST_COPIES) {
    const bodies = domain.constant.map((element) =>
      compiler.within(term.variable, constantCode(element), copies).truth(term.body),
    );
    const open = bodies.filter(({ constant }) => constant !== !deciding);
    const decided = open.findIndex(({ constant }) => constant === deciding);
    if (open.length === 0 || decided === 0) return constantCode(open.length === 0 ? !deciding : deciding);
    const runs = open.map(({ run }) => run);
    return variable(() => {
      for (let index = 0; index < runs.length; index++) {
        if ((runs[index] as () => boolean)() === deciding) return deciding;
      }
      return !deciding;
    });
  }
  const { bound } = compiler.machine;
  const at = bound.push(0) - 1;
  const read = variable(() => bound[at] as ValueId);
  const body = compiler.within(term.variable, read).truth(term.body).run;
  return variable(() => {
    const elements = domain.run();
    for (let index = 0; index < elements.length; index++) {
      bound[at] = elements[index] as ValueId;
      if (body() === deciding) return deciding;
    }
    return !deciding;
  });
}

/** Guesses: which of them are refuted somewhere, and that nothing else sees them. */
import { expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import type { Action, Block, Model, Term } from "../../src/ir/model.js";
import { binary, constant } from "../../src/ir/terms.js";
import { compileText } from "../support/compile.js";
import { expectSameExploration } from "./agreement.js";

const MODEL = compileText(`
  let x = 0;
  thread("a", () => { x = 1; x = 2; });
  thread("b", () => { until(x === 2); x = 0; });
`);

/** The model with guesses in front of every store to x. */
function guessing(conditions: Readonly<Record<string, Term>>): Model {
  const withGuesses = (block: Block): Block => ({
    actions: block.actions.flatMap((action): Action[] => {
      if (action.kind !== "store") return [action];
      const guesses = Object.entries(conditions).map(([id, condition]): Action => {
        return { kind: "guess", id, condition, origin: action.origin };
      });
      return [...guesses, action];
    }),
    end:
      block.end.kind === "goto"
        ? block.end
        : {
            ...block.end,
            whenTrue: withGuesses(block.end.whenTrue),
            whenFalse: withGuesses(block.end.whenFalse),
          },
  });
  const processes = MODEL.processes.map((process) => ({
    ...process,
    steps: process.steps.map((step) => ({ ...step, body: withGuesses(step.body) })),
  }));
  return { ...MODEL, processes };
}

const span = { file: "test.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
const x: Term = { kind: "read", variable: "x", object: undefined, span };

test("what is false once is refuted, and what is always true is not", () => {
  const model = guessing({
    small: binary("<", x, constant(3)),
    "never 2": binary("!==", x, constant(2)),
    true: constant(true),
    false: constant(false),
  });
  const explored = expectSameExploration(model);
  expect([...explored.refuted].sort()).toEqual(["false", "never 2"]);
  const { distinct, generated, depth } = exploreSync(MODEL);
  expect(explored).toMatchObject({ distinct, generated, depth });
});

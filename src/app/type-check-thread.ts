/** What the thread of {@link typesBeside} runs: TypeScript's own check, which keeps what it has read. */
import { parentPort } from "node:worker_threads";
import { must } from "../base/assert.js";
import { createTypeChecker, type TypeCheck } from "../frontend/type-check.js";

export interface TypesAsked {
  readonly id: number;
  readonly root: string;
  readonly paths: readonly string[];
}

export interface TypesTold {
  readonly id: number;
  readonly check: TypeCheck;
}

const port = must(parentPort, "the thread that asks");
const checkTypes = createTypeChecker();

port.on("message", ({ id, root, paths }: TypesAsked) => {
  const told: TypesTold = { id, check: checkTypes(root, paths) };
  port.postMessage(told);
});

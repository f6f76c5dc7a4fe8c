/** TypeScript's own check in a thread of its own, for whoever must not wait for it before anything else is begun. */
import { Worker } from "node:worker_threads";
import { checkTypes, type TypeCheck } from "../frontend/type-check.js";
import type { TypesAsked, TypesTold } from "./type-check-thread.js";

export interface TypesBeside {
  readonly check: (root: string, paths: readonly string[]) => Promise<TypeCheck>;
  readonly close: () => Promise<void>;
}

/** Starts the thread. Where it is lost, types are checked in this one: they are never left unchecked. */
export function typesBeside(): TypesBeside {
  const thread = new Worker(new URL("./type-check-thread.js", import.meta.url));
  const asked = new Map<number, { readonly tell: (check: TypeCheck) => void; readonly lose: () => void }>();
  let isLost = false;
  let last = 0;
  thread.on("message", ({ id, check }: TypesTold) => {
    asked.get(id)?.tell(check);
    asked.delete(id);
  });
  // The end of the thread says it as well.
  thread.on("error", () => undefined);
  thread.once("exit", () => {
    isLost = true;
    for (const { lose } of asked.values()) lose();
    asked.clear();
  });
  return {
    check: async (root, paths) => {
      if (isLost) return checkTypes(root, paths);
      const id = ++last;
      return new Promise((resolve, reject) => {
        const lose = () => {
          try {
            resolve(checkTypes(root, paths));
          } catch (error) {
            reject(error);
          }
        };
        asked.set(id, { tell: resolve, lose });
        const question: TypesAsked = { id, root, paths };
        thread.postMessage(question);
      });
    },
    close: async () => {
      asked.clear();
      await thread.terminate();
    },
  };
}

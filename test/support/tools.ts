/** The real Java and the real jar, for tests that run TLC. Found as users find them, and once per test process. */
import { findTools, type Tools } from "../../src/tlc/tools.js";

export type { Tools };

let found: Promise<Tools> | undefined;

/** Java, the jar and the archive, from the normal cache; the first call on a new machine fetches or makes what is missing. */
export function realTools(): Promise<Tools> {
  found ??= findTools({ env: process.env });
  return found;
}

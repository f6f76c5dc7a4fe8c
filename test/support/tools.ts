/** The real Java and the real jar, for tests that run TLC. Found as users find them, and once per test process. */
import { findJar, type Jar } from "../../src/tlc/jar.js";
import { findJava, type Java } from "../../src/tlc/java.js";

export interface Tools {
  readonly java: Java;
  readonly jar: Jar;
}

let found: Promise<Tools> | undefined;

/** Java and the jar, from the normal cache; the first call on a new machine fetches the jar. */
export function realTools(): Promise<Tools> {
  found ??= findTools();
  return found;
}

async function findTools(): Promise<Tools> {
  const [java, jar] = await Promise.all([findJava({ env: process.env }), findJar({ env: process.env })]);
  return { java, jar };
}

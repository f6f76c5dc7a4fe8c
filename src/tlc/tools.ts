/** The programs that do the work: Java, the tools' jar, and the archive that makes them start quickly. */
import { findArchive } from "./archive.js";
import { findJar, type Jar, type JarOptions } from "./jar.js";
import { findJava, type Java } from "./java.js";

export interface Tools {
  readonly java: Java;
  readonly jar: Jar;
  /** Absent where none could be made: then all is as it would be with it, and slower. */
  readonly archive?: string;
}

export interface ToolsOptions extends JarOptions {
  /** The value of `--java`. */
  readonly java?: string;
  /** Java and jar where they have been found already: then only the archive is looked for. */
  readonly atHand?: Pick<Tools, "java" | "jar">;
}

/** Finds them, fetching the jar and making the archive where they are missing. Throws as findJava and findJar do. */
export async function findTools(options: ToolsOptions): Promise<Tools> {
  const { env, signal, atHand } = options;
  const [java, jar] = await Promise.all([atHand?.java ?? findJava(options), atHand?.jar ?? findJar(options)]);
  const archive = await findArchive({ java, jar, env, ...(signal === undefined ? {} : { signal }) });
  return { java, jar, ...(archive === undefined ? {} : { archive }) };
}

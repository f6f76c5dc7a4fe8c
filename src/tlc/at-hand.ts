/**
 * The tools, where they can be found without starting or fetching anything: a run that has all its answers already must
 * not wait for a JVM to say its version. In whatever is unusual this finds nothing, and the search that explains itself
 * (java.ts, jar.ts) has the word.
 */
import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { cachedPath, cacheFolder } from "./cache.js";
import { type Fingerprint, fingerprintFile } from "./checksum.js";
import { errorCode } from "./error-text.js";
import { findInFolder, findOnPath, isExecutable } from "./executables.js";
import type { Jar } from "./jar.js";
import type { Java, JavaSource } from "./java.js";
import { MAVEN_PIN, type Pin, RELEASE_PIN } from "./pins.js";
import type { Environment } from "./process.js";

export interface AtHandOptions {
  readonly env: Environment;
  /** The value of `--java`. */
  readonly java?: string;
  /** The value of `--tlc-jar`. */
  readonly tlcJar?: string;
  /** The version of a program that was asked for it once, by what {@link identify} says of its file. */
  readonly recall: (identity: string) => Pick<Java, "version" | "major"> | undefined;
}

/** The tools that {@link findJava} and {@link findJar} would find, or undefined where that cannot be known so soon. */
export async function toolsAtHand(options: AtHandOptions): Promise<{ java: Java; jar: Jar } | undefined> {
  const [java, jar] = await Promise.all([javaAtHand(options), jarAtHand(options)]);
  return java === undefined || jar === undefined ? undefined : { java, jar };
}

/**
 * Tells a program from others, and from what an update makes of it: where its file really is, how large and how old.
 * Undefined for a script, which may start something else tomorrow.
 */
export function identify(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    const { size, mtimeMs, ino } = statSync(real);
    return beginsAsScript(real) ? undefined : JSON.stringify([real, size, mtimeMs, ino]);
  } catch {
    return undefined;
  }
}

function beginsAsScript(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(2);
    readSync(file, start, 0, 2, 0);
    return start.toString("latin1") === "#!";
  } finally {
    closeSync(file);
  }
}

async function javaAtHand({ env, java, recall }: AtHandOptions): Promise<Java | undefined> {
  const found = await locateJava(env, java);
  const identity = found === undefined ? undefined : identify(found.path);
  const known = identity === undefined ? undefined : recall(identity);
  return found === undefined || known === undefined ? undefined : { ...known, ...found };
}

/** The first program that the search for Java would start. */
async function locateJava(
  env: Environment,
  flag: string | undefined,
): Promise<{ readonly path: string; readonly source: JavaSource } | undefined> {
  const named = flag ?? (env.LATCHWORK_JAVA || undefined);
  if (named !== undefined) {
    const source = flag === undefined ? "LATCHWORK_JAVA" : "--java";
    const isPath = /[\\/]/.test(named);
    const path = isPath ? ((await isExecutable(named)) ? named : undefined) : await findOnPath(named, env);
    return path === undefined ? undefined : { path, source };
  }
  for (const source of ["JAVA_HOME", "JDK_HOME"] as const) {
    const home = env[source];
    const path = home ? await findInFolder(join(home, "bin"), "java", env) : undefined;
    if (path !== undefined) return { path, source };
  }
  const path = await findOnPath("java", env);
  return path === undefined ? undefined : { path, source: "PATH" };
}

async function jarAtHand({ env, tlcJar }: AtHandOptions): Promise<Jar | undefined> {
  const named = tlcJar ?? (env.TLA2TOOLS_JAR || undefined);
  try {
    if (named !== undefined) {
      const found = await fingerprintFile(named);
      const pin = [RELEASE_PIN, MAVEN_PIN].find(({ sha256 }) => sha256 === found.sha256);
      return pin && jarOf(named, found, tlcJar === undefined ? "environment" : "flag", pin);
    }
    for (const pin of [RELEASE_PIN, MAVEN_PIN]) {
      const path = cachedPath(cacheFolder(env), pin);
      const found = await fingerprint(path);
      // A damaged jar is a matter for those who can say so, and fetch another.
      if (found !== undefined)
        return found.sha256 === pin.sha256 ? jarOf(path, found, "cache", pin) : undefined;
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no such file; throws where it cannot be read. */
async function fingerprint(path: string): Promise<Fingerprint | undefined> {
  try {
    return await fingerprintFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function jarOf(path: string, { stamp }: Fingerprint, source: Jar["source"], pin: Pin): Jar {
  const { sha256, version, needsOneWorkerForLiveness } = pin;
  return { path, stamp, source, sha256, version, needsOneWorkerForLiveness, notes: [] };
}

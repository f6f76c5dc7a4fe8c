/**
 * Finding a Java that can run TLC. A Java that the user named is used or refused, never silently replaced by another:
 * the verdict of a check must not depend on a fallback that nobody noticed.
 */
import { isAbsolute, join, sep } from "node:path";
import { fail } from "../diagnostics/diagnostic.js";
import { type Attempt, javaTooOld, namedJavaBroken, noJava, searchInterrupted } from "./diagnostics.js";
import { findInFolder, findOnPath, isExecutable } from "./executables.js";
import { type Environment, runProcess } from "./process.js";

/** Where a Java came from, in the words of the user's side. */
export type JavaSource = "--java" | "LATCHWORK_JAVA" | "JAVA_HOME" | "JDK_HOME" | "PATH";

export interface Java {
  readonly path: string;
  /** As Java prints it, such as `17.0.15` or `1.8.0_392`. */
  readonly version: string;
  /** 17 for `17.0.15`, 8 for `1.8.0_392`. */
  readonly major: number;
  readonly source: JavaSource;
}

export interface JavaOptions {
  /** The value of `--java`: a path, or the name of a program on PATH. */
  readonly java?: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/**
 * The oldest Java accepted. TLC 2.18 and 2.19 run on 8, the releases after them need 11, and `-Xlog:disable`, which
 * keeps JVM warnings out of TLC's output, needs 9; one floor is easier to explain than three.
 */
export const OLDEST_JAVA = 11;

/** A JVM prints its version in 0.1 s; this is for one that hangs. */
const VERSION_TIMEOUT_SECONDS = 30;

type Probe = { readonly java: Java } | { readonly reason: string; readonly tooOld?: Java };

/**
 * The first Java of at least {@link OLDEST_JAVA} in the order `--java`, `LATCHWORK_JAVA`, `JAVA_HOME`, `JDK_HOME`,
 * `PATH`. Throws a DiagnosticsError: LW2001 when there is none, LW2002 when it is too old, LW2005 when a named one
 * does not work, LW2007 when aborted.
 */
export async function findJava(options: JavaOptions): Promise<Java> {
  const named = namedJava(options);
  if (named !== undefined) {
    const probe = await probeNamed(named.value, named.source, options);
    if ("java" in probe) return probe.java;
    if (probe.tooOld !== undefined) fail(javaTooOld(probe.tooOld, OLDEST_JAVA, []));
    fail(namedJavaBroken(named.source, named.value, probe.reason));
  }
  const attempts: Attempt[] = [];
  let tooOld: Java | undefined;
  for (const source of ["JAVA_HOME", "JDK_HOME", "PATH"] as const) {
    const probe = await probeUsual(source, options);
    if ("java" in probe) return probe.java;
    attempts.push({ source, reason: probe.reason });
    tooOld ??= probe.tooOld;
  }
  fail(tooOld === undefined ? noJava(attempts) : javaTooOld(tooOld, OLDEST_JAVA, attempts));
}

/** The major version in Java's own notation, or undefined: 8 for `1.8.0_392`, 17 for `17.0.15`, 24 for `24-ea`. */
export function majorOf(version: string): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(version);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function namedJava({ java, env }: JavaOptions): { value: string; source: JavaSource } | undefined {
  if (java !== undefined) return { value: java, source: "--java" };
  if (env.LATCHWORK_JAVA) return { value: env.LATCHWORK_JAVA, source: "LATCHWORK_JAVA" };
  return undefined;
}

async function probeNamed(value: string, source: JavaSource, options: JavaOptions): Promise<Probe> {
  const isPath = isAbsolute(value) || value.includes("/") || value.includes(sep);
  if (isPath) {
    if (await isExecutable(value)) return probe(value, source, options);
    return { reason: "there is no executable file at that path" };
  }
  const path = await findOnPath(value, options.env);
  if (path === undefined) return { reason: "there is no program of that name on PATH" };
  return probe(path, source, options);
}

async function probeUsual(source: "JAVA_HOME" | "JDK_HOME" | "PATH", options: JavaOptions): Promise<Probe> {
  if (source === "PATH") {
    const path = await findOnPath("java", options.env);
    return path === undefined ? { reason: "no program named java" } : probe(path, source, options);
  }
  const home = options.env[source];
  if (!home) return { reason: "not set" };
  const folder = join(home, "bin");
  const path = await findInFolder(folder, "java", options.env);
  return path === undefined ? { reason: `no executable java in ${folder}` } : probe(path, source, options);
}

/** Asks the program at `path` for its version. */
async function probe(path: string, source: JavaSource, { env, signal }: JavaOptions): Promise<Probe> {
  const lines: string[] = [];
  const listen = (line: string) => void lines.push(line);
  const end = await runProcess({
    command: path,
    args: ["-version"],
    env,
    timeoutSeconds: VERSION_TIMEOUT_SECONDS,
    ...(signal === undefined ? {} : { signal }),
    onStdout: listen,
    onStderr: listen,
  });
  if (end.aborted) fail(searchInterrupted("Java"));
  const found = `${path} -version`;
  if (end.startError !== undefined) return { reason: `${found} could not be started: ${end.startError}` };
  if (end.timedOut) return { reason: `${found} did not answer within ${VERSION_TIMEOUT_SECONDS} s` };
  const said = lines[0] === undefined ? "printed nothing" : `printed "${lines[0]}"`;
  if (end.exitCode !== 0) return { reason: `${found} ended with ${end.exitCode ?? end.signal} and ${said}` };
  // JAVA_TOOL_OPTIONS puts a line of its own before the version, so every line is looked at.
  const version = /\bversion "([^"]+)"/.exec(lines.join("\n"))?.[1];
  const major = version === undefined ? undefined : majorOf(version);
  if (version === undefined || major === undefined)
    return { reason: `${found} ${said}, which names no version` };
  const java: Java = { path, version, major, source };
  if (major >= OLDEST_JAVA) return { java };
  return { reason: `${path} is Java ${version}, older than ${OLDEST_JAVA}`, tooOld: java };
}

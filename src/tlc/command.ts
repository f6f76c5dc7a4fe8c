/**
 * From options to the words of a command line, without starting anything. The flags are those that docs/TLC.md
 * explains; each one is here because leaving it out was seen to go wrong.
 */
import type { Jar } from "./jar.js";

/** What every Java program of the tools needs. */
export interface ToolOptions {
  readonly jar: Jar;
  /** An existing folder for Java's temporary files that no other run uses. */
  readonly tmp: string;
}

export interface TlcOptions extends ToolOptions {
  /** An existing folder for TLC's state files that no other run uses. */
  readonly meta: string;
  /** Path of the `.tla` file. */
  readonly moduleFile: string;
  /** Path of the `.cfg` file; whether deadlock is checked stands there (CHECK_DEADLOCK). */
  readonly configFile: string;
  readonly workers: number;
  /** In Java's notation, such as `4g` or `512m`; a quarter of the memory when absent. */
  readonly maxHeap?: string;
}

/** Threads that need deep recursion get 16 MB: with Java's default TLC overflows at a depth of 400. */
const STACK = "-Xss16m";

function javaFlags({ jar, tmp }: ToolOptions, heap: readonly string[]): string[] {
  return [
    STACK,
    ...heap,
    // Keeps TLC from warning about the collector; as fast as any other.
    "-XX:+UseParallelGC",
    // Halves the work of starting up, which dominates the small runs that are usual here.
    "-XX:TieredStopAtLevel=1",
    // JVM warnings would stand in the middle of TLC's messages.
    "-Xlog:disable",
    // Numbers and dates in messages follow the locale.
    "-Duser.language=en",
    "-Duser.country=US",
    "-Dfile.encoding=UTF-8",
    // The tools unpack their library under fixed names here: runs that share the folder break one another.
    `-Djava.io.tmpdir=${tmp}`,
    "-cp",
    jar.path,
  ];
}

/** Arguments for Java that run TLC. The seed and fingerprint are fixed so that the same input gives the same run. */
export function tlcArguments(options: TlcOptions): string[] {
  const heap = options.maxHeap === undefined ? [] : [`-Xmx${options.maxHeap}`];
  return [
    ...javaFlags(options, heap),
    "tlc2.TLC",
    "-tool",
    ...["-workers", String(options.workers)],
    ...["-fp", "0", "-seed", "1"],
    ...["-checkpoint", "0"],
    ...["-lncheck", "final"],
    ...["-metadir", options.meta],
    ...["-config", options.configFile],
    options.moduleFile,
  ];
}

/** Arguments for Java that translate the PlusCal algorithm in `moduleFile` in place, leaving configurations alone. */
export function translatorArguments(options: ToolOptions, moduleFile: string): string[] {
  return [...javaFlags(options, []), "pcal.trans", "-nocfg", "-unixEOL", moduleFile];
}

/** True when the configuration asks for a temporal property; also for one in a comment, which costs only time. */
export function checksLiveness(config: string): boolean {
  return /\bPROPERT(?:Y|IES)\b/.test(config);
}

/**
 * The number of workers that gives a trustworthy verdict: the wanted one, or 1 where this jar can miss a violated
 * temporal property with more. `config` is the text of the `.cfg` file.
 */
export function safeWorkers(wanted: number, jar: Jar, config: string): number {
  return jar.needsOneWorkerForLiveness && checksLiveness(config) ? 1 : wanted;
}

/**
 * From options to the words of a command line, without starting anything. Each flag is here because leaving it out was seen
 * to go wrong.
 */
import type { Jar } from "./jar.js";

/** What every Java program of the tools needs. */
export interface ToolOptions {
  readonly jar: Jar;
  /** An existing folder for Java's temporary files that no other run uses. */
  readonly tmp: string;
  /** See archive.ts; Java ignores one that was not made for it and this jar. */
  readonly archive?: string;
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
  /** How many distinct states there seem to be; few when absent. Decides only how fast it goes. */
  readonly expectedStates?: number;
  /** How often it writes a checkpoint; never when absent. */
  readonly checkpointSeconds?: number;
  /** Folder of a checkpoint to go on from; what is in it is changed. */
  readonly recover?: string;
}

/**
 * From so many distinct states on, Java's second compiler is worth what it costs: measured, 60,000 states take a tenth
 * longer with it, 145,000 as long, and 1.3 million two thirds of the time.
 */
const MANY_STATES = 100_000;

/** Threads that need deep recursion get 16 MB: with Java's default TLC overflows at a depth of 400. */
const STACK = "-Xss16m";

/** Without it TLC asks for this collector. Its threads cost more than they bring while the heap is small. */
const MANY_THREADS_COLLECT = "-XX:+UseParallelGC";
const ONE_THREAD_COLLECTS = "-XX:+UseSerialGC";
const FIRST_COMPILER_ALONE = "-XX:TieredStopAtLevel=1";
/**
 * Java's first compiler alone, and only for what is called thousands of times: compiling is most of what a small run
 * does. Measured, the first halves the work, the second takes another fifth off, and 15,000 states take no longer.
 */
const COMPILE_LITTLE = [FIRST_COMPILER_ALONE, "-XX:CompileThresholdScaling=10"];

const FOR_FEW_STATES = [ONE_THREAD_COLLECTS, ...COMPILE_LITTLE];
const FOR_MANY_STATES = [MANY_THREADS_COLLECT];

function javaFlags({ jar, tmp, archive }: ToolOptions, flags: readonly string[]): string[] {
  return [
    STACK,
    ...flags,
    ...(archive === undefined ? [] : [`-XX:SharedArchiveFile=${archive}`]),
    // JVM warnings would stand in the middle of TLC's messages.
    "-Xlog:disable",
    // Java would keep numbers about itself in a file of the machine's temporary folder, and leave it there when it is killed.
    "-XX:-UsePerfData",
    // TLC notes its messages for Java's flight recorder, which nobody has switched on: a sixth of a small run's work.
    "-Djfr.unsupported.vm=true",
    // Otherwise TLC's server for other machines asks the network for this machine's name, and waits where nobody answers.
    "-Djava.rmi.server.hostname=127.0.0.1",
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
  const isLarge = (options.expectedStates ?? 0) >= MANY_STATES;
  const heap = options.maxHeap === undefined ? [] : [`-Xmx${options.maxHeap}`];
  const { checkpointSeconds: seconds, recover } = options;
  return [
    ...javaFlags(options, [...heap, ...(isLarge ? FOR_MANY_STATES : FOR_FEW_STATES)]),
    // TLC's own option counts in minutes.
    ...(seconds === undefined ? [] : [`-Dtlc2.TLCGlobals.chkpt=${seconds * 1000}`]),
    "tlc2.TLC",
    "-tool",
    ...["-workers", String(options.workers)],
    ...["-fp", "0", "-seed", "1"],
    ...(seconds === undefined ? ["-checkpoint", "0"] : []),
    ...["-lncheck", "final"],
    ...(recover === undefined ? ["-metadir", options.meta] : ["-recover", recover]),
    ...["-config", options.configFile],
    options.moduleFile,
  ];
}

/** Arguments for Java that run TLC and leave at `archive` what other runs can share of it; takes a clean exit. */
export function trainingArguments(options: TlcOptions, archive: string): string[] {
  return [`-XX:ArchiveClassesAtExit=${archive}`, ...tlcArguments(options)];
}

/** At the translator's own width, 78, more than half of the lines of a large module say what a step leaves unchanged. */
const LINE_WIDTH = "120";

/** Leaves configurations alone. */
const TRANSLATION = ["-nocfg", "-unixEOL", "-lineWidth", LINE_WIDTH];

/** Arguments for Java that translate the PlusCal algorithm in `moduleFile` in place. */
export function translatorArguments(options: ToolOptions, moduleFile: string): string[] {
  return [...javaFlags(options, FOR_FEW_STATES), "pcal.trans", ...TRANSLATION, moduleFile];
}

/** Arguments for Java that do the same for each module that it is told of, by a program in Java's own language. */
export function standingTranslatorArguments(options: ToolOptions, program: string): string[] {
  // One that needs more fails, and the module is translated by a Java of its own.
  const flags = ["-Xmx512m", ONE_THREAD_COLLECTS, FIRST_COMPILER_ALONE];
  return [...javaFlags(options, flags), program, ...TRANSLATION];
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

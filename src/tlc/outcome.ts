/**
 * From what TLC printed and how it ended to what that means. TLC's own "no error" is not believed alone: it is also
 * printed when nothing was explored, when an assignment was silently ignored and when states were left over.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import * as text from "./diagnostics.js";
import { type DiskShortage, NO_ROOM } from "./disk.js";
import { classifyExit, describeExit } from "./exit.js";
import { flatten, fullText, type TlcMessage } from "./messages.js";
import type { ProcessEnd } from "./process.js";
import { type RawTrace, readTrace } from "./raw-trace.js";
import {
  causeOf,
  countStates,
  errorsOf,
  isError,
  type StateCounts,
  statesLeft,
  versionOf,
} from "./readings.js";
import { exitCodeAfter, readViolation, type Violation } from "./violation.js";

interface Common {
  /** As TLC names itself, such as `2.18 of 20 March 2023`; absent when it never got so far. */
  readonly version?: string;
}

/** Every state was explored and nothing was found. */
export interface Holds extends Common {
  readonly kind: "holds";
  readonly states: StateCounts;
}

/** A property of the model is false. */
export interface Violated extends Common {
  readonly kind: "violated";
  readonly what: Violation;
  /** Absent when the initial state violates it already: TLC then prints no counts. */
  readonly states?: StateCounts;
  readonly trace: RawTrace;
}

/** There is no verdict. */
export interface Trouble extends Common {
  readonly kind: "trouble";
  readonly diagnostic: Diagnostic;
  /** True when more memory or more time could have given a verdict. */
  readonly resource: boolean;
  /** True when Latchwork itself is at fault; the files of the run should be kept. */
  readonly defect: boolean;
  /** The path to the state in which evaluation failed, if TLC printed one. */
  readonly trace?: RawTrace;
  /** The end of TLC's raw output. */
  readonly log: string;
}

export type TlcOutcome = Holds | Violated | Trouble;

/** Everything one run of TLC left behind. */
export interface RunRecord {
  readonly end: ProcessEnd;
  readonly messages: readonly TlcMessage[];
  /** The end of the raw output, for people. */
  readonly log: string;
  /** The end of what was printed outside messages, standard error included. */
  readonly loose: readonly string[];
  readonly javaPath: string;
  /** In which TLC's files are. */
  readonly folder: string;
  /** Set where it was stopped for want of room. */
  readonly shortage?: DiskShortage;
  /** The jar, where it was not the verified file before, or is not any more. */
  readonly replaced?: string;
  readonly maxHeap?: string;
  readonly timeoutSeconds?: number;
}

/** Codes of tlc2/output/EC.java. */
const SUCCESS = 2193;
const COMPUTING_INITIAL_STATES = 2189;
const OUT_OF_MEMORY = [1001, 1002, 1003];
const STACK_OVERFLOW = 1005;

/** Signals by which a JVM ends itself. */
const CRASH_SIGNALS: ReadonlySet<string> = new Set(["SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE"]);

/** Warnings that TLC prints while it goes on, and after which its "no error" means nothing. */
const UNSOUND_WARNINGS: ReadonlyMap<number, string> = new Map([
  [2144, "an assignment outside the domain of a function was silently ignored"],
  [2279, "symmetry was used together with a temporal property"],
  [2284, "a state constraint was used together with a temporal property"],
]);

/** The last message of a run: from here on TLC only waits for its threads, 0.3 s. */
export const FINISHED = 2186;

/**
 * The exit code that TLC is about to end with, for whoever does not want to wait for it; undefined where its messages
 * leave any doubt: then only the code itself will do. Nothing but a clean proof and a single violation is clear.
 */
export function foretellExit(messages: readonly TlcMessage[]): number | undefined {
  if (messages.at(-1)?.code !== FINISHED) return undefined;
  if (reasonForDoubt(messages) === undefined) return 0;
  const all = messages.flatMap(flatten);
  const [error, ...others] = errorsOf(all);
  if (error === undefined || others.length > 0 || all.some(({ code }) => UNSOUND_WARNINGS.has(code))) {
    return undefined;
  }
  return exitCodeAfter(error);
}

type Verdictless = Pick<Trouble, "diagnostic" | "resource" | "defect">;

/** What the run means. Pure; throws nothing. */
export function judge(record: RunRecord): TlcOutcome {
  const version = versionOf(record.messages);
  const common = version === undefined ? {} : { version };
  const trace = readTrace(record.messages);
  const stopped = judgeEnd(record) ?? judgeResources(record);
  if (stopped === undefined && record.end.exitCode === 0) {
    const doubt = reasonForDoubt(record.messages);
    const states = countStates(record.messages);
    if (doubt === undefined && states !== undefined) return { kind: "holds", states, ...common };
    return trouble(record, common, trace, defect(text.notProven(doubt ?? "it printed no counts")));
  }
  if (stopped === undefined && classifyExit(record.end.exitCode ?? -1) === "violation") {
    const what = readViolation(record.messages);
    const states = countStates(record.messages);
    if (what !== undefined) {
      const counts = states === undefined ? {} : { states };
      return { kind: "violated", what, ...counts, trace: trace ?? { states: [] }, ...common };
    }
  }
  return trouble(record, common, trace, stopped ?? judgeFailure(record));
}

function trouble(
  record: RunRecord,
  common: Common,
  trace: RawTrace | undefined,
  found: Verdictless,
): Trouble {
  return {
    kind: "trouble",
    ...found,
    ...(trace === undefined ? {} : { trace }),
    log: record.log,
    ...common,
  };
}

const plain = (diagnostic: Diagnostic): Verdictless => ({ diagnostic, resource: false, defect: false });
const defect = (diagnostic: Diagnostic): Verdictless => ({ diagnostic, resource: false, defect: true });
const resource = (diagnostic: Diagnostic): Verdictless => ({ diagnostic, resource: true, defect: false });

/** Ends that say nothing about the model: the process did not come to its own end. */
function judgeEnd(record: RunRecord): Verdictless | undefined {
  const { end, javaPath, timeoutSeconds, log, folder, shortage, replaced } = record;
  if (replaced !== undefined) return plain(text.jarReplaced(replaced));
  if (shortage !== undefined) return resource(text.noRoom("TLC", folder, shortage));
  if (end.aborted) return plain(text.interrupted("TLC"));
  if (end.timedOut) return resource(text.timedOut("TLC", timeoutSeconds ?? 0));
  if (end.startError !== undefined) return plain(text.javaDidNotStart(javaPath, end.startError));
  if (end.signal !== undefined && CRASH_SIGNALS.has(end.signal)) {
    return plain(text.unexplained(`a crash of Java (${end.signal})`, lastWords(log)));
  }
  if (end.signal !== undefined) return killed(end.signal);
  if (end.exitCode === undefined || classifyExit(end.exitCode) !== "interrupted") return undefined;
  return killed(describeExit(end.exitCode));
}

function killed(signal: string): Verdictless {
  return { diagnostic: text.killed("TLC", signal), resource: signal.includes("SIGKILL"), defect: false };
}

/** Java at its limits shows under many exit codes and inside many messages, so the texts are searched as well. */
function judgeResources({ end, messages, loose, maxHeap, folder }: RunRecord): Verdictless | undefined {
  if (end.exitCode === 0) return undefined;
  const errors = errorsOf(messages);
  const words = [...errors.map(fullText), ...loose].join("\n");
  const codes = new Set(errors.flatMap(flatten).map(({ code }) => code));
  if (
    OUT_OF_MEMORY.some((code) => codes.has(code)) ||
    /OutOfMemoryError|Java heap space|GC overhead limit/.test(words)
  ) {
    return resource(text.outOfMemory(maxHeap));
  }
  if (NO_ROOM.test(words)) return resource(text.noRoom("TLC", folder, undefined));
  if (codes.has(STACK_OVERFLOW) || words.includes("StackOverflowError")) {
    return resource(text.stackOverflow());
  }
  return undefined;
}

/** Every failure that is neither a violation nor a lack of resources. */
function judgeFailure({ end, messages, loose, javaPath, log }: RunRecord): Verdictless {
  const exitCode = end.exitCode ?? -1;
  if (versionOf(messages) === undefined && messages.length === 0) {
    return plain(text.javaDidNotStart(javaPath, loose.slice(0, 5).join("\n")));
  }
  const error = errorsOf(messages)[0];
  const evaluating = messages.some(({ code }) => code === COMPUTING_INITIAL_STATES);
  const kind = classifyExit(exitCode);
  if (error !== undefined && (kind === "evaluation" || (evaluating && kind !== "rejected"))) {
    return plain(text.evaluationFailed(causeOf(error)));
  }
  // Before it computes the first state TLC only reads the model and its configuration.
  if (error !== undefined) {
    return defect(text.modelRejected([causeOf(error), complaints(loose)].join("\n").trim()));
  }
  return plain(text.unexplained(describeExit(exitCode), lastWords(log)));
}

/** Why exit code 0 is no proof, or undefined when it is one. */
function reasonForDoubt(messages: readonly TlcMessage[]): string | undefined {
  for (const message of messages.flatMap(flatten)) {
    if (isError(message)) return `it reported: ${causeOf(message)}`;
    const reason = UNSOUND_WARNINGS.get(message.code);
    if (reason !== undefined) return `${reason} (${message.body.trim().replaceAll("\n", " ")})`;
  }
  if (!messages.some(({ code }) => code === SUCCESS)) return "it did not say that it completed";
  const left = statesLeft(messages);
  if (left === undefined) return "it printed no counts";
  if (left > 0) return `${left} states were left unexplored`;
  if ((countStates(messages)?.distinct ?? 0) < 1) return "it explored no state at all";
  return undefined;
}

/** What SANY says about a module it refuses stands outside all messages. */
function complaints(loose: readonly string[]): string {
  return loose
    .filter((line) => line.trim() !== "" && !/^(Parsing file|Semantic processing)/.test(line))
    .join("\n");
}

function lastWords(log: string): string {
  return log.trimEnd().split("\n").slice(-3).join("\n");
}

/** Single facts read out of the messages of one run: which errors, how many states, which version. */
import { fullText, type TlcMessage } from "./messages.js";

/** Sizes of the explored state graph. */
export interface StateCounts {
  readonly generated: number;
  readonly distinct: number;
  /** Absent after some failures, where TLC does not print it. */
  readonly depth?: number;
}

/** Codes of tlc2/output/EC.java; severities of tlc2/output/MP.java. */
const VERSION = 2262;
const FINAL_COUNTS = 2199;
const DEPTH = 2194;
/** Messages of severity 1 that only accompany an error: the trace's two headings and the nested positions. */
const COMPANIONS: ReadonlySet<number> = new Set([2121, 2264, 2103]);
const ERROR = 1;
const TLC_BUG = 2;

/** True for every message of severity 1 or 2, whatever it reports. */
export function isError({ severity }: TlcMessage): boolean {
  return severity === ERROR || severity === TLC_BUG;
}

/** The messages that report an error, in the order in which TLC met them. */
export function errorsOf(messages: readonly TlcMessage[]): readonly TlcMessage[] {
  return messages.filter((message) => isError(message) && !COMPANIONS.has(message.code));
}

/** As TLC names itself, such as `2.18 of 20 March 2023`. */
export function versionOf(messages: readonly TlcMessage[]): string | undefined {
  const body = messages.find(({ code }) => code === VERSION)?.body;
  return body === undefined ? undefined : /^TLC2 Version (.+?)(?: \(rev: .*\))?$/m.exec(body)?.[1];
}

function finalNumbers(messages: readonly TlcMessage[]): { counts: StateCounts; left: number } | undefined {
  const body = messages.findLast(({ code }) => code === FINAL_COUNTS)?.body.replaceAll(",", "");
  if (body === undefined) return undefined;
  const match = /(\d+) states generated (\d+) distinct states found (\d+) states left/.exec(body);
  if (match === null) return undefined;
  const [generated = 0, distinct = 0, left = 0] = match.slice(1).map(Number);
  return { counts: { generated, distinct }, left };
}

/** The final counts; undefined when TLC printed none, as after a violation by the initial state. */
export function countStates(messages: readonly TlcMessage[]): StateCounts | undefined {
  const counts = finalNumbers(messages)?.counts;
  const body = messages.find(({ code }) => code === DEPTH)?.body ?? "";
  const depth = /search is (\d+)/.exec(body)?.[1];
  return counts === undefined || depth === undefined ? counts : { ...counts, depth: Number(depth) };
}

/** How many states were found and not explored when TLC ended. */
export function statesLeft(messages: readonly TlcMessage[]): number | undefined {
  return finalNumbers(messages)?.left;
}

/** The telling part of an error: without the fixed preamble of message 1000 and without Java's stack. */
export function causeOf(message: TlcMessage): string {
  const lines = fullText(message)
    .split("\n")
    .filter(
      (line) => !/^(\tat |TLC threw|This was probably|See the User Output|The exception was)/.test(line),
    );
  return lines.join("\n").replace(/^: ?/, "").trim();
}

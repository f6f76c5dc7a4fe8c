/** Which of the checked things TLC found to be false. */
import type { TlcMessage } from "./messages.js";

export type Violation =
  | { readonly type: "invariant"; readonly name: string }
  | { readonly type: "deadlock" }
  /** `message` is the value given to Assert, as TLC prints it (a string with its quotes). */
  | { readonly type: "assert"; readonly message: string }
  /** TLC 2.18 and 2.19 do not say which property: check one at a time. */
  | { readonly type: "temporal" }
  /** A property of single steps, `[][A]_v`. */
  | { readonly type: "action-property"; readonly name: string }
  /** A property whose non-temporal part the initial state falsifies. */
  | { readonly type: "initial-property"; readonly name: string }
  | { readonly type: "assumption"; readonly message: string };

/** How one message is read, and what TLC ends with after it where nothing else went wrong. */
interface Reading {
  readonly read: (body: string) => Violation;
  /** Of tlc2/output/EC.java, `ExitStatus`; seen in runs. */
  readonly exitCode: number;
}

const nameIn = (body: string): string => /^\w+(?: \w+)*? (\S+) is (?:violated|false)/.exec(body)?.[1] ?? "";
const secondLineOn = (body: string): string => body.split("\n").slice(1).join("\n").trim();

/**
 * By code of tlc2/output/EC.java. 2105 (an assumption) and 2113 (an action property) are missing on purpose: they say
 * that evaluation failed, though TLC's exit code is that of a violation.
 */
const READINGS: ReadonlyMap<number, Reading> = new Map<number, Reading>([
  [2104, { exitCode: 10, read: (body) => ({ type: "assumption", message: body.trim() }) }],
  [2107, { exitCode: 12, read: (body) => ({ type: "invariant", name: nameIn(body) }) }],
  [2108, { exitCode: 13, read: (body) => ({ type: "initial-property", name: nameIn(body) }) }],
  [2110, { exitCode: 12, read: (body) => ({ type: "invariant", name: nameIn(body) }) }],
  [2112, { exitCode: 13, read: (body) => ({ type: "action-property", name: nameIn(body) }) }],
  [2114, { exitCode: 11, read: () => ({ type: "deadlock" }) }],
  [2116, { exitCode: 13, read: () => ({ type: "temporal" }) }],
  [2132, { exitCode: 14, read: (body) => ({ type: "assert", message: secondLineOn(body) }) }],
]);

/** The first violation among the messages, or undefined when there is none. */
export function readViolation(messages: readonly TlcMessage[]): Violation | undefined {
  for (const { code, body } of messages) {
    const reading = READINGS.get(code);
    if (reading !== undefined) return reading.read(body);
  }
  return undefined;
}

/** What TLC ends with where this is the one error it met; undefined where the message reports no violation. */
export function exitCodeAfter({ code }: TlcMessage): number | undefined {
  return READINGS.get(code)?.exitCode;
}

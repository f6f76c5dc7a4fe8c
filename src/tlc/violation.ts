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

type Reader = (body: string) => Violation;

const nameIn = (body: string): string => /^\w+(?: \w+)*? (\S+) is (?:violated|false)/.exec(body)?.[1] ?? "";
const secondLineOn = (body: string): string => body.split("\n").slice(1).join("\n").trim();

/**
 * By code of tlc2/output/EC.java. 2105 (an assumption) and 2113 (an action property) are missing on purpose: they say
 * that evaluation failed, though TLC's exit code is that of a violation.
 */
const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [2104, (body) => ({ type: "assumption", message: body.trim() })],
  [2107, (body) => ({ type: "invariant", name: nameIn(body) })],
  [2108, (body) => ({ type: "initial-property", name: nameIn(body) })],
  [2110, (body) => ({ type: "invariant", name: nameIn(body) })],
  [2112, (body) => ({ type: "action-property", name: nameIn(body) })],
  [2114, () => ({ type: "deadlock" })],
  [2116, () => ({ type: "temporal" })],
  [2132, (body) => ({ type: "assert", message: secondLineOn(body) })],
]);

/** The first violation among the messages, or undefined when there is none. */
export function readViolation(messages: readonly TlcMessage[]): Violation | undefined {
  for (const { code, body } of messages) {
    const read = READERS.get(code);
    if (read !== undefined) return read(body);
  }
  return undefined;
}

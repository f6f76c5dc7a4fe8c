/**
 * A counterexample as TLC printed it: which states in which order, with the text of each state untouched. What the
 * values mean is decided elsewhere, by a grammar and the declared types.
 */
import type { TlcMessage } from "./messages.js";

/** The step that led to a state. */
export interface RawAction {
  /** The name of the operator, which is the PlusCal label, or `Initial predicate`. */
  readonly name: string;
  /** `line 5, col 9 to line 5, col 18 of module M`; the initial predicate has none. */
  readonly location?: string;
}

export interface RawState {
  /** TLC's number, from 1. */
  readonly index: number;
  /** Absent where TLC does not print one. */
  readonly action?: RawAction;
  /** The text of the variables; see {@link splitVariables}. */
  readonly body: string;
}

export interface RawTrace {
  readonly states: readonly RawState[];
  /** A lasso: after the last state the behaviour goes on with the state of this index, for ever. */
  readonly back?: number;
  /** The step from the last state back to that one. */
  readonly backAction?: RawAction;
  /** True when the behaviour stays in the last state for ever. */
  readonly stuttering?: boolean;
}

/** Codes of tlc2/output/EC.java. */
const STATE_WITHOUT_ACTION = 2216;
const STATE = 2217;
const STUTTERING = 2218;
const BACK_TO_STATE = 2122;
const INVARIANT_VIOLATED_INITIALLY = 2107;
const PROPERTY_VIOLATED_INITIALLY = 2108;

/** The trace in the messages of one run, or undefined when TLC printed none. */
export function readTrace(messages: readonly TlcMessage[]): RawTrace | undefined {
  const states = messages.flatMap((message) => readState(message) ?? []);
  if (states.length === 0) return undefined;
  const back = messages.find(({ code }) => code === BACK_TO_STATE);
  const stuttering = messages.some(({ code }) => code === STUTTERING);
  return {
    states,
    ...(back === undefined ? {} : readBack(back.body)),
    ...(stuttering ? { stuttering } : {}),
  };
}

function readState({ code, body }: TlcMessage): RawState | undefined {
  const [head = "", ...rest] = body.trimEnd().split("\n");
  if (code === INVARIANT_VIOLATED_INITIALLY || code === PROPERTY_VIOLATED_INITIALLY) {
    return { index: 1, action: { name: "Initial predicate" }, body: rest.join("\n") };
  }
  if (code !== STATE && code !== STATE_WITHOUT_ACTION) return undefined;
  const match = /^(\d+):\s*(.*)$/.exec(head);
  if (match === null) return undefined;
  return { index: Number(match[1]), ...readAction(match[2] ?? ""), body: rest.join("\n") };
}

function readBack(body: string): Pick<RawTrace, "back" | "backAction"> {
  const match = /^(\d+): Back to state:?\s*(.*)$/m.exec(body);
  if (match === null) return {};
  const { action } = readAction(match[2] ?? "");
  return { back: Number(match[1]), ...(action === undefined ? {} : { backAction: action }) };
}

function readAction(text: string): { readonly action?: RawAction } {
  const match = /^<(.+?)(?: (line \d+, col \d+ to line \d+, col \d+ of module \w+))?>$/.exec(text.trim());
  if (match?.[1] === undefined) return {};
  return { action: { name: match[1], ...(match[2] === undefined ? {} : { location: match[2] }) } };
}

/**
 * Name to text of value, in TLC's order, for the body of one state. A value may span lines, which then begin with
 * blanks; a model with a single variable is printed without the leading conjunction sign.
 */
export function splitVariables(body: string): Map<string, string> {
  const variables = new Map<string, string>();
  let name: string | undefined;
  for (const line of body.trimEnd().split("\n")) {
    const match = /^(?:\/\\ )?(\w+) = (.*)$/.exec(line) ?? /^(?:\/\\ )?(\w+) =()$/.exec(line);
    if (match?.[1] !== undefined) {
      name = match[1];
      variables.set(name, match[2] ?? "");
    } else if (name !== undefined) {
      variables.set(name, `${variables.get(name)}\n${line}`);
    }
  }
  return variables;
}

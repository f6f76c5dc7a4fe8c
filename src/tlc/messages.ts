/**
 * The framing of TLC's `-tool` output. Messages nest, and a nested one may start in the middle of a line, so this is
 * a stack over markers and not a pairing of lines (tlaplus: tlc2/output/MP.java writes them).
 */

export interface TlcMessage {
  /** A number of tlc2/output/EC.java, such as 2110 for a violated invariant. */
  readonly code: number;
  /** 0 none, 1 error, 2 bug in TLC, 3 warning, 4 state (tlc2/output/MP.java). */
  readonly severity: number;
  /** The text of the message without that of nested messages, lines joined by line feeds. */
  readonly body: string;
  readonly nested: readonly TlcMessage[];
}

export interface TlcMessageReader {
  /** Takes the next line of output, without its line end. */
  readonly line: (text: string) => void;
  /** Takes the end of output: what a killed TLC left unfinished is handed on as loose lines. */
  readonly end: () => void;
}

interface OpenMessage {
  readonly code: number;
  readonly severity: number;
  readonly lines: string[];
  readonly nested: TlcMessage[];
}

const MARKER = /@!@!@(?:STARTMSG (-?\d+):(\d+)|ENDMSG (-?\d+)) @!@!@/g;

/**
 * A reader that calls `onMessage` for each complete outermost message and `onLoose` for each line outside any: SANY's
 * complaints, values printed by the model, and what the JVM has to say.
 */
export function createMessageReader(
  onMessage: (message: TlcMessage) => void,
  onLoose: (line: string) => void,
): TlcMessageReader {
  const stack: OpenMessage[] = [];

  const text = (piece: string, wholeLine: boolean): void => {
    // Around a marker an empty piece is no line: it is where the line was cut.
    if (!wholeLine && piece === "") return;
    const top = stack.at(-1);
    if (top === undefined) onLoose(piece);
    else top.lines.push(piece);
  };

  const close = (): void => {
    const closed = stack.pop();
    if (closed === undefined) return;
    const { code, severity, lines, nested } = closed;
    const message: TlcMessage = { code, severity, body: lines.join("\n"), nested };
    const parent = stack.at(-1);
    if (parent === undefined) onMessage(message);
    else parent.nested.push(message);
  };

  const closeUntil = (code: number): void => {
    const index = stack.findLastIndex((each) => each.code === code);
    if (index < 0) return;
    while (stack.length > index) close();
  };

  const line = (whole: string): void => {
    let from = 0;
    for (const match of whole.matchAll(MARKER)) {
      text(whole.slice(from, match.index), false);
      from = match.index + match[0].length;
      const [, start, severity, end] = match;
      if (end !== undefined) closeUntil(Number(end));
      else stack.push({ code: Number(start), severity: Number(severity), lines: [], nested: [] });
    }
    text(whole.slice(from), from === 0);
  };

  const end = (): void => {
    const unfinished = stack.splice(0).flatMap(({ lines }) => lines);
    for (const each of unfinished) onLoose(each);
  };

  return { line, end };
}

/** The text of a message and of everything nested in it, one line feed between. */
export function fullText(message: TlcMessage): string {
  return [message.body, ...message.nested.map(fullText)].join("\n");
}

/** The message and everything nested in it. */
export function flatten(message: TlcMessage): readonly TlcMessage[] {
  return [message, ...message.nested.flatMap(flatten)];
}

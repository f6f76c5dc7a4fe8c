/** A stream that remembers, and a terminal that shows what a person would see on it. */

export interface FakeStream {
  readonly stream: NodeJS.WriteStream;
  readonly written: () => string;
}

export function fakeStream(
  options: { readonly isTTY?: boolean; readonly columns?: number } = {},
): FakeStream {
  const parts: string[] = [];
  const stream = { ...options, write: (text: string) => parts.push(text) > 0 };
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => parts.join("") };
}

const ERASE = "\u001b[K";

/** The lines on the screen after `text`: carriage return and erase-to-end-of-line are obeyed. */
export function screen(text: string): string[] {
  const lines = [""];
  let column = 0;
  for (const [token] of text.replaceAll(ERASE, "⌫").matchAll(/\r|\n|⌫|[^\r\n⌫]+/g)) {
    const line = lines.at(-1)!;
    if (token === "\r") column = 0;
    else if (token === "\n") {
      lines.push("");
      column = 0;
    } else if (token === "⌫") lines[lines.length - 1] = line.slice(0, column);
    else {
      lines[lines.length - 1] = line.slice(0, column) + token + line.slice(column + token.length);
      column += token.length;
    }
  }
  return lines;
}

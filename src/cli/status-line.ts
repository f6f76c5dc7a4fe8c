/**
 * One line at the foot of the terminal that says how the work is coming along. Everything else that is printed while
 * it stands goes through `print`, so that the line is never torn. Where there is no terminal it is never shown.
 */

export interface StatusLine {
  /** Whether the line can be seen. */
  readonly live: boolean;
  set(text: string): void;
  /** Calls `write` with the line out of the way. */
  print(write: () => void): void;
  clear(): void;
}

/** Back to the first column, and clear to the end of the line. */
const ERASE = "\r\u001b[K";

/** A log of a CI run is no terminal, even where one is simulated. */
function isLive(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && env.TERM !== "dumb" && (env.CI ?? "") === "";
}

export function createStatusLine(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): StatusLine {
  const live = isLive(stream, env);
  let text = "";
  const erase = () => {
    if (text !== "") stream.write(ERASE);
  };
  const draw = () => {
    // A line that folds could not be taken back; the last column stays free because some terminals fold there.
    if (text !== "") stream.write([...text].slice(0, Math.max(1, (stream.columns ?? 80) - 1)).join(""));
  };
  return {
    live,
    set: (next) => {
      if (!live || next === text) return;
      erase();
      text = next;
      draw();
    },
    print: (write) => {
      erase();
      write();
      draw();
    },
    clear: () => {
      erase();
      text = "";
    },
  };
}

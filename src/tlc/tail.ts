/** The last lines of a long output, in bounded memory: enough to see how something ended. */

export interface Tail {
  readonly add: (line: string) => void;
  readonly lines: () => readonly string[];
}

const LINES = 400;
/** TLC prints some values as one line of hundreds of kilobytes. */
const CHARACTERS_PER_LINE = 2000;

/** An empty tail that keeps the last {@link LINES} lines added, each cut to {@link CHARACTERS_PER_LINE}. */
export function createTail(): Tail {
  let kept: string[] = [];
  return {
    add: (line) => {
      kept.push(line.length > CHARACTERS_PER_LINE ? `${line.slice(0, CHARACTERS_PER_LINE)}…` : line);
      // Cut rarely, so that adding a line costs the same on average however long the output gets.
      if (kept.length >= 2 * LINES) kept = kept.slice(-LINES);
    },
    lines: () => kept.slice(-LINES),
  };
}

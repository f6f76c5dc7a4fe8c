/** The body of every function of the vocabulary: a spec is read by Latchwork, and running it is a mistake. */
export function readNotRun(): never {
  throw new Error("A Latchwork spec is read, not run. Check it with: npx latchwork check <file>");
}

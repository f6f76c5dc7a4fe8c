/** Failures that are ours and not the user's. Everything the user can cause is a Diagnostic instead. */

/** A defect in Latchwork itself. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** Stops with an {@link InternalError}; `fact` says what was believed and turned out false. */
export function bug(fact: string): never {
  throw new InternalError(fact);
}

/** Narrows to `T` or stops with an {@link InternalError} naming `what` was missing. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) bug(`${what} is missing`);
  return value;
}

/** The end of an exhaustive switch: a new kind that is not handled is a compile error here. */
export function unreachable(value: never): never {
  bug(`unhandled case ${JSON.stringify(value)}`);
}

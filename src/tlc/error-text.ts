/**
 * Words for errors of the file system and the network. Those libraries wrap the telling error in one that says only
 * "fetch failed", and a report has to show the inner one.
 */

/** One line: the messages of an error and its causes, outermost first, without repetition. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  while (current !== undefined && current !== null && parts.length < 5) {
    const text = ownText(current);
    if (!parts.some((part) => part.includes(text))) parts.push(text);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(": ");
}

function ownText(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    // One error for each address of the host; they nearly always say the same.
    return [...new Set(error.errors.map((each) => ownText(each)))].join("; ");
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

/** The code of a file system error, such as `ENOENT`, or undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

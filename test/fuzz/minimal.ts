/** Makes a text that fails smaller by leaving out lines: fast-check shrinks what a text is made of, which leaves more. */

/** The smallest text that `fails` still says yes to when no line of it can be left out. */
export async function minimalText(
  text: string,
  fails: (text: string) => boolean | Promise<boolean>,
): Promise<string> {
  let lines = text.split("\n");
  for (let tries = 0, from = 0; from < lines.length && tries < 300; tries++) {
    const shorter = await firstFailing(candidates(lines, from), fails);
    if (shorter === undefined) from++;
    else [lines, from] = [shorter, Math.max(0, from - 1)];
  }
  return lines.join("\n");
}

async function firstFailing(
  all: readonly (readonly string[])[],
  fails: (text: string) => boolean | Promise<boolean>,
): Promise<string[] | undefined> {
  for (const lines of all) if (await fails(lines.join("\n"))) return [...lines];
  return undefined;
}

/** Without the line; where it opens a block, without the block, or without what is around it. */
function candidates(lines: readonly string[], from: number): string[][] {
  const depth = (line: string) => line.length - line.trimStart().length;
  const line = lines[from]!;
  if (!line.endsWith("{")) return [lines.toSpliced(from, 1)];
  const end = lines.findIndex((other, index) => index > from && depth(other) <= depth(line));
  if (end < 0) return [];
  return [lines.toSpliced(from, end - from + 1), lines.toSpliced(end, 1).toSpliced(from, 1)];
}

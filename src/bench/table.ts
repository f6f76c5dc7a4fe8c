/** Numbers and tables in Markdown, and the place in a document where a command writes them. */

/** What the document says around a table that the command writes. */
function marks(name: string): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- bench: ${name} -->`, end: `<!-- /bench: ${name} -->` };
}

/** The document with `body` between the markers of this name, and everything else as it was. */
export function replaceBetween(document: string, name: string, body: string): string {
  const { begin, end } = marks(name);
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the document has no place for "${name}": ${begin} … ${end}`);
  if (document.indexOf(begin, from + 1) >= 0) throw new Error(`the document has two places for "${name}"`);
  return `${document.slice(0, from + begin.length)}\n${body.trim()}\n${document.slice(to)}`;
}

/** Columns that begin with `>` in the head are numbers, and stand on the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(" | ")} |`;
  const rule = head.map((title) => (title.startsWith(">") ? "---:" : "---"));
  return [head.map((title) => title.replace(/^>/, "")), rule, ...rows].map(line).join("\n");
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** 1,501,727 */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** How many times: two digits that mean something. */
export function times(ratio: number): string {
  if (!Number.isFinite(ratio)) return "–";
  return ratio >= 9.95 ? grouped(ratio) : ratio.toFixed(ratio >= 0.095 ? 1 : 2);
}

/** A share of the whole: 0.039 */
export function share(ratio: number): string {
  return ratio.toFixed(3);
}

/** Of milliseconds: 0.012 s, 0.41 s, 3.6 s, 32 s */
export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  const digits = value >= 9.95 ? 0 : value >= 0.995 ? 1 : value >= 0.0995 ? 2 : 3;
  return `${value.toFixed(digits)} s`;
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** What belongs to one spec, in the order in which it came. */
export function bySpec<T extends { readonly spec: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.spec, [...(groups.get(item.spec) ?? []), item]);
  return groups;
}

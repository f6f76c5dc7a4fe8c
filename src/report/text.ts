/**
 * Text for a terminal of known width: wrapping, padding, lists, numbers. Widths are counted in code points,
 * which is right for the ASCII that names in specs nearly always are.
 */

/** Columns that `text` takes. */
export function width(text: string): number {
  return Array.from(text).length;
}

/** `text` with spaces after it up to `columns`. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(columns - width(text), 0));
}

/** `text` with spaces before it up to `columns`. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(columns - width(text), 0)) + text;
}

/** `1 case`, `2 cases`; `many` for a plural that is not made with s. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A whole number with its thousands set apart: `1,234,567`; the same in every locale. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Breaks a word too long for its line, after punctuation where there is some behind its first quarter. */
function breakWord(word: string, columns: number): [head: string, tail: string] {
  const letters = Array.from(word);
  const head = letters.slice(0, columns);
  const cut = head.findLastIndex((letter) => ".,;:([/>".includes(letter)) + 1;
  const at = cut > columns / 4 ? cut : columns;
  return [letters.slice(0, at).join(""), letters.slice(at).join("")];
}

/**
 * Folds `text` into lines of at most `columns` (1 or more); later lines are indented by `hanging`, or by half
 * of `columns` where that is less. Breaks at spaces; a word longer than a line is broken too.
 * With `columns` below 1 each line has one letter: too wide, but nothing is lost.
 */
export function wrap(text: string, columns: number, hanging = 0): string[] {
  const limit = Math.max(columns, 1);
  const indent = " ".repeat(Math.min(hanging, Math.floor(limit / 2)));
  const lines: string[] = [];
  let line = "";
  let empty = true;
  const start = () => {
    if (line.trim() !== "") lines.push(line);
    line = indent;
    empty = true;
  };
  for (const word of text.split(" ")) {
    let rest = word;
    if (!empty && width(line) + 1 + width(rest) > limit) start();
    while (empty && width(line) + width(rest) > limit) {
      const [head, tail] = breakWord(rest, limit - width(line));
      line += head;
      rest = tail;
      start();
    }
    line += empty ? rest : ` ${rest}`;
    empty = false;
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line);
  return lines.map((each) => each.trimEnd());
}

/** `text` folded to `columns` with every line indented by `indent`, later lines by `hanging` more. */
export function block(text: string, columns: number, indent: number, hanging = 0): string[] {
  return wrap(text, columns - indent, hanging).map((line) => (" ".repeat(indent) + line).trimEnd());
}

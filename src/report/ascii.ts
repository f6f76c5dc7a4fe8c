/** For terminals that show nothing but ASCII: the marks of the reports in other letters. */

/** Columns by which a line may grow. */
export const ASCII_GROWTH = 2;

const LETTERS: Readonly<Record<string, string>> = {
  "✔": "+",
  "✖": "x",
  "→": "->",
  "›": ">",
  "…": "~",
  "–": "-",
  "─": "-",
  "│": "|",
};

/** The text with every mark spelled in ASCII, and a question mark for every other letter that is not. Colours stay. */
export function toAscii(text: string): string {
  return text.replace(/[^\p{ASCII}]/gu, (letter) => LETTERS[letter] ?? "?");
}

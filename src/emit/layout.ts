/** Lines of text with indentation, and source text made safe for a comment of the emitted module. */

export interface Lines {
  readonly text: string[];
  readonly indent: number;
}

export function lines(indent = 0, text: string[] = []): Lines {
  return { text, indent };
}

/** The same text, further to the right. */
export function deeper(out: Lines): Lines {
  return { text: out.text, indent: out.indent + 2 };
}

export function add(out: Lines, text: string): void {
  out.text.push(text === "" ? "" : " ".repeat(out.indent) + text);
}

/** As many of the parts to a line as fit into a hundred columns behind the indentation. */
export function addTogether(out: Lines, parts: readonly string[]): void {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line} ${part}`;
    if (line !== "" && longer.length > 100) add(out, line);
    line = line !== "" && longer.length > 100 ? part : longer;
  }
  if (line !== "") add(out, line);
}

/**
 * Spec text for a comment. The translator looks for its keywords everywhere in the file, and the algorithm itself
 * stands in a comment that must not end early.
 */
export function commentText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, "?")
    .replace(/\(\*/g, "( *")
    .replace(/\*\)/g, "* )")
    .replace(/algorithm/gi, (word) => `${word[0]}_${word.slice(1)}`)
    .replace(/(BEGIN|END) TRANSLATION/g, "$1-TRANSLATION")
    .replace(/PlusCal options/gi, "PlusCal-options")
    .replace(/\bLbl_/g, "Lbl-");
}

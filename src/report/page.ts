/**
 * A page of docs/ as a terminal shows it. Of Markdown it knows what those pages use: headings, paragraphs, lists with
 * dashes, fenced code, and in a line bold, code and links.
 */
import type { Colours } from "./colours.js";
import { wrap } from "./text.js";

/** How a page is shown. */
export interface PageOptions {
  readonly colours: Colours;
  /** Columns for prose; code is never folded. */
  readonly width: number;
}

/** One piece of a page. */
type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph" | "item"; readonly text: string }
  | { readonly kind: "code"; readonly lines: readonly string[] };

const CODE_INDENT = "    ";

/** The page as lines, a blank one between two blocks, without a newline at the end. */
export function renderPage(markdown: string, options: PageOptions): string {
  return blocksOf(markdown)
    .map((block) => renderBlock(block, options))
    .join("\n\n");
}

function renderBlock(block: Block, { colours, width }: PageOptions): string {
  switch (block.kind) {
    case "heading": {
      const text = piecesOf(block.text).map((piece) => piece.text);
      const paint = (line: string) => colours.bold(block.level === 1 ? colours.underline(line) : line);
      return wrap(text.join(""), width).map(paint).join("\n");
    }
    case "paragraph":
      return prose(block.text, width, 0, colours);
    case "item":
      return prose(`- ${block.text}`, width, 2, colours);
    case "code":
      return block.lines.map((line) => (line === "" ? "" : CODE_INDENT + colours.cyan(line))).join("\n");
  }
}

type Style = "plain" | "bold" | "code";

interface Piece {
  readonly text: string;
  readonly style: Style;
}

/** A line of Markdown in pieces of one style each, without its marks; of a link its text is left. */
function piecesOf(markdown: string): Piece[] {
  const text = markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  const pieces = text.split(/(`[^`]*`|\*\*.*?\*\*)/).map((part): Piece => {
    if (/^`.*`$/.test(part)) return { text: part.slice(1, -1), style: "code" };
    if (/^\*\*.*\*\*$/.test(part)) return { text: part.slice(2, -2).replaceAll("`", ""), style: "bold" };
    return { text: part, style: "plain" };
  });
  return pieces.filter((piece) => piece.text !== "");
}

/** Folds first and paints then, so that colour changes no line break and never runs over the end of a line. */
function prose(markdown: string, width: number, hanging: number, colours: Colours): string {
  const pieces = piecesOf(markdown);
  const lines = wrap(pieces.map(({ text }) => text).join(""), width, hanging);
  // Folding moves white space only: the other letters still come in the order of the pieces.
  const styles = pieces.flatMap(({ text, style }) => Array.from(text.replace(/\s/g, ""), () => style));
  let at = 0;
  const styleOf = (letter: string, before: Style): Style =>
    /\s/.test(letter) ? before : (styles[at++] ?? "plain");
  return lines
    .map((line) =>
      runsOf(line, styleOf)
        .map((run) => paint(run, colours))
        .join(""),
    )
    .join("\n");
}

/** The letters of a line, those of one style that stand together in one piece. */
function runsOf(line: string, styleOf: (letter: string, before: Style) => Style): Piece[] {
  const runs: Piece[] = [];
  for (const letter of Array.from(line)) {
    const last = runs.at(-1);
    const style = styleOf(letter, last?.style ?? "plain");
    if (last?.style === style) runs[runs.length - 1] = { text: last.text + letter, style };
    else runs.push({ text: letter, style });
  }
  return runs;
}

function paint({ text, style }: Piece, colours: Colours): string {
  if (style === "plain") return text;
  return style === "bold" ? colours.bold(text) : colours.cyan(text);
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let words: string[] = [];
  const endText = () => {
    const text = words.join(" ").replace(/ +/g, " ");
    if (text.startsWith("- ")) blocks.push({ kind: "item", text: text.slice(2) });
    else if (text !== "") blocks.push({ kind: "paragraph", text });
    words = [];
  };
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const heading = /^(#+) (.*)$/.exec(line);
    if (line.startsWith("```")) {
      endText();
      const from = at + 1;
      do at++;
      while (at < lines.length && !lines[at]!.startsWith("```"));
      blocks.push({ kind: "code", lines: lines.slice(from, at) });
    } else if (heading !== null) {
      endText();
      blocks.push({ kind: "heading", level: heading[1]!.length, text: heading[2]! });
    } else if (line.trim() === "") {
      endText();
    } else {
      if (line.startsWith("- ")) endText();
      words.push(line.trim());
    }
  }
  endText();
  return blocks;
}

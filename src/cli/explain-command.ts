/** `latchwork explain [code or check]`. */
import { existsSync } from "node:fs";
import { findTopic, type Topic, topics } from "../app/explain.js";
import { fail } from "../diagnostics/diagnostic.js";
import { createColours } from "../report/colours.js";
import { renderPage } from "../report/page.js";
import { padEnd } from "../report/text.js";
import { nothingToExplain } from "./diagnostics.js";
import { AS_EXPECTED } from "./exit-codes.js";
import { wantsColour, widthOf } from "./terminal.js";

/** Prose wider than this is hard to read. */
const WIDEST = 100;

/** Prints the page about a word, or without one what there is. Throws a DiagnosticsError for an unknown word. */
export function runExplain(word: string | undefined): number {
  const { stdout, env } = process;
  const colours = createColours(wantsColour(stdout, env));
  const all = topics();
  if (word === undefined) {
    stdout.write(`${listing(all, colours.bold)}\n`);
    return AS_EXPECTED;
  }
  const found = findTopic(all, word);
  if (found === undefined) {
    const isFile = /\.\w+$/.test(word) || existsSync(word);
    return fail(
      nothingToExplain(
        word,
        all.map(({ name }) => name),
        isFile,
      ),
    );
  }
  const width = Math.min(WIDEST, widthOf(stdout, env));
  stdout.write(`${renderPage(found.text, { colours, width })}\n`);
  return AS_EXPECTED;
}

/** One line for each topic, under two headings. */
function listing(all: readonly Topic[], bold: (text: string) => string): string {
  const rows = (kind: Topic["kind"]) => {
    const chosen = all.filter((topic) => topic.kind === kind);
    const columns = Math.max(...chosen.map(({ name }) => name.length));
    return chosen.map(({ name, title }) => `  ${padEnd(name, columns)}  ${title}`);
  };
  return [
    bold("Checks: what a design can fail"),
    ...rows("check"),
    "",
    bold("Codes: what Latchwork refuses, or cannot do"),
    ...rows("code"),
    "",
    "`latchwork explain <check or code>` shows the page.",
  ].join("\n");
}

/** What can be explained: every code of docs/errors and every check of docs/checks, by the pages of the package. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHECKS } from "../ir/checks.js";

/** A page of docs/, by what a user would call it. */
export interface Topic {
  /** `LW1004`, `unlock-not-held`. */
  readonly name: string;
  readonly kind: "code" | "check";
  /** The first line of the page, without its name. */
  readonly title: string;
  /** The page: Markdown. */
  readonly text: string;
}

/** This file is as far from the pages in dist/ as in src/. */
const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));

/** Every topic: the checks as CHECKS has them, the worst first, then the codes by number. */
export function topics(): Topic[] {
  const order = [...CHECKS.keys()];
  const checks = pagesIn("checks", "check").sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return [...checks, ...pagesIn("errors", "code")];
}

/** The topic that a word means: `LW1004`, `lw1004`, `1004`, a check in any case and with `_` or `-`. */
export function findTopic(all: readonly Topic[], word: string): Topic | undefined {
  const wanted = plain(/^\d{4}$/.test(word) ? `lw${word}` : word);
  return all.find(({ name }) => plain(name) === wanted);
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll("_", "-");
}

function pagesIn(folder: "checks" | "errors", kind: Topic["kind"]): Topic[] {
  const path = join(DOCS, folder);
  const files = readdirSync(path).filter((file) => file.endsWith(".md") && file !== "README.md");
  return files.sort().map((file) => {
    const name = file.replace(/\.md$/, "");
    const text = readFileSync(join(path, file), "utf8");
    const title = text.split("\n", 1)[0]!.replace(`# ${name}: `, "");
    return { name, kind, title, text };
  });
}

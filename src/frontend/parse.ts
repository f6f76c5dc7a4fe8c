/** Bytes to a syntax tree, whatever the bytes are: what cannot be read becomes a diagnostic and an empty file. */
import { readFileSync } from "node:fs";
import { typescriptError, unreadable } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type SourceText, spanBetween } from "./source.js";
import { ts } from "./typescript.js";

/** Deeper trees than any person writes would exhaust the stack of the passes. */
const MAXIMAL_DEPTH = 400;

export interface ParsedFile {
  readonly file: ts.SourceFile;
  /** Where this is not empty the tree means nothing. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses the file at `path`; diagnostics call it `name`. */
export function parseFile(path: string, name: string): ParsedFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return refuse(
      path,
      name,
      `${name} cannot be read: ${cause}`,
      "Make it a readable file, or name another.",
    );
  }
  let text: string;
  try {
    // Without the byte order mark, so that columns are what editors show.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(path, name, `${name} is not UTF-8 text`, "Save it as UTF-8.");
  }
  try {
    const file = parseText(path, text);
    const source: SourceText = { name, file };
    return { file, diagnostics: [...syntaxErrors(source), ...tooDeep(source)] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(path, name, `${name} is nested too deeply`, "Use locals and procedures.");
  }
}

/** As TypeScript's own check parses its files, so that both can share a tree; comments are nobody's concern. */
const PARSING: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ES2023,
  impliedNodeFormat: ts.ModuleKind.ESNext,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

function parseText(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, PARSING, true, ts.ScriptKind.TS);
}

const ownFiles = new Map<string, ts.SourceFile>();

/**
 * A source file of Latchwork itself, at its absolute path; parsed once for all who read it. Throws the error of the file
 * system where it cannot be read.
 */
export function parseOwn(path: string): ts.SourceFile {
  const text = readFileSync(path, "utf8");
  const known = ownFiles.get(path);
  if (known?.text === text) return known;
  const file = parseText(path, text);
  ownFiles.set(path, file);
  return file;
}

function refuse(path: string, name: string, what: string, instead: string): ParsedFile {
  const file = parseText(path, "");
  return { file, diagnostics: [unreadable(spanBetween({ name, file }, 0, 0), what, instead)] };
}

function syntaxErrors(source: SourceText): Diagnostic[] {
  // The parser keeps its errors on the file; the property is not in the public type.
  const file = source.file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] };
  return file.parseDiagnostics.map(({ start, length, code, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, " ");
    return typescriptError(spanBetween(source, start, start + length), code, text);
  });
}

/** The first node that stands too deep; without recursion, since that is what cannot be had there. */
function tooDeep(source: SourceText): Diagnostic[] {
  let level: ts.Node[] = [source.file];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAXIMAL_DEPTH) {
      const node = level[0]!;
      const span = spanBetween(source, node.getStart(source.file), node.getEnd());
      return [unreadable(span, "this is nested too deeply", "Use locals and procedures.")];
    }
    const next: ts.Node[] = [];
    for (const node of level) {
      ts.forEachChild(node, (child) => {
        next.push(child);
      });
    }
    level = next;
  }
  return [];
}

/** From compiler nodes to places and texts: what every other file of the front end needs. */

import type { Span } from "../base/span.js";
import { ts } from "./typescript.js";

/** One source file under the name that reports use. */
export interface SourceText {
  readonly name: string;
  readonly file: ts.SourceFile;
}

/** A stretch of source with its text, as a trace shows it. */
export interface Place {
  readonly span: Span;
  readonly text: string;
}

/** The place of a node, without the comments before it. */
export function spanOf(source: SourceText, node: ts.Node): Span {
  return spanBetween(source, node.getStart(source.file), node.getEnd());
}

/** The place between two offsets of the file. */
export function spanBetween(source: SourceText, start: number, end: number): Span {
  const from = source.file.getLineAndCharacterOfPosition(start);
  const to = source.file.getLineAndCharacterOfPosition(end);
  return {
    file: source.name,
    line: from.line + 1,
    column: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
  };
}

/** Where the header of a compound statement ends: before its first block. */
function headerEnd(node: ts.Statement): number {
  if (ts.isIfStatement(node)) return node.thenStatement.getFullStart();
  if (ts.isWhileStatement(node) || ts.isForStatement(node) || ts.isForOfStatement(node)) {
    return node.statement.getFullStart();
  }
  if (ts.isSwitchStatement(node)) return node.caseBlock.getFullStart();
  if (ts.isLabeledStatement(node)) return node.statement.getFullStart();
  return node.getEnd();
}

/** The text of a statement as one line: the header only, where it has blocks inside. */
export function textOf(source: SourceText, node: ts.Node): string {
  const end = ts.isStatement(node) ? headerEnd(node) : node.getEnd();
  const text = source.file.text.slice(node.getStart(source.file), end);
  return text.replace(/\s+/g, " ").trim();
}

/** The span that goes with {@link textOf}. */
export function headerSpan(source: SourceText, node: ts.Node): Span {
  const end = ts.isStatement(node) ? headerEnd(node) : node.getEnd();
  return spanBetween(source, node.getStart(source.file), end);
}

/** The node's text for the middle of a sentence: one line, and not a long one. */
export function briefText(source: SourceText, node: ts.Node): string {
  const text = source.file.text.slice(node.getStart(source.file), node.getEnd()).replace(/\s+/g, " ").trim();
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

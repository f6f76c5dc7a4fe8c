/** docs/LIBRARY.md, made from the comments of src/library: a section for each file, an entry for each export. */
import ts from "typescript";
import { wrap } from "../../src/report/text.js";

/** What a file of the library says about itself. */
export interface LibraryFile {
  /** `spinlock.ts`. */
  readonly name: string;
  /** What the file stands for: the beginning of its header, up to the first `:` or `.` before a space. */
  readonly title: string;
  /** The comment at the top of the file, in paragraphs; empty where it has none. */
  readonly header: readonly string[];
  readonly exports: readonly LibraryExport[];
}

export interface LibraryExport {
  readonly name: string;
  /** As it would be declared, without a body. */
  readonly signature: string;
  /** Its doc comment in paragraphs; empty where it has none. */
  readonly comment: readonly string[];
}

/** Reads a file of the library; `name` is its name in src/library. */
export function readLibraryFile(name: string, text: string): LibraryFile {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const [first] = ts.getLeadingCommentRanges(text, 0) ?? [];
  const header = first === undefined ? [] : paragraphs(text.slice(first.pos, first.end));
  const title = /^(.*?)(?:[:.](?= )|\.?$)/.exec(header[0] ?? "")?.[1] ?? "";
  return { name, title, header, exports: file.statements.flatMap((statement) => exportsOf(file, statement)) };
}

/** The whole document; the same text for the same files, whatever their order. */
export function libraryDocument(files: readonly LibraryFile[]): string {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = sorted.map(({ title, exports }) => {
    const functions = exports.filter(({ signature }) => !/^(class|type|interface) /.test(signature));
    const words = functions.map((each) => `\`${each.name}\``).join(" ");
    return `| [${title.replaceAll("|", "\\|")}](#${anchorOf(title)}) | ${words} |`;
  });
  return [
    "# The library",
    "",
    "Lock primitives and their like, written in the language of a spec ([LANGUAGE.md](LANGUAGE.md)): read them, copy them,",
    "write your own the same way. What each leaves out is part of what a verdict means. This page is made from the comments",
    "in `src/library` by `npm run docs`.",
    "",
    "| stands for | procedures |",
    "|---|---|",
    ...rows,
    "",
    ...sorted.map(section),
  ].join("\n");
}

/** Where a heading is found on the page, as Markdown viewers have it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

const COLUMNS = 120;

function section({ name, title, header, exports }: LibraryFile): string {
  const prose = header.map((paragraph) => paragraph.replace(/^Left out:/, "**Left out:**"));
  const entries = exports.flatMap(({ signature, comment }) => [
    `- \`${signature}\`\\`,
    ...comment.flatMap((paragraph, index) => {
      const lines = wrap(paragraph, COLUMNS - 2).map((line) => `  ${line}`);
      return index < comment.length - 1 ? [...lines.slice(0, -1), `${lines.at(-1)}\\`] : lines;
    }),
  ]);
  return [
    `## ${title}`,
    "",
    `[src/library/${name}](../src/library/${name})`,
    "",
    ...prose.flatMap((paragraph) => [...wrap(paragraph, COLUMNS), ""]),
    ...entries,
    "",
  ].join("\n");
}

/** The text of a comment: a paragraph ends at an empty line, before `Left out:` and before a tag. */
function paragraphs(comment: string): string[] {
  const lines = comment
    .replace(/^\/\*\*?|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trim());
  const text = lines
    .join("\n")
    .replace(/\{@link (\S+?)\}/g, "`$1`")
    .replace(/^@param (\w+) /gm, "\n`$1`: ")
    .replace(/^@(\w+) /gm, "\n$1: ")
    .replace(/\s(?=Left out:)/, "\n\n");
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
}

function exportsOf(file: ts.SourceFile, statement: ts.Statement): LibraryExport[] {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true) return [];
  const comment = commentOf(file, statement);
  const named = (name: string, signature: string): LibraryExport => ({
    name,
    signature: signature
      .replace(/\s+/g, " ")
      .replace(/(?<=\() | (?=\))|,(?= ?\))/g, "")
      .trim(),
    comment,
  });
  if (ts.isFunctionDeclaration(statement)) {
    const name = statement.name?.text ?? "";
    return [named(name, header(file, statement))];
  }
  if (ts.isClassDeclaration(statement)) {
    const name = statement.name?.text ?? "";
    const bases = (statement.heritageClauses ?? []).map((clause) => ` ${clause.getText(file)}`);
    const members = statement.members.map((member) => `${header(file, member)};`);
    return [named(name, `class ${name}${bases.join("")} { ${members.join(" ")} }`)];
  }
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) =>
      named(declaration.name.getText(file), `const ${declaration.getText(file)}`),
    );
  }
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
    return [named(statement.name.text, withoutExport(statement.getText(file)))];
  }
  // Nothing of an export is passed over in silence.
  throw new Error(`${file.fileName}: no entry for ${statement.getText(file).slice(0, 60)}`);
}

/** A function, a method or a field without its body. */
function header(file: ts.SourceFile, node: ts.Node): string {
  const body = (node as ts.FunctionLikeDeclaration).body;
  const end = body === undefined ? node.getEnd() : body.getFullStart();
  return withoutExport(file.text.slice(node.getStart(file), end))
    .replace(/^function /, "")
    .replace(/;$/, "")
    .trim();
}

function withoutExport(text: string): string {
  return text.replace(/^export (default )?/, "").replace(/;$/, "");
}

function commentOf(file: ts.SourceFile, node: ts.Node): string[] {
  const ranges = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
  const last = ranges.findLast(({ pos }) => file.text.startsWith("/**", pos));
  return last === undefined ? [] : paragraphs(file.text.slice(last.pos, last.end));
}

/**
 * From PlusCal to TLA+ by the official translator. The PlusCal was written by Latchwork, so every complaint of the
 * translator is a defect of ours and is thrown as one; users never see it as theirs.
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bug } from "../base/assert.js";
import { fail } from "../diagnostics/diagnostic.js";
import { translatorArguments } from "./command.js";
import { interrupted, jarReplaced, javaDidNotStart, killed, noRoom, timedOut } from "./diagnostics.js";
import { isUnchanged, type Jar } from "./jar.js";
import type { Java } from "./java.js";
import { type ProcessEnd, runProcess } from "./process.js";
import { type RunDirectory, withinRoom } from "./run-directory.js";
import { translateStanding } from "./standing-translator.js";

export interface TranslationRequest {
  readonly java: Java;
  readonly jar: Jar;
  readonly archive?: string;
  readonly directory: RunDirectory;
  /** Name of the module, and of the `.tla` file that is written into the directory. */
  readonly moduleName: string;
  /** A whole TLA+ module with a PlusCal algorithm in a comment. */
  readonly source: string;
  readonly signal?: AbortSignal;
}

/** Translation takes well under a second; this is for a machine that swaps. */
const TIMEOUT_SECONDS = 120;
const NAME = "the PlusCal translator";
/** The file is ours, in a folder of ours: what stands in the way of writing it is a disk that is full. */
const COULD_NOT_WRITE = /Could not write file/;

/**
 * The module with its translation. It is left as `<moduleName>.tla` in the directory too, as TLC needs it: there the
 * algorithm is a comment and no more. The same source gives the same text. Throws a DiagnosticsError when Java fails, and an InternalError when the translator complains or
 * had to invent or rename anything.
 */
export async function translate(request: TranslationRequest): Promise<string> {
  const { directory } = request;
  const file = join(directory.path, `${request.moduleName}.tla`);
  if (!(await isUnchanged(request.jar))) fail(jarReplaced(request.jar.path));
  const said = (await askStanding(request, file)) ?? (await askOnce(request, file));
  if (!(await isUnchanged(request.jar))) fail(jarReplaced(request.jar.path));
  const text = withoutChecksums(await readFile(file, "utf8"));
  const complaint = complaintAbout(text, said);
  if (complaint !== undefined) bug(`${complaint} in module ${request.moduleName}:\n${said}`);
  await withinRoom(directory, () => writeFile(file, withoutAlgorithm(text)));
  return text;
}

/**
 * The text without the checksums that the translator appends to its BEGIN line: they make TLC translate once more
 * at every start, and warn when the comment was touched.
 */
export function withoutChecksums(text: string): string {
  return text.replace(/^(\\\* (?:BEGIN|END) TRANSLATION) \(chksum\(.*$/gm, "$1");
}

/**
 * The text without the comment that holds its algorithm; its lines stay, empty, so that all others keep their numbers. Where TLC reads the
 * word "algorithm" it looks for one to compare with its translation, taking all lines of the module apart: that and the
 * comment itself take a sixth of a small check.
 */
export function withoutAlgorithm(text: string): string {
  const keyword = /--(?:fair\s+)?algorithm\b/.exec(text);
  const start = keyword === null ? -1 : text.lastIndexOf("(*", keyword.index);
  if (start < 0) return text;
  const end = endOfComment(text, start);
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]+/g, "") + text.slice(end);
}

/** Behind the comment that begins at `start`; comments nest. */
function endOfComment(text: string, start: number): number {
  const bracket = /\(\*|\*\)/g;
  bracket.lastIndex = start;
  let depth = 0;
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    depth += found[0] === "(*" ? 1 : -1;
    if (depth === 0) return bracket.lastIndex;
  }
  return text.length;
}

/**
 * What the translator had to invent or rename, or undefined. Labels and names are the keys by which a counterexample
 * finds its way back to the source, so they must be the ones that Latchwork chose.
 */
export function complaintAbout(text: string, said: string): string | undefined {
  const invented = /\bLbl_\d+\b/.exec(text);
  if (invented !== null) return `${NAME} had to add the label ${invented[0]}`;
  const begin = text.search(/^\\\* BEGIN TRANSLATION/m);
  if (begin < 0) return `${NAME} wrote no translation`;
  const renamed = /^\\\* .+ changed to \w+\s*$/m.exec(text.slice(begin));
  if (renamed !== null) return `${NAME} renamed a symbol (${renamed[0].trim()})`;
  return said.includes("symbols were renamed") ? `${NAME} renamed symbols` : undefined;
}

/** What the translator that stays said, where it has done it; see there. */
async function askStanding(request: TranslationRequest, file: string): Promise<string | undefined> {
  const { java, jar, archive, directory, signal, source } = request;
  await withinRoom(directory, () => writeFile(file, source));
  const said = await translateStanding({
    java: java.path,
    jar,
    tmp: directory.tmp,
    ...(archive === undefined ? {} : { archive }),
    moduleFile: file,
    ...(signal === undefined ? {} : { signal }),
  });
  return said?.join("\n");
}

/** What a translator of its own says, which then has ended well. */
async function askOnce(request: TranslationRequest, file: string): Promise<string> {
  const { directory, source, java, moduleName } = request;
  await withinRoom(directory, () => writeFile(file, source));
  const { end, lines } = await runTranslator(request, file);
  stopUnlessEnded(end, lines, java.path);
  const said = lines.join("\n");
  if (end.exitCode !== 0 && COULD_NOT_WRITE.test(said)) fail(noRoom(NAME, directory.path, undefined));
  if (end.exitCode !== 0) bug(`${NAME} refused module ${moduleName}:\n${said}`);
  return said;
}

async function runTranslator(
  { java, jar, archive, directory, signal }: TranslationRequest,
  file: string,
): Promise<{ end: ProcessEnd; lines: readonly string[] }> {
  const lines: string[] = [];
  const listen = (line: string) => void lines.push(line);
  const tmp = await withinRoom(directory, () => mkdtemp(join(directory.tmp, "pcal-")));
  const end = await runProcess({
    command: java.path,
    args: translatorArguments({ jar, tmp, ...(archive === undefined ? {} : { archive }) }, file),
    cwd: directory.path,
    timeoutSeconds: TIMEOUT_SECONDS,
    ...(signal === undefined ? {} : { signal }),
    onStdout: listen,
    onStderr: listen,
  });
  return { end, lines };
}

/** Ends that have nothing to do with the source. */
function stopUnlessEnded(end: ProcessEnd, lines: readonly string[], javaPath: string): void {
  if (end.aborted) fail(interrupted(NAME));
  if (end.timedOut) fail(timedOut(NAME, TIMEOUT_SECONDS));
  if (end.startError !== undefined) fail(javaDidNotStart(javaPath, end.startError));
  if (end.signal !== undefined) fail(killed(NAME, end.signal));
  // The translator always names itself first; without that Java never reached it.
  if (!lines.some((line) => line.startsWith("pcal.trans"))) {
    fail(javaDidNotStart(javaPath, lines.slice(0, 5).join("\n")));
  }
}

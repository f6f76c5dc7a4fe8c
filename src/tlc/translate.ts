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
  /** Whether it is never given to the translator that stays: for who measures what a run of one case takes. */
  readonly alone?: boolean;
}

/** Translation takes well under a second; this is for a machine that swaps. */
const TIMEOUT_SECONDS = 120;
const NAME = "the PlusCal translator";
/** The file is ours, in a folder of ours: what stands in the way of writing it is a disk that is full. */
const COULD_NOT_WRITE = /Could not write file/;

/**
 * The module with its translation. It is left as `<moduleName>.tla` in the directory too, as TLC needs it: there the
 * algorithm is left out. The same source gives the same text. Throws a DiagnosticsError when Java fails, and an
 * InternalError when the translator complains or had to invent or rename anything.
 */
export async function translate(request: TranslationRequest): Promise<string> {
  const { directory, moduleName, source } = request;
  const file = join(directory.path, `${moduleName}.tla`);
  const module = partsOf(source) ?? bug(`there is no algorithm in module ${moduleName}`);
  const algorithm = aloneIn(moduleName, module);
  if (!(await isUnchanged(request.jar))) fail(jarReplaced(request.jar.path));
  const standing = request.alone === true ? undefined : await askStanding(request, file, algorithm);
  const said = standing ?? (await askOnce(request, file, algorithm));
  if (!(await isUnchanged(request.jar))) fail(jarReplaced(request.jar.path));
  const translated = await readFile(file, "utf8");
  const complaint = complaintAbout(translated, said);
  if (complaint !== undefined) bug(`${complaint} in module ${moduleName}:\n${said}`);
  const { before, comment, between, behind } = module;
  const rest = `${between}${partsOf(translated)?.translation ?? bug("the algorithm is gone")}${behind}`;
  // Where TLC reads the word "algorithm" it looks for one to compare with its translation, taking all lines of the module
  // apart: that and the comment itself take a sixth of a small check. Lines keep their numbers.
  const forTlc = `${before}${comment.replace(/[^\n]+/g, "")}${rest}`;
  await withinRoom(directory, () => writeFile(file, forTlc));
  return `${before}${comment}${rest}`;
}

/** A module, taken apart; together the parts are the whole, but for the checksums that the translator may add. */
interface ModuleParts {
  readonly before: string;
  /** The comment that holds the algorithm. */
  readonly comment: string;
  readonly between: string;
  /** From the line that begins it to the one that ends it. */
  readonly translation: string;
  readonly behind: string;
}

const BEGIN = /^\\\* BEGIN TRANSLATION.*$/m;
const END = /^\\\* END TRANSLATION.*$/m;
const NO_TRANSLATION = "\\* BEGIN TRANSLATION\n\\* END TRANSLATION";

/** Undefined for a module without an algorithm. One without the lines for its translation gets them behind the comment. */
function partsOf(text: string): ModuleParts | undefined {
  const keyword = /--(?:fair\s+)?algorithm\b/.exec(text);
  const start = keyword === null ? -1 : text.lastIndexOf("(*", keyword.index);
  if (start < 0) return undefined;
  const end = endOfComment(text, start);
  const [before, comment, rest] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  const [begin, close] = [BEGIN.exec(rest), END.exec(rest)];
  if (begin === null || close === null) {
    return { before, comment, between: "\n", translation: NO_TRANSLATION, behind: rest };
  }
  // The checksums in these lines would have TLC translate once more, at every start.
  const inside = rest.slice(begin.index + begin[0].length, close.index);
  return {
    before,
    comment,
    between: rest.slice(0, begin.index),
    translation: NO_TRANSLATION.replace("\n", () => inside),
    behind: rest.slice(close.index + close[0].length),
  };
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
 * A module with nothing in it but the algorithm: the translator reads no more than that, but first goes through all lines, in
 * time that grows with the square of their length, and what stands behind the algorithm has lines of 60,000 characters. The
 * algorithm stays in its lines, which messages of assertions name.
 */
function aloneIn(moduleName: string, { before, comment }: ModuleParts): string {
  const lines = before.replace(/[^\n]+/g, "");
  return `---- MODULE ${moduleName} ----${lines}${comment}\n${NO_TRANSLATION}\n====\n`;
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
async function askStanding(
  request: TranslationRequest,
  file: string,
  source: string,
): Promise<string | undefined> {
  const { java, jar, archive, directory, signal } = request;
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
async function askOnce(request: TranslationRequest, file: string, source: string): Promise<string> {
  const { directory, java, moduleName } = request;
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

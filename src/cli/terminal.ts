/** The two streams: stdout is the document that was asked for, stderr tells how it is coming along. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether a stream gets colour: NO_COLOR, then FORCE_COLOR, then whether it is a terminal that can. */
export function wantsColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if ((env.NO_COLOR ?? "") !== "") return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return stream.isTTY === true && env.TERM !== "dumb";
}

/**
 * Whether a stream shows more than ASCII. A file or a pipe takes UTF-8; a terminal takes what the locale says, and without one, as in
 * a bare container, nothing more than ASCII is sure.
 */
export function showsUnicode(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (stream.isTTY !== true) return true;
  if (env.TERM === "linux") return false;
  if (process.platform === "win32") return env.WT_SESSION !== undefined || env.TERM_PROGRAM !== undefined;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => (value ?? "") !== "");
  return /utf-?8/i.test(locale ?? "");
}

/** Columns to fill; pipes and files get 100. */
export function widthOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): number {
  const columns = Number(env.COLUMNS);
  const width = stream.columns ?? (Number.isInteger(columns) && columns > 0 ? columns : 100);
  return Math.min(200, Math.max(60, width));
}

/** The library's sources are part of the package; this file is as far from them in dist/ as in src/. */
const LIBRARY = fileURLToPath(new URL("../../src/library", import.meta.url));
const LIBRARY_PREFIX = "latchwork/";

/** Reads a source by the name it has in a Span: relative to the root, or `latchwork/…` for the library. */
export function sourceReader(root: string): (file: string) => string | undefined {
  return (file) =>
    (file.startsWith(LIBRARY_PREFIX) ? read(join(LIBRARY, file.slice(LIBRARY_PREFIX.length))) : undefined) ??
    read(join(root, file));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Where each reporter's document goes: the standard output, or a file that is written whole when the run has ended. */
import { randomUUID } from "node:crypto";
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fail } from "../diagnostics/diagnostic.js";
import { reporterNames } from "../report/registry.js";
import { badOutputFile, sharedDestination, unwritableOutput } from "./diagnostics.js";

/** The destination of one reporter. */
export interface Output {
  readonly reporter: string;
  /** Undefined for the standard output. */
  readonly path: string | undefined;
}

/**
 * Matches reporters with `name=path` settings. Throws a DiagnosticsError, before there is anything to lose, for a
 * setting that fits no reporter, for two reporters with one destination and for a file that cannot be written.
 */
export function planOutputs(reporters: readonly string[], settings: readonly string[]): Output[] {
  const names = [...new Set(reporters)];
  const paths = new Map<string, string>();
  for (const setting of settings) {
    const [name, path] = split(setting);
    if (name === undefined || path === undefined || !names.includes(name))
      fail(badOutputFile(setting, names, reporterNames));
    paths.set(name, path);
  }
  const taken = new Map<string, string>();
  for (const reporter of names) {
    const path = paths.get(reporter);
    const destination = path === undefined ? "" : resolve(path);
    const other = taken.get(destination);
    if (other !== undefined) fail(sharedDestination(other, reporter, path));
    taken.set(destination, reporter);
  }
  for (const path of paths.values()) refuseUnwritable(path);
  return names.map((reporter) => ({ reporter, path: paths.get(reporter) }));
}

/** `json=report.json` */
function split(setting: string): readonly [string?, string?] {
  const at = setting.indexOf("=");
  return at <= 0 || at === setting.length - 1 ? [] : [setting.slice(0, at), setting.slice(at + 1)];
}

function refuseUnwritable(path: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) fail(unwritableOutput(path, "it is a folder"));
    if (found !== undefined) accessSync(path, constants.W_OK);
    // A file is replaced by renaming another one in its folder; nothing of the kind is done to a device.
    if (found === undefined || found.isFile()) accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    refuse(path, error);
  }
}

/** Writes a document: under another name first, so that no reader sees half of it. Throws a DiagnosticsError. */
export function writeOutput(path: string, text: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    if (found !== undefined && !found.isFile()) {
      // A device or a pipe, such as /dev/stderr: there is nothing to replace.
      writeFileSync(path, text);
      return;
    }
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    refuse(path, error);
  }
}

/** Turns what the file system says into a diagnostic; what is one already stays. */
function refuse(path: string, error: unknown): never {
  if (!(error instanceof Error) || !("syscall" in error)) throw error;
  fail(unwritableOutput(path, error.message));
}

/**
 * One fresh folder per run. The tools write into their temporary folder under fixed names, leave state files behind
 * after failures and killed runs, and the model may be confidential: so the folder is private and always removed.
 */
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail } from "../diagnostics/diagnostic.js";
import { noRoom, noTemporaryFolder } from "./diagnostics.js";
import { NO_ROOM } from "./disk.js";
import { errorText } from "./error-text.js";
import { claim, disclaim, removeLeftovers } from "./leftovers.js";

/** The folders of one run, all of mode 0700. */
export interface RunDirectory {
  readonly path: string;
  /** For Java's temporary files; each program started makes a folder of its own in it. */
  readonly tmp: string;
  /** For TLC's state files, likewise. */
  readonly meta: string;
}

export interface RunDirectoryOptions<T> {
  /** Leaves the folder in place: always, or when the result asks for it. A run that throws is kept only by `true`. */
  readonly keep?: boolean | ((result: T) => boolean);
}

const PREFIX = "latchwork-";

/** Folders of runs under way, removed when the process exits before they end (a second Ctrl-C). */
const open = new Set<string>();

function removeOpen(): void {
  for (const path of open) rmSync(path, { recursive: true, force: true });
}

/**
 * Calls `work` with a new directory under the system's temporary folder and removes it afterwards in every case. Throws a
 * DiagnosticsError (LW2009) where there can be none.
 */
export async function withRunDirectory<T>(
  work: (directory: RunDirectory) => Promise<T>,
  options: RunDirectoryOptions<T> = {},
): Promise<T> {
  await removeLeftovers(tmpdir(), PREFIX);
  // mkdtemp creates with mode 0700.
  const path = await mkdtemp(join(tmpdir(), PREFIX)).catch((error: unknown) =>
    fail(noTemporaryFolder(tmpdir(), errorText(error))),
  );
  const directory = { path, tmp: join(path, "tmp"), meta: join(path, "meta") };
  let keep = options.keep === true;
  remember(path, keep);
  try {
    await prepare(directory);
    const result = await work(directory);
    if (typeof options.keep === "function") keep = options.keep(result);
    return result;
  } finally {
    if (keep) await disclaim(path);
    else await rm(path, { recursive: true, force: true, maxRetries: 3 });
    forget(path);
  }
}

/**
 * Writes a file of ours into the folder of a run, or makes a folder there: `work` may fail for want of room only. Throws a
 * DiagnosticsError (LW3013) then.
 */
export async function withinRoom<T>(
  { path }: Pick<RunDirectory, "path">,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!NO_ROOM.test(errorText(error))) throw error;
    fail(noRoom("Latchwork", path, undefined));
  }
}

async function prepare({ path, tmp, meta }: RunDirectory): Promise<void> {
  try {
    await mkdir(tmp, { mode: 0o700 });
    await mkdir(meta, { mode: 0o700 });
    await claim(path);
  } catch (error) {
    fail(noTemporaryFolder(tmpdir(), errorText(error)));
  }
}

function remember(path: string, keep: boolean): void {
  if (keep) return;
  if (open.size === 0) process.on("exit", removeOpen);
  open.add(path);
}

function forget(path: string): void {
  open.delete(path);
  if (open.size === 0) process.off("exit", removeOpen);
}

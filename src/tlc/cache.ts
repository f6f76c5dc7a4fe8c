/**
 * The folder in which fetched jars live. Files get there only by a rename within the folder, so that two processes
 * may fetch at once and nobody ever sees half a jar.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { fingerprintFile, mismatch } from "./checksum.js";
import { errorCode, errorText } from "./error-text.js";
import type { Pin } from "./pins.js";
import type { Environment } from "./process.js";

/** What the cache knows about one pinned jar. */
export type CacheAnswer =
  | { readonly kind: "hit"; readonly path: string; readonly stamp: string }
  | { readonly kind: "miss" }
  /** A file was there and was not the jar it is named after; it has been deleted. */
  | { readonly kind: "corrupt"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Digits of the checksum in a file name: enough to tell any two jars apart, short enough to read. */
const NAME_DIGITS = 12;

/** The cache folder: `LATCHWORK_CACHE`, else the usual place of the operating system. It need not exist. */
export function cacheFolder(env: Environment): string {
  return env.LATCHWORK_CACHE || envPaths("latchwork", { suffix: "" }).cache;
}

/** Where the jar of a pin belongs. */
export function cachedPath(folder: string, pin: Pin): string {
  return join(folder, `${pin.stem}-${pin.sha256.slice(0, NAME_DIGITS)}.jar`);
}

/** Looks a pinned jar up and checks its content; a wrong file is deleted and reported. */
export async function lookUp(folder: string, pin: Pin): Promise<CacheAnswer> {
  const path = cachedPath(folder, pin);
  try {
    const found = await fingerprintFile(path);
    const difference = mismatch(found, pin);
    if (difference === undefined) return { kind: "hit", path, stamp: found.stamp };
    await rm(path, { force: true });
    return { kind: "corrupt", reason: `${path} was damaged and has been deleted: ${difference}` };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return { kind: "miss" };
    return { kind: "unreadable", reason: `${path} cannot be read: ${errorText(error)}` };
  }
}

/**
 * A path for a new temporary file or folder in the cache folder, which is created when missing. Throws an Error that
 * names the folder when nothing can be written there: an unwritable cache would mean a download at every run.
 */
export async function temporaryPath(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Error(`the cache folder ${folder} cannot be written`, { cause: error });
  }
  return join(folder, `incoming-${process.pid}-${randomUUID()}`);
}

/** Moves a verified file to its place; the last of several processes wins, with the same content. */
export async function moveIntoPlace(temporary: string, folder: string, pin: Pin): Promise<string> {
  const path = cachedPath(folder, pin);
  await rename(temporary, path);
  return path;
}

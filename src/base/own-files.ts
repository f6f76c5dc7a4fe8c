/**
 * Files of ours that run as a part of the program, although no checksum of them is pinned: each is made on the machine that
 * uses it. So a file's name holds its checksum, files get there by a rename, and one is used only if it is as it was made
 * and nobody else could have written it.
 */
import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file of these folders: whose name begins so and ends so has been made for the same purpose. */
export interface OwnName {
  readonly stem: string;
  /** With its dot. */
  readonly extension: string;
}

export interface OwnFile {
  readonly path: string;
  readonly content: Buffer;
}

const DAY = 24 * 60 * 60 * 1000;
/** What belongs to programs that are not used any more is megabytes of nothing. */
const KEPT = 60 * DAY;

/** Makes the folder where there is none; false where others can write in it. Throws where it cannot be made. */
export async function openOwnFolder(folder: string): Promise<boolean> {
  // Made with this mode whatever the umask; some file systems know no modes.
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return isOursAlone(await stat(folder));
}

/** The file as it was made; one that is anything else is deleted. */
export async function findOwn(folder: string, { stem, extension }: OwnName): Promise<OwnFile | undefined> {
  const names = await readdir(folder);
  for (const name of names.filter((each) => each.startsWith(`${stem}-`) && each.endsWith(extension))) {
    const path = join(folder, name);
    const content = await readOursAlone(path);
    if (content !== undefined && name === nameOf({ stem, extension }, content)) return { path, content };
    await rm(path, { force: true });
  }
  return undefined;
}

/** Moves a file that is whole to its place in the folder, and removes there what is old. Gives its new path. */
export async function putOwn(folder: string, name: OwnName, file: string): Promise<string> {
  const path = join(folder, nameOf(name, await readFile(file)));
  await rename(file, path);
  await removeOld(folder);
  return path;
}

function nameOf({ stem, extension }: OwnName, content: Uint8Array): string {
  return `${stem}-${createHash("sha256").update(content).digest("hex")}${extension}`;
}

/** What is asked and what is read is one file, whatever happens to its name meanwhile. */
async function readOursAlone(path: string): Promise<Buffer | undefined> {
  const file = await open(path);
  try {
    return isOursAlone(await file.stat()) ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}

function isOursAlone({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // What another process is at work on may be gone by now.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > KEPT)
      await rm(path, { recursive: true, force: true });
  }
}

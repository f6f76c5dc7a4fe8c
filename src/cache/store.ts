/**
 * Files that are known by the content of what they answer. Nothing here locks: an entry is written under another name
 * and renamed, so whoever reads at the same time sees all of it or nothing, and two who write one entry write the same.
 * A cache is never in the way: what cannot be read is not there, what cannot be written is not kept.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { digestText } from "./digest.js";

/** What an entry is about; a part of its file's name. */
export type EntryKind = "java" | "reading" | "verdict" | "models";

export interface Store {
  readonly folder: string;
  /**
   * The value that was kept under a digest, or undefined. `accept` says what a value of this kind looks like, and gives
   * undefined for any other; an entry that is damaged, or that it does not accept, is removed.
   */
  read<T>(kind: EntryKind, key: string, accept: (value: unknown) => T | undefined): T | undefined;
  /** Keeps plain JSON data, where they are what the schema of the kind says. */
  write(kind: EntryKind, key: string, value: unknown): Promise<void>;
  /** Why nothing more is kept, once something could not be written. */
  trouble(): string | undefined;
  /** Whether anything was written. */
  isChanged(): boolean;
}

/** Bytes of all entries together; what was used least recently goes. */
export const MOST_BYTES = 256 * 2 ** 20;

/** An entry is used at most this much later than its file's time says. */
const TOUCH_AFTER_MS = 10 * 60_000;
/** Of a writer that was killed. */
const ABANDONED_AFTER_MS = 60 * 60_000;

const ENTRY = /^[0-9a-f]{64}\.(java|reading|verdict|models)$/;
const TEMPORARY = /^[0-9a-f-]{36}\.tmp$/;

/** The store in a folder, which need not exist. */
export function openStore(folder: string): Store {
  let trouble: string | undefined;
  let isChanged = false;
  return {
    folder,
    read(kind, key, accept) {
      const path = pathOf(folder, kind, key);
      const bytes = bytesOf(path);
      if (bytes === undefined) return undefined;
      const value = unpack(kind, key, bytes);
      const accepted = value === undefined ? undefined : accept(value);
      if (accepted === undefined) remove(path);
      return accepted;
    },
    async write(kind, key, value) {
      if (trouble !== undefined) return;
      const path = pathOf(folder, kind, key);
      const temporary = join(path, "..", `${randomUUID()}.tmp`);
      try {
        const { checkedEntry } = await import("./schemas.js");
        const content = pack(kind, key, checkedEntry(kind, value));
        // Models and their counterexamples may be nobody else's business.
        mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
        writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
        renameSync(temporary, path);
        isChanged = true;
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
        remove(temporary);
      }
    },
    trouble: () => trouble,
    isChanged: () => isChanged,
  };
}

/** Removes what was used least recently until no more than `most` bytes are left, and what killed writers left. */
export function trim(folder: string, most: number = MOST_BYTES): void {
  const now = Date.now();
  const files = filesOf(folder);
  const abandoned = files.filter(({ name, used }) => TEMPORARY.test(name) && now - used > ABANDONED_AFTER_MS);
  for (const { path } of abandoned) remove(path);
  const entries = files.filter(({ name }) => ENTRY.test(name)).sort((a, b) => a.used - b.used);
  let bytes = entries.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of entries) {
    if (bytes <= most) return;
    remove(path);
    bytes -= size;
  }
}

/** Removes every entry, and the folder where nothing else is in it. */
export function clean(folder: string): { readonly entries: number; readonly bytes: number } {
  const files = filesOf(folder);
  for (const { path } of files) rmSync(path, { force: true });
  const folders = [...new Set(files.map(({ path }) => join(path, ".."))), folder];
  for (const each of folders) removeEmpty(each);
  const entries = files.filter(({ name }) => ENTRY.test(name));
  return { entries: entries.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

/** Digests are hexadecimal: nothing that a user wrote is ever part of a path. */
function pathOf(folder: string, kind: EntryKind, key: string): string {
  return join(folder, key.slice(0, 2), `${key}.${kind}`);
}

/** The whole file, marked as used just now. */
function bytesOf(path: string): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const isOld = Date.now() - fstatSync(file).mtimeMs > TOUCH_AFTER_MS;
    const bytes = readFileSync(file);
    if (isOld) touch(path);
    return bytes;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // A cache that is only read is used all the same.
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be removed it is found damaged again, and computed again.
  }
}

/** A checksum of what is kept together with what it is kept as, a line break, and the compressed JSON. */
function pack(kind: EntryKind, key: string, value: unknown): Buffer {
  const body = gzipSync(JSON.stringify(value), { level: 1 });
  return Buffer.concat([Buffer.from(`${checksum(kind, key, body)}\n`), body]);
}

function unpack(kind: EntryKind, key: string, bytes: Buffer): unknown {
  const end = bytes.indexOf("\n");
  const body = bytes.subarray(end + 1);
  if (end < 0 || bytes.subarray(0, end).toString("latin1") !== checksum(kind, key, body)) return undefined;
  try {
    return JSON.parse(gunzipSync(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

function checksum(kind: EntryKind, key: string, body: Uint8Array): string {
  return digestText(`${kind} ${key} ${digestText(body)}`);
}

interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** In milliseconds. */
  readonly used: number;
}

/** The files that a store makes, and no others that may be in its folder. */
function filesOf(folder: string): StoredFile[] {
  const folders = namesIn(folder).filter((name) => /^[0-9a-f]{2}$/.test(name));
  return folders.flatMap((name) =>
    namesIn(join(folder, name)).flatMap((file) => {
      if (!ENTRY.test(file) && !TEMPORARY.test(file)) return [];
      const path = join(folder, name, file);
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ name: file, path, size: found.size, used: found.mtimeMs }];
    }),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something else is in it.
  }
}

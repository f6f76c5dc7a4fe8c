/** What a file is, told by its content; used for jars, which are known by checksum only. */
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Pin } from "./pins.js";

/** A file's content in numbers. */
export interface Fingerprint {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** True when it starts as every zip archive, and so every jar, does. */
  readonly isArchive: boolean;
  /** Of the file that was read; see {@link stampOf}. */
  readonly stamp: string;
}

/** Signature of a zip file's first local header: PKWARE APPNOTE.TXT, section 4.3.7. */
const ZIP_SIGNATURE = Buffer.from([0x50, 0x4b, 0x03, 0x04]);

/** Reads and hashes a file; throws the error of the file system when it cannot be read. */
export async function fingerprintFile(path: string): Promise<Fingerprint> {
  const file = await open(path);
  try {
    return await fingerprint(file);
  } finally {
    await file.close();
  }
}

async function fingerprint(file: FileHandle): Promise<Fingerprint> {
  const stamp = stampText(await file.stat({ bigint: true }));
  const content = await file.readFile();
  return {
    stamp,
    sha256: createHash("sha256").update(content).digest("hex"),
    size: content.length,
    isArchive: content.subarray(0, ZIP_SIGNATURE.length).equals(ZIP_SIGNATURE),
  };
}

/**
 * Tells the file at this path apart from any other that was or will be there, and from itself after a change of its
 * content: whatever replaces or changes a file leaves another number or time. Throws the error of the file system.
 */
export async function stampOf(path: string): Promise<string> {
  return stampText(await stat(path, { bigint: true }));
}

function stampText({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/** Says how a file differs from what was pinned, or undefined when it does not. */
export function mismatch(found: Pick<Fingerprint, "sha256" | "size">, pin: Pin): string | undefined {
  if (found.size !== pin.size) return `it has ${found.size} bytes instead of ${pin.size}`;
  if (found.sha256 !== pin.sha256) return `its sha256 is ${found.sha256} instead of ${pin.sha256}`;
  return undefined;
}

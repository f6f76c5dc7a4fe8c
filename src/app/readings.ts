/**
 * Specs that have not changed since an earlier run. Reading a spec is a function of the bytes of its files, of those that
 * it imports, and of Latchwork itself: where they are the same, it has no errors, its cases have the names that they
 * had, and each compiles to what it compiled to.
 */
import { readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { digest, digestText } from "../cache/digest.js";
import { asReading } from "../cache/entries.js";
import type { Reading } from "../cache/schemas.js";
import type { SpecPath } from "./project.js";
import type { Remembering } from "./remembering.js";
import type { SessionRequest } from "./session.js";

export interface ReadingRequest extends Remembering {
  readonly root: string;
  readonly memory: SessionRequest["memory"];
}

/** Settings change what a spec compiles to, and whether any spec knows them is a question to all of them. */
export function isReadable({ settings }: Pick<SessionRequest, "settings">): boolean {
  return settings.length === 0;
}

/** The name that a file has in reports and entries. */
export function nameIn(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

export function readingKey({ build, memory }: ReadingRequest, name: string): string {
  return digest({ what: "reading", build, name, memory });
}

/** A source without the byte order mark, as the front end reads it; undefined where there is none. */
export function sourceDigest(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return digestText(hasMark ? bytes.subarray(3) : bytes);
  } catch {
    return undefined;
  }
}

/** A spec that is known from an earlier run. */
export interface KnownSpec {
  readonly path: string;
  readonly name: string;
  readonly reading: Reading;
}

/**
 * Of these files the ones that are as they were. The others must be read, and with them any that is no spec by itself
 * and that none of the known ones imports: it may be a part of a spec that has changed, or a spec without cases.
 */
export function recallSpecs(
  request: ReadingRequest,
  paths: readonly SpecPath[],
): { readonly known: readonly KnownSpec[]; readonly open: readonly SpecPath[] } {
  const digests = new Map<string, string | undefined>();
  const current = (path: string) => {
    if (!digests.has(path)) digests.set(path, sourceDigest(path));
    return digests.get(path);
  };
  const found = paths.map(({ path, named }) => {
    const name = nameIn(request.root, path);
    const reading = request.store.read("reading", readingKey(request, name), asReading);
    const isSame = reading?.sources.every(
      (source) => current(join(request.root, source.path)) === source.sha256,
    );
    const isUsable = isSame === true && (reading!.isSpec || !named);
    return { path, named, name, reading: isUsable ? reading : undefined };
  });
  const imported = new Set(
    found.flatMap(({ reading }) => reading?.imports.map((name) => resolve(request.root, name)) ?? []),
  );
  const known: KnownSpec[] = [];
  const open: SpecPath[] = [];
  for (const { path, named, name, reading } of found) {
    if (reading === undefined || !(reading.isSpec || imported.has(path))) open.push({ path, named });
    else if (reading.isSpec) known.push({ path, name, reading });
  }
  return { known, open };
}

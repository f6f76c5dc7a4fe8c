/**
 * Finding the TLA+ tools. The order is a contract (flag, environment, cache, download, Maven); a jar that the user
 * named is used or refused, the others are tried until one delivers, and the final error tells what each one said.
 */
import { fail } from "../diagnostics/diagnostic.js";
import { cacheFolder, lookUp } from "./cache.js";
import { type Fingerprint, fingerprintFile, mismatch, stampOf } from "./checksum.js";
import { type Attempt, jarRefused, noJar, searchInterrupted } from "./diagnostics.js";
import { type DownloadProgress, download } from "./download.js";
import { errorText } from "./error-text.js";
import { fetchWithMaven } from "./maven.js";
import { MAVEN_COORDINATES, MAVEN_PIN, type Pin, RELEASE_PIN, RELEASE_URL } from "./pins.js";
import type { Environment } from "./process.js";

export interface Jar {
  readonly path: string;
  readonly source: "flag" | "environment" | "cache" | "download" | "maven";
  readonly sha256: string;
  /** Of the file that has this checksum: see checksum.ts. */
  readonly stamp: string;
  /** Such as `v1.7.4 (TLC 2.19)`. */
  readonly version: string;
  /** True when more than one worker can miss a violated temporal property; command.ts acts on it. */
  readonly needsOneWorkerForLiveness: boolean;
  /** What the user should know though a jar was found, such as a damaged file that had to be replaced. */
  readonly notes: readonly string[];
}

export interface JarOptions {
  /** The value of `--tlc-jar`. */
  readonly tlcJar?: string;
  readonly env: Environment;
  readonly onProgress?: DownloadProgress;
  readonly signal?: AbortSignal;
  /** What may be started and where it is fetched; only tests change it. */
  readonly origin?: JarOrigin;
}

/** The two known jars and the address of the first. */
export interface JarOrigin {
  readonly url: string;
  readonly release: Pin;
  readonly maven: Pin;
}

const ORIGIN: JarOrigin = { url: RELEASE_URL, release: RELEASE_PIN, maven: MAVEN_PIN };

/**
 * The first jar in the order `--tlc-jar`, `TLA2TOOLS_JAR`, cache, download, Maven. Throws a DiagnosticsError: LW2003
 * when no source delivers, LW2004 when a named jar is not one of the pinned two, LW2007 when aborted.
 */
export async function findJar(options: JarOptions): Promise<Jar> {
  const origin = options.origin ?? ORIGIN;
  const named = options.env.TLA2TOOLS_JAR;
  if (options.tlcJar !== undefined) return namedJar(options.tlcJar, "flag", origin);
  if (named) return namedJar(named, "environment", origin);
  const folder = cacheFolder(options.env);
  const cached = await fromCache(folder, origin);
  if (cached.jar !== undefined) return cached.jar;
  const attempts: Attempt[] = [
    { source: "--tlc-jar", reason: "not given" },
    { source: "TLA2TOOLS_JAR", reason: "not set" },
    { source: `the cache ${folder}`, reason: cached.reason },
  ];
  for (const fetcher of fetchers(folder, origin, options)) {
    if (options.signal?.aborted) fail(searchInterrupted("the TLA+ tools"));
    try {
      const path = await fetcher.fetch();
      const found = await fingerprintFile(path);
      const difference = mismatch(found, fetcher.pin);
      if (difference !== undefined) throw new Error(`it was changed at once: ${difference}`);
      return jarOf({ path, stamp: found.stamp }, fetcher.kind, fetcher.pin, cached.notes);
    } catch (error) {
      attempts.push({ source: fetcher.source, reason: errorText(error) });
    }
  }
  if (options.signal?.aborted) fail(searchInterrupted("the TLA+ tools"));
  fail(noJar(attempts));
}

interface Fetcher {
  readonly kind: "download" | "maven";
  readonly source: string;
  readonly pin: Pin;
  readonly fetch: () => Promise<string>;
}

function fetchers(folder: string, origin: JarOrigin, { env, signal, onProgress }: JarOptions): Fetcher[] {
  const common = { folder, env, ...(signal === undefined ? {} : { signal }) };
  const progress = onProgress === undefined ? {} : { onProgress };
  return [
    {
      kind: "download",
      source: `the download ${origin.url}`,
      pin: origin.release,
      fetch: () => download({ ...common, ...progress, url: origin.url, pin: origin.release }),
    },
    {
      kind: "maven",
      source: `Maven (${MAVEN_COORDINATES})`,
      pin: origin.maven,
      fetch: () => fetchWithMaven({ ...common, pin: origin.maven }),
    },
  ];
}

/** Whether the jar's file is still the one that was verified. */
export async function isUnchanged({ path, stamp }: Jar): Promise<boolean> {
  return (await stampOf(path).catch(() => undefined)) === stamp;
}

function jarOf(
  { path, stamp }: Pick<Jar, "path" | "stamp">,
  source: Jar["source"],
  pin: Pin,
  notes: readonly string[],
): Jar {
  const { sha256, version, needsOneWorkerForLiveness } = pin;
  return { path, stamp, source, sha256, version, needsOneWorkerForLiveness, notes };
}

async function namedJar(path: string, source: "flag" | "environment", origin: JarOrigin): Promise<Jar> {
  const name = source === "flag" ? "--tlc-jar" : "TLA2TOOLS_JAR";
  const pins = [origin.release, origin.maven];
  let found: Fingerprint;
  try {
    found = await fingerprintFile(path);
  } catch (error) {
    fail(jarRefused(name, path, `it cannot be read: ${errorText(error)}`, pins));
  }
  const pin = pins.find(({ sha256 }) => sha256 === found.sha256);
  if (pin !== undefined) return jarOf({ path, stamp: found.stamp }, source, pin, []);
  const what = found.isArchive ? "it is another jar" : "it is not a jar";
  fail(jarRefused(name, path, `${what}: ${found.size} bytes, sha256 ${found.sha256}`, pins));
}

/** The newer tools first. The reason is for the final error, the notes are for when a later source delivers. */
async function fromCache(
  folder: string,
  origin: JarOrigin,
): Promise<{ jar?: Jar; reason: string; notes: readonly string[] }> {
  const notes: string[] = [];
  for (const pin of [origin.release, origin.maven]) {
    const answer = await lookUp(folder, pin);
    if (answer.kind === "hit") return { jar: jarOf(answer, "cache", pin, notes), reason: "", notes };
    if (answer.kind !== "miss") notes.push(answer.reason);
  }
  return { reason: notes.length > 0 ? notes.join("; ") : "holds no jar", notes };
}

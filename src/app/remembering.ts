/**
 * What a run of `check` remembers for later ones. Two things, each known by everything that decides it: what reading a
 * spec gave (readings), by the bytes of its files; and what the engines said about a case (verdicts), by what was
 * read of it. Nothing here loads the compiler: a run that has all its answers is over before that is there.
 */

import { statSync } from "node:fs";
import { join } from "node:path";
import { buildIdentity } from "../cache/build-identity.js";
import { digest } from "../cache/digest.js";
import { asKnownJava } from "../cache/entries.js";
import { openStore, type Store, trim } from "../cache/store.js";
import { identify, toolsAtHand } from "../tlc/at-hand.js";
import { cacheFolder } from "../tlc/cache.js";
import type { Java } from "../tlc/java.js";
import type { Tools } from "../tlc/tools.js";
import type { SessionRequest } from "./session.js";

export interface Remembering {
  readonly store: Store;
  /** What is kept by another build of Latchwork is not known to this one. */
  readonly build: string;
}

/**
 * The folder in which the verdicts of a project are kept. It goes with the installed packages where there are any, as
 * the caches of other tools do, so that removing those removes it as well; else it is in the user's cache folder.
 */
export function rememberingFolder(root: string, env: SessionRequest["env"]): string {
  const packages = join(root, "node_modules");
  const isThere = statSync(packages, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere ? join(packages, ".cache", "latchwork") : join(cacheFolder(env), "verdicts");
}

export function openRemembering(folder: string): Remembering {
  return { store: openStore(folder), build: buildIdentity() };
}

/** At the end of a run: keeps the folder within its bound, and says where nothing could be kept. */
export function closeRemembering({ store }: Remembering, onNote: SessionRequest["onNote"]): void {
  if (store.isChanged()) trim(store.folder);
  const trouble = store.trouble();
  if (trouble !== undefined) onNote?.(`verdicts of this run are not remembered: ${trouble}`);
}

/** The tools, where that takes no start of a JVM and no download. */
export function knownTools(
  { store }: Remembering,
  { env, java, tlcJar }: Pick<SessionRequest, "env" | "java" | "tlcJar">,
): Promise<Tools | undefined> {
  return toolsAtHand({
    env,
    ...(java === undefined ? {} : { java }),
    ...(tlcJar === undefined ? {} : { tlcJar }),
    recall: (identity) => store.read("java", digest(identity), asKnownJava),
  });
}

/** Spares later runs to ask this Java for its version. */
export async function rememberJava({ store }: Remembering, { path, version, major }: Java): Promise<void> {
  const identity = identify(path);
  if (identity !== undefined) await store.write("java", digest(identity), { version, major });
}

/**
 * Checkpoints of long runs, from which a later run goes on. TLC writes them into the run's folder, file by file, and goes on
 * changing what lies beside them; so each is copied as soon as TLC says that it is whole, and the copy put in place by a
 * rename. What was put in place is never changed, whoever is killed when.
 *
 * It holds the states that wait to be explored and the way to all states found so far, from which TLC finds their
 * fingerprints again: what was explored stays explored, and nothing is left out.
 */
import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { stampOf } from "./checksum.js";
import type { Jar } from "./jar.js";
import type { TlcMessage } from "./messages.js";

export interface Checkpoints {
  /** Where they are kept, those of each model in a folder of its own; it need not exist. */
  readonly folder: string;
  readonly everySeconds: number;
}

/**
 * The folder for the checkpoint of a run: the same only for the same model, question and program. The module must extend
 * none but TLC's own.
 */
export async function checkpointPath(
  { folder }: Checkpoints,
  { moduleFile, configFile, jar }: { moduleFile: string; configFile: string; jar: Jar },
): Promise<string> {
  const hash = createHash("sha256").update(`checkpoint 1\n${jar.sha256}\n`);
  for (const file of [moduleFile, configFile]) {
    const text = await readFile(file, "utf8");
    hash.update(`${text.length}\n${text}`);
  }
  return join(folder, hash.digest("hex").slice(0, 32));
}

/** Copies a kept checkpoint into TLC's folder for states; the result is what TLC is to recover from, if anything. */
export async function restore(kept: string, meta: string): Promise<string | undefined> {
  const path = join(meta, "recovered");
  try {
    await cp(kept, path, { recursive: true });
    return path;
  } catch {
    // There is none: the run begins at the beginning.
    await rm(path, { recursive: true, force: true });
    return undefined;
  }
}

/** Codes of tlc2/output/EC.java. */
const BEGINS = 2195;
const ENDS = 2196;

export interface Keeper {
  /** Told of each message of TLC. */
  readonly note: (message: TlcMessage) => void;
  /** Resolves when nothing is being copied any more. */
  readonly done: () => Promise<void>;
}

/** Copies each checkpoint that TLC writes in a folder of `meta` to `kept`, where it takes the place of the one before. */
export function createKeeper(meta: string, kept: string): Keeper {
  let begun = 0;
  let copying: Promise<void> = Promise.resolve();
  return {
    note: ({ code }) => {
      if (code === BEGINS) begun++;
      if (code !== ENDS) return;
      const own = begun;
      // Without a checkpoint the run is as good, and begins at the beginning when it was cut off.
      copying = keep(meta, kept, () => begun === own).catch(() => undefined);
    },
    done: () => copying,
  };
}

/** @param isCurrent false as soon as TLC writes another */
async function keep(meta: string, kept: string, isCurrent: () => boolean): Promise<void> {
  const [name] = await readdir(meta);
  if (name === undefined) return;
  const source = join(meta, name);
  const temporary = `${kept}.${randomUUID()}.tmp`;
  try {
    await mkdir(join(kept, ".."), { recursive: true, mode: 0o700 });
    const before = await stampsOf(source);
    await cp(source, temporary, { recursive: true });
    if (!isCurrent() || (await stampsOf(source)) !== before) return;
    await rm(kept, { recursive: true, force: true });
    await rename(temporary, kept);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** After a verdict nobody goes on from it. */
export async function drop(kept: string): Promise<void> {
  await rm(kept, { recursive: true, force: true });
}

async function stampsOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".chkpt")).toSorted();
  const stamps = await Promise.all(names.map((name) => stampOf(join(folder, name))));
  return names.map((name, n) => `${name} ${stamps[n]}`).join("\n");
}

/**
 * The room that TLC's states take on the disk. A large model writes gigabytes, and a full disk does not only end TLC: it
 * is in the way of everybody else on the machine. So TLC is stopped while there is some left.
 */
import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

/** Why there is no more room; numbers in bytes. */
export interface DiskShortage {
  readonly taken: number;
  /** On the file system. */
  readonly free: number;
  /** What the user allowed, where that was the reason. */
  readonly limit?: number;
}

const MEBIBYTE = 2 ** 20;
const EVERY_MILLISECONDS = 2000;

/** So much is left to others: on a small file system, such as one in memory, a fiftieth of it. */
const reserve = (total: number) => Math.min(256 * MEBIBYTE, total / 50);

/** What the operating systems say when nothing more can be written, in TLC's output and in errors of our own. */
export const NO_ROOM =
  /No space left on device|Disk quota exceeded|not enough space on the disk|ENOSPC|EDQUOT/;

/** Bytes of all files under the folder; what goes while it looks counts as nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const sizes = await Promise.all(
    entries.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Whether there is still room for what is written into the folder; undefined where there is. */
export async function shortageIn(folder: string, limit?: number): Promise<DiskShortage | undefined> {
  const [taken, { bsize, bavail, blocks }] = await Promise.all([sizeOf(folder), statfs(folder)]);
  const free = bavail * bsize;
  if (limit !== undefined && taken > limit) return { taken, free, limit };
  return free < reserve(blocks * bsize) ? { taken, free } : undefined;
}

/** Looks into the folder again and again, and calls `onShort` once; the result ends the watch. */
export function watchDisk(
  folder: string,
  limit: number | undefined,
  onShort: (shortage: DiskShortage) => void,
): () => void {
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    // A folder that cannot be looked at is TLC's to complain about.
    const shortage = await shortageIn(folder, limit).catch(() => undefined);
    looking = false;
    if (shortage === undefined || ended) return;
    stop();
    onShort(shortage);
  };
  let ended = false;
  const timer = setInterval(() => void look(), EVERY_MILLISECONDS);
  const stop = () => {
    ended = true;
    clearInterval(timer);
  };
  timer.unref();
  return stop;
}

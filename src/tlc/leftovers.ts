/**
 * What a run leaves behind that was killed and could not clean up: its folder, and a Java that goes on in it. The next
 * run removes the folder, and TLC ends for want of its files. A folder says who works in it; one that does not is kept.
 */
import { readlinkSync } from "node:fs";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** Name of the file in a run's folder. */
const OWNER = "owner";

/** Processes are known by number only to those of the same machine, and of the same container. */
function here(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Notes in the folder that this process works in it. */
export async function claim(folder: string): Promise<void> {
  await writeFile(join(folder, OWNER), `${process.pid} ${here()}\n`);
}

/** Takes the note away: the folder is to stay. */
export async function disclaim(folder: string): Promise<void> {
  await rm(join(folder, OWNER), { force: true });
}

/** Removes folders with this prefix whose owner is not there any more. Whatever stands in the way is left alone. */
export async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  const candidates = names.filter((name) => name.startsWith(prefix)).map((name) => join(parent, name));
  await Promise.all(
    candidates.map(async (folder) => {
      if (await isAbandoned(folder).catch(() => false)) {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      }
    }),
  );
}

async function isAbandoned(folder: string): Promise<boolean> {
  const { uid } = await stat(folder);
  if (process.getuid !== undefined && uid !== process.getuid()) return false;
  const note = await readFile(join(folder, OWNER), "utf8");
  const [pid = "", ...place] = note.trimEnd().split(" ");
  return place.join(" ") === here() && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

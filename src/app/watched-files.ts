/** Which files a watch looks at, and when they have changed. */
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { watch as watchPaths } from "chokidar";
import { defaultFolder } from "./project.js";
import type { SessionRequest } from "./session.js";

export interface WatchedFiles {
  /** Watches one more file. */
  add(path: string): void;
  /**
   * Absolute paths of files that have changed since it was asked last, once nothing more changes for `settle`
   * milliseconds; undefined when the request is aborted. `onFirst` is called as soon as one has.
   */
  nextChange(settle: number, onFirst?: () => void): Promise<readonly string[] | undefined>;
  close(): Promise<void>;
}

const IGNORED: ReadonlySet<string> = new Set(["node_modules", "dist", "generated", ".git"]);

/** Watches the files and folders of a request, those that are not there yet included. */
export async function watchFiles(
  root: string,
  { cwd, paths, signal }: Pick<SessionRequest, "cwd" | "paths" | "signal">,
): Promise<WatchedFiles> {
  const wanted = paths.length > 0 ? paths.map((path) => resolve(cwd, path)) : [defaultFolder(root)];
  const changed = new Set<string>();
  const aborted = new Promise<void>((done) =>
    signal?.addEventListener("abort", () => done(), { once: true }),
  );
  let wake: () => void = () => undefined;
  const watcher = watchPaths([...wanted], {
    ignoreInitial: true,
    ignored: (path) => IGNORED.has(basename(path)) || !(isFolder(path) || isSource(path)),
  });
  watcher.on("all", (_event, path) => {
    if (!isSource(path)) return;
    changed.add(resolve(path));
    wake();
  });
  // What cannot be watched, such as one folder too many for the system, is seen at the next save of another.
  watcher.on("error", () => undefined);
  await new Promise<void>((ready) => watcher.once("ready", ready));
  return {
    add: (path) => void watcher.add(path),
    async nextChange(settle, onFirst) {
      while (changed.size === 0 && signal?.aborted !== true) {
        const woken = new Promise<void>((done) => {
          wake = done;
        });
        await Promise.race([woken, aborted]);
      }
      onFirst?.();
      for (let before = -1; before !== changed.size && signal?.aborted !== true; ) {
        before = changed.size;
        await delay(settle);
      }
      if (signal?.aborted === true) return undefined;
      const paths = [...changed].sort();
      changed.clear();
      return paths;
    },
    // Not inside of an event of its own: then handles would be left.
    close: async () => {
      await delay(0);
      await watcher.close();
    },
  };
}

function isSource(path: string): boolean {
  return path.endsWith(".ts") && !path.endsWith(".d.ts");
}

/** What is gone may have been one. */
function isFolder(path: string): boolean {
  return !existsSync(path) || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true);
}

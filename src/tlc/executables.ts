/**
 * Looking programs up on PATH ourselves, rather than leaving it to the operating system, so that a report can say
 * which file was meant and which folders were searched.
 */
import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Environment } from "./process.js";

/** Suffixes a program may have on Windows, where PATHEXT decides; none elsewhere. */
function suffixes(env: Environment): readonly string[] {
  if (process.platform !== "win32") return [""];
  return (env.PATHEXT ?? ".COM;.EXE;.BAT;.CMD").split(";");
}

/** True for a file that this user may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Full path of program `name` in the folder `folder`, or undefined. */
export async function findInFolder(
  folder: string,
  name: string,
  env: Environment,
): Promise<string | undefined> {
  for (const suffix of suffixes(env)) {
    const path = join(folder, name + suffix);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Full path of the first program `name` on the PATH of `env`, or undefined. */
export async function findOnPath(name: string, env: Environment): Promise<string | undefined> {
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    const path = await findInFolder(folder, name, env);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** `latchwork clean`: forgets what runs of `check` have found. */
import { clean } from "../cache/store.js";
import { findRoot } from "./project.js";
import { rememberingFolder } from "./remembering.js";

export interface Cleaned {
  readonly folder: string;
  readonly entries: number;
  readonly bytes: number;
}

/** Removes the remembered verdicts of the project that the folder `cwd` is in. */
export function forgetVerdicts(cwd: string, env: Readonly<Record<string, string | undefined>>): Cleaned {
  const folder = rememberingFolder(findRoot(cwd), env);
  return { folder, ...clean(folder) };
}

/** Builds dist/ once before the e2e tests, unless it is fresh. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repository } from "./source-tree.js";

export default function setup(): void {
  execFileSync(process.execPath, [join(repository, "scripts/build.mjs")], { stdio: "inherit" });
}

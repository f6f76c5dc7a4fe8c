/**
 * Builds dist/ from src/, unless it is newer than everything that it is made from; with --force in any case. The old
 * dist/ stays until the new one is whole, and nothing of it remains: no module of a source that is gone.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildClient } from "./build-client.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
/** Java compiles it itself when it is started. */
const JAVA = "tlc/TranslateEach.java";
const fresh = join(root, `.dist-${process.pid}`);

/** When this was last changed; of a folder, when anything in it was, or was removed. */
function changed(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

function isStale() {
  const entry = join(dist, "cli/main.js");
  if (!existsSync(entry)) return true;
  const built = changed(entry);
  const sources = ["src", "scripts", "tsconfig.json", "tsconfig.build.json", "package.json"];
  return sources.some((name) => changed(join(root, name)) >= built);
}

if (process.argv.includes("--force") || isStale()) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", fresh], {
      cwd: root,
      stdio: "inherit",
    });
    await buildClient(root, fresh);
    copyFileSync(join(root, "src", JAVA), join(fresh, JAVA));
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } catch (error) {
    // tsc or esbuild has said what is wrong.
    process.exitCode = error.status ?? 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

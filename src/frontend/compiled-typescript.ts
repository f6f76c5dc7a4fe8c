/**
 * TypeScript's compiler as V8 has compiled it before: to compile its ten megabytes anew takes an eighth of a small check.
 * What V8 makes of it is kept beside the jar, one file for each of TypeScript's. V8 takes it only from the same V8; that it
 * is of the same text is for us to see to. Whatever goes wrong with it, TypeScript is loaded as any module is.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";
import { findOwn, type OwnName, openOwnFolder, putOwn } from "../base/own-files.js";

/** What was compiled in this run and is not kept yet. */
export interface CompiledTypeScript {
  /** Keeps it, for the next run; at the end of this one, when V8 has compiled all that it needed. */
  keep(): Promise<void>;
}

const require = createRequire(import.meta.url);
const DIGITS = 12;

/** Loads TypeScript for `typescript.ts`, which is to be imported behind this. `folder` need not exist. */
export async function loadTypeScript(folder: string): Promise<CompiledTypeScript> {
  const fresh: { readonly name: OwnName; readonly script: Script }[] = [];
  try {
    // A watch comes here at every save.
    const missing = filesOfTypeScript().filter((path) => require.cache[path] === undefined);
    if (missing.length > 0 && (await openOwnFolder(folder))) {
      for (const path of missing) {
        const name = await nameOf(path);
        const script = await load(path, (await findOwn(folder, name))?.content);
        if (script !== undefined) fresh.push({ name, script });
      }
    }
  } catch {
    // A folder that cannot be read or written, or a TypeScript that is built in another way: slower, and not worth a word.
  }
  return { keep: () => keep(folder, fresh) };
}

/** In the order in which they need each other. */
function filesOfTypeScript(): string[] {
  const morph = require.resolve("ts-morph");
  const common = createRequire(morph).resolve("@ts-morph/common");
  return [join(dirname(common), "typescript.js"), common, morph];
}

/** For this file as it is, and this V8 with its flags: V8 compares no more than the length of the text. */
async function nameOf(path: string): Promise<OwnName> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  const facts = [process.version, process.arch, cachedDataVersionTag(), path, size, mtimeMs, ctimeMs, ino];
  const key = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, DIGITS);
  return { stem: `typescript-${key}`, extension: ".v8" };
}

/** Runs a module as Node.js does, from what was compiled before. The script where V8 had to compile it again. */
async function load(path: string, cachedData: Buffer | undefined): Promise<Script | undefined> {
  const text = await readFile(path, "utf8");
  const script = new Script(`(function (exports, require, module, __filename, __dirname) { ${text}\n})`, {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  try {
    const { exports } = module;
    script.runInThisContext().call(exports, exports, createRequire(path), module, path, dirname(path));
    module.loaded = true;
  } catch (error) {
    delete require.cache[path];
    throw error;
  }
  return cachedData === undefined || script.cachedDataRejected === true ? script : undefined;
}

async function keep(folder: string, fresh: readonly { readonly name: OwnName; readonly script: Script }[]) {
  if (fresh.length === 0) return;
  let temporary: string | undefined;
  try {
    temporary = await mkdtemp(join(folder, "incoming-"));
    for (const { name, script } of fresh) {
      const file = join(temporary, name.stem);
      await writeFile(file, script.createCachedData(), { mode: 0o644 });
      await putOwn(folder, name, file);
    }
  } catch {
    // As above: the next run tries again.
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

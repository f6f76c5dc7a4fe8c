/**
 * A class-data-sharing archive: the tools' classes as Java keeps them in memory, so that it need not read, check and
 * link them at every start. It takes half of the work out of a small check. One is made per Java and jar, beside
 * the jar, when the tools are looked for and there is none yet; whatever goes wrong with it, the tools run without.
 *
 * Java maps the file and believes it: one that was cut off crashes it. See base/own-files.ts for what that asks of it.
 */
import { createHash } from "node:crypto";
import { mkdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findOwn, type OwnName, openOwnFolder, putOwn } from "../base/own-files.js";
import { cacheFolder, temporaryPath } from "./cache.js";
import { trainingArguments } from "./command.js";
import type { Jar } from "./jar.js";
import type { Java } from "./java.js";
import { type Environment, runProcess } from "./process.js";
import { TRAINING_CONFIG, TRAINING_MODULE } from "./training.js";

export interface ArchiveRequest {
  readonly java: Java;
  readonly jar: Jar;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** Before this version Java can make no archive of what a program loads (JEP 350). */
const OLDEST_JAVA = 13;

/** It takes two seconds, on a busy machine ten. */
const TIMEOUT_SECONDS = 60;

const DIGITS = 12;
const DAY = 24 * 60 * 60 * 1000;

/** Path of the archive for this Java and jar, made now where there is none; undefined where there can be none. */
export async function findArchive(request: ArchiveRequest): Promise<string | undefined> {
  if (request.java.major < OLDEST_JAVA) return undefined;
  const folder = join(cacheFolder(request.env), "archives");
  try {
    const key = await keyOf(request);
    if (!(await openOwnFolder(folder))) return undefined;
    return (await findOwn(folder, nameOf(key)))?.path ?? (await make(folder, key, request));
  } catch {
    // A cache that cannot be read or written: slower, and not worth a word.
    return undefined;
  }
}

/** Java compares path, size and time of the jar with those that the archive was made with. */
async function keyOf({ java, jar }: ArchiveRequest): Promise<string> {
  const program = await realpath(java.path);
  const facts = [program, (await stat(program)).mtimeMs, java.version, jar.path, jar.sha256];
  facts.push((await stat(jar.path)).mtimeMs, TRAINING_MODULE, TRAINING_CONFIG);
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, DIGITS);
}

const nameOf = (key: string): OwnName => ({ stem: `tlc-${key}`, extension: ".jsa" });
/** Stands where this Java made no archive, so that not every run tries it again. */
const refusalName = (key: string) => `tlc-${key}.none`;

async function make(folder: string, key: string, request: ArchiveRequest): Promise<string | undefined> {
  const refusal = join(folder, refusalName(key));
  const refused = await stat(refusal).catch(() => undefined);
  if (refused !== undefined && Date.now() - refused.mtimeMs < DAY) return undefined;
  const temporary = await temporaryPath(folder);
  try {
    await mkdir(temporary, { mode: 0o700 });
    const file = await train(temporary, request);
    if (request.signal?.aborted) return undefined;
    if (file === undefined) {
      await writeFile(refusal, "");
      return undefined;
    }
    return await putOwn(folder, nameOf(key), file);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs TLC on a small model and has Java write down what it loaded for it. */
async function train(folder: string, { java, jar, signal }: ArchiveRequest): Promise<string | undefined> {
  const [moduleFile, configFile] = [join(folder, "Training.tla"), join(folder, "Training.cfg")];
  const [tmp, meta, archive] = [join(folder, "tmp"), join(folder, "meta"), join(folder, "classes.jsa")];
  await Promise.all([mkdir(tmp), mkdir(meta), writeFile(moduleFile, TRAINING_MODULE)]);
  await writeFile(configFile, TRAINING_CONFIG);
  const { exitCode } = await runProcess({
    command: java.path,
    args: trainingArguments({ jar, tmp, meta, moduleFile, configFile, workers: 1 }, archive),
    cwd: folder,
    timeoutSeconds: TIMEOUT_SECONDS,
    ...(signal === undefined ? {} : { signal }),
  });
  const made = await stat(archive).catch(() => undefined);
  return exitCode === 0 && made !== undefined ? archive : undefined;
}

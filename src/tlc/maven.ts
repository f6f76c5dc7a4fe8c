/**
 * Fetching the jar through the user's own Maven: whatever mirror, proxy and credentials it is configured with are
 * used as they are, which is the way that works inside companies that block release downloads.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { moveIntoPlace, temporaryPath } from "./cache.js";
import { fingerprintFile, mismatch } from "./checksum.js";
import { errorCode } from "./error-text.js";
import { findOnPath } from "./executables.js";
import { MAVEN_COORDINATES, type Pin } from "./pins.js";
import { type Environment, type ProcessEnd, runProcess } from "./process.js";

export interface MavenRequest {
  readonly pin: Pin;
  /** The cache folder that receives the file. */
  readonly folder: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** With an empty local repository it takes 4 s (measured); Maven's own retries on a dead network take minutes. */
const MAVEN_TIMEOUT_SECONDS = 180;

/** Path of the user's `mvn`, or undefined. */
export function findMaven(env: Environment): Promise<string | undefined> {
  return findOnPath("mvn", env);
}

/**
 * Fetches {@link MAVEN_COORDINATES} into the cache and returns the path. Throws an Error whose message says what went
 * wrong; nothing temporary remains then.
 */
export async function fetchWithMaven(request: MavenRequest): Promise<string> {
  const mvn = await findMaven(request.env);
  if (mvn === undefined) throw new Error("there is no program named mvn on PATH");
  const temporary = await temporaryPath(request.folder);
  try {
    await mkdir(temporary);
    await runMaven(mvn, temporary, request);
    const [, artifact, version] = MAVEN_COORDINATES.split(":");
    const jar = join(temporary, `${artifact}-${version}.jar`);
    const difference = mismatch(await fingerprintResult(jar), request.pin);
    if (difference !== undefined)
      throw new Error(`the file mvn delivered is not the pinned one: ${difference}`);
    return await moveIntoPlace(jar, request.folder, request.pin);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The user's build in the current folder must not take part, so Maven runs in the temporary one. */
async function runMaven(mvn: string, temporary: string, { env, signal }: MavenRequest): Promise<void> {
  const lines: string[] = [];
  const end = await runProcess({
    command: mvn,
    args: ["-B", "dependency:copy", `-Dartifact=${MAVEN_COORDINATES}`, `-DoutputDirectory=${temporary}`],
    cwd: temporary,
    env,
    timeoutSeconds: MAVEN_TIMEOUT_SECONDS,
    ...(signal === undefined ? {} : { signal }),
    onStdout: (line) => void lines.push(line),
    onStderr: (line) => void lines.push(line),
  });
  if (end.exitCode === 0) return;
  throw new Error(`${mvn} ${howItEnded(end)}${firstError(lines)}`);
}

function howItEnded(end: ProcessEnd): string {
  if (end.aborted) return "was interrupted";
  if (end.timedOut) return `did not finish within ${MAVEN_TIMEOUT_SECONDS} s`;
  if (end.startError !== undefined) return `could not be started: ${end.startError}`;
  return `ended with ${end.exitCode ?? end.signal}`;
}

/** Maven marks its errors, and the first one names the cause; the rest is advice on how to run Maven again. */
function firstError(lines: readonly string[]): string {
  const line =
    lines.find((each) => each.startsWith("[ERROR]")) ?? lines.findLast((each) => each.trim() !== "");
  return line === undefined ? "" : `: ${line.replace(/^\[ERROR\]\s*/, "")}`;
}

async function fingerprintResult(jar: string): Promise<{ sha256: string; size: number }> {
  try {
    return await fingerprintFile(jar);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    throw new Error("mvn ended well but delivered no file", { cause: error });
  }
}

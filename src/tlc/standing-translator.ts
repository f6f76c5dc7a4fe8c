/**
 * A Java that stays, and translates one module after the other: starting one and warming it up is four fifths of a
 * translation. It is a shortcut only. What it cannot do, or does in any other way than well, is done again by a Java of its
 * own, which then has the word; and where Java brings no compiler for the few lines that it runs, all is done so.
 */
import { fileURLToPath } from "node:url";
import { standingTranslatorArguments, type ToolOptions } from "./command.js";
import { type OpenProcess, openProcess } from "./process.js";

export interface StandingRequest extends ToolOptions {
  /** Path of the program. */
  readonly java: string;
  /** Path of the `.tla` file, which is translated in place. */
  readonly moduleFile: string;
  readonly signal?: AbortSignal;
}

/** The first so many modules are translated without it: starting it takes as long as these do. */
const WITHOUT = 3;
/** It is ended once it has had nothing to do for so long. */
const IDLE_MS = 30_000;
/** Longer than any translation takes: it hangs. */
const PATIENCE_MS = 60_000;

const PROGRAM = fileURLToPath(new URL("./TranslateEach.java", import.meta.url));

interface Standing {
  readonly key: string;
  readonly process: OpenProcess;
  isReady: boolean;
  /** What it has said about the module that it is at. */
  said: string[];
  /** Told how it ended with the module; undefined where there is none. */
  onStatus: ((status: string | undefined) => void) | undefined;
}

let asked = 0;
let standing: Standing | undefined;
/** Java and jar with which none could be started. */
const impossible = new Set<string>();
/** Ends when the last module that was asked for is done: it does one at a time. */
let queue: Promise<unknown> = Promise.resolve();

/** What the translator said, where it translated the module without fault; undefined where that is still to be done. */
export function translateStanding(request: StandingRequest): Promise<readonly string[] | undefined> {
  asked++;
  if (asked <= WITHOUT || /[\r\n]/.test(request.moduleFile)) return Promise.resolve(undefined);
  const answer = queue.then(() => ask(request));
  queue = answer.catch(() => undefined);
  return answer;
}

async function ask(request: StandingRequest): Promise<readonly string[] | undefined> {
  const { java, jar, archive, moduleFile, signal } = request;
  const key = JSON.stringify([java, jar.path, jar.stamp, archive]);
  if (standing !== undefined && standing.key !== key) end(standing);
  if (impossible.has(key) || signal?.aborted === true) return undefined;
  standing ??= start(key, request);
  const there = standing;
  // While it starts nobody waits for it.
  if (!there.isReady) return undefined;
  there.said = [];
  there.process.hold();
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => end(there);
  try {
    const status = await new Promise<string | undefined>((resolve) => {
      there.onStatus = resolve;
      timer = setTimeout(giveUp, PATIENCE_MS);
      signal?.addEventListener("abort", giveUp, { once: true });
      there.process.write(`${moduleFile}\n`);
    });
    return status === "0" ? there.said : undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
    there.onStatus = undefined;
    there.process.release(IDLE_MS);
  }
}

function start(key: string, request: StandingRequest): Standing {
  const process = openProcess(request.java, standingTranslatorArguments(request, PROGRAM), (line) => {
    if (line === "ready") started.isReady = true;
    else if (line.startsWith("= ")) started.onStatus?.(line.slice(2));
    else started.said.push(line.slice(1));
  });
  const started: Standing = { key, process, isReady: false, said: [], onStatus: undefined };
  void process.ended.then(() => {
    if (!started.isReady) impossible.add(key);
    if (standing === started) standing = undefined;
    started.onStatus?.(undefined);
  });
  process.release(IDLE_MS);
  return started;
}

function end(there: Standing): void {
  if (standing === there) standing = undefined;
  there.process.kill();
  there.onStatus?.(undefined);
}

/**
 * One run of TLC, from files to outcome. Output is read while it comes, so that progress can be shown and a run of
 * hours needs no more memory than its counterexample.
 */
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Checkpoints, checkpointPath, createKeeper, drop, restore } from "./checkpoint.js";
import { checksLiveness, safeWorkers, tlcArguments } from "./command.js";
import { type DiskShortage, watchDisk } from "./disk.js";
import { isUnchanged, type Jar } from "./jar.js";
import type { Java } from "./java.js";
import { createMessageReader, type TlcMessage } from "./messages.js";
import { foretellExit, judge, type RunRecord, type TlcOutcome } from "./outcome.js";
import { type ProcessEnd, runProcess } from "./process.js";
import { type RunDirectory, withinRoom } from "./run-directory.js";
import { createTail } from "./tail.js";

/** How far TLC has come. It reports after 3 s and then once a minute. */
export interface TlcProgress {
  readonly depth: number;
  readonly generated: number;
  readonly distinct: number;
  /** States found and not yet explored. */
  readonly queue: number;
}

export interface TlcRequest {
  readonly java: Java;
  readonly jar: Jar;
  readonly archive?: string;
  /** Several runs may share one directory, even at once. */
  readonly directory: RunDirectory;
  /** Path of the `.tla` file. */
  readonly moduleFile: string;
  /** Path of the `.cfg` file. */
  readonly configFile: string;
  /** Lowered to 1 where this jar would miss violations with more. */
  readonly workers: number;
  /** In Java's notation, such as `4g`. */
  readonly maxHeap?: string;
  /** How many distinct states there seem to be; few when absent. Decides only how fast it goes. */
  readonly expectedStates?: number;
  readonly timeoutSeconds?: number;
  /**
   * Keeps checkpoints, and goes on from the last that an earlier run has kept; they go with a verdict. Not for claims about
   * runs: those begin at the beginning.
   */
  readonly checkpoints?: Checkpoints;
  /** How many bytes TLC's states may take on the disk; it is also stopped before the disk is full. */
  readonly maxDisk?: number;
  /** Aborting ends Java within a few seconds; the outcome is then trouble LW3006. */
  readonly signal?: AbortSignal;
  /** Told once Java runs. */
  readonly onStart?: () => void;
  readonly onProgress?: (progress: TlcProgress) => void;
  /** Is offered each line of output first; true for one that the model prints for the caller, and that is no log. */
  readonly onPrinted?: (line: string) => boolean;
}

/** Codes of tlc2/output/EC.java. */
const PROGRESS = 2200;
/** Coverage blocks: long, repeated every minute, and not read here. */
const COVERAGE: ReadonlySet<number> = new Set([2201, 2202, 2221, 2772, 2773, 2774, 2775, 2777]);

/** Runs TLC and says what came of it. Whatever TLC does is an outcome; throws only when the files cannot be read. */
export async function runTlc(request: TlcRequest): Promise<TlcOutcome> {
  const { jar, java } = request;
  const isRightJar = await isUnchanged(jar);
  const record: Left = isRightJar ? await recordOf(request) : NOTHING;
  // Java reads the jar while it runs: only where it is the same file before and after was it that file all the time.
  const isStillRight = isRightJar && (await isUnchanged(jar));
  const outcome = judge({
    ...record,
    ...(isStillRight ? {} : { replaced: jar.path }),
    javaPath: java.path,
    folder: request.directory.path,
    ...optional("maxHeap", request.maxHeap),
    ...optional("timeoutSeconds", request.timeoutSeconds),
  });
  if (record.kept !== undefined && !isCutOff(outcome, record.end)) await drop(record.kept);
  return outcome;
}

/** A checkpoint is worth keeping where the run was cut off; one that led to an error would lead there again. */
function isCutOff(outcome: TlcOutcome, { aborted, signal }: ProcessEnd): boolean {
  return outcome.kind === "trouble" && (outcome.resource || aborted || signal !== undefined);
}

/** What a run of TLC leaves behind. */
type Left = Pick<RunRecord, "end" | "messages" | "log" | "loose" | "shortage"> & {
  /** Where its checkpoint is kept, if there is one. */
  readonly kept?: string;
};

const NOTHING: Left = { end: { timedOut: false, aborted: false }, messages: [], log: "", loose: [] };

async function recordOf(request: TlcRequest): Promise<Left> {
  const config = await readFile(request.configFile, "utf8");
  const newFolder = (inside: string) => withinRoom(request.directory, () => mkdtemp(join(inside, "tlc-")));
  const tmp = await newFolder(request.directory.tmp);
  // TLC names folders in here by the second and dies when one exists.
  const meta = await newFolder(request.directory.meta);
  const { checkpoints = undefined } = checksLiveness(config) ? {} : request;
  const kept = checkpoints && (await checkpointPath(checkpoints, request));
  const recover = kept === undefined ? undefined : await restore(kept, meta);
  const keeper = kept === undefined ? undefined : createKeeper(meta, kept);
  const messages: TlcMessage[] = [];
  const log = createTail();
  const loose = createTail();
  const reader = createMessageReader((message) => {
    keeper?.note(message);
    if (message.code === PROGRESS) reportProgress(message.body, request);
    else if (!COVERAGE.has(message.code)) messages.push(message);
  }, loose.add);
  let foretold: number | undefined;
  let shortage: DiskShortage | undefined;
  const full = new AbortController();
  const stopWatching = watchDisk(meta, request.maxDisk, (found) => {
    shortage = found;
    full.abort();
  });
  const ended = await runProcess({
    command: request.java.path,
    args: tlcArguments({
      jar: request.jar,
      ...optional("archive", request.archive),
      tmp,
      meta,
      moduleFile: request.moduleFile,
      configFile: request.configFile,
      workers: safeWorkers(request.workers, request.jar, config),
      ...optional("maxHeap", request.maxHeap),
      ...optional("expectedStates", request.expectedStates),
      ...optional("checkpointSeconds", checkpoints?.everySeconds),
      ...optional("recover", recover),
    }),
    cwd: request.directory.path,
    ...optional("timeoutSeconds", request.timeoutSeconds),
    signal: request.signal === undefined ? full.signal : AbortSignal.any([request.signal, full.signal]),
    ...optional("onStart", request.onStart),
    onStdout: (line) => {
      if (request.onPrinted?.(line) === true) return;
      log.add(line);
      reader.line(line);
    },
    isLast: () => {
      foretold ??= foretellExit(messages);
      return foretold !== undefined;
    },
    onStderr: (line) => {
      log.add(line);
      loose.add(line);
    },
  });
  stopWatching();
  reader.end();
  await keeper?.done();
  return {
    end: ended.cut === true ? asForetold(ended, foretold) : ended,
    messages,
    log: log.lines().join("\n"),
    loose: loose.lines(),
    ...optional("shortage", shortage),
    ...optional("kept", kept),
  };
}

/** The end that TLC was coming to when it was killed because it had said all. */
function asForetold(end: ProcessEnd, exitCode: number | undefined): ProcessEnd {
  const { timedOut, aborted } = end;
  return exitCode === undefined ? end : { exitCode, timedOut, aborted };
}

/** The numbers of a progress message, or undefined when it is not one. */
export function readProgress(body: string): TlcProgress | undefined {
  const pattern =
    /^Progress\((\d+)\) .*?: (\d+) states generated.*?, (\d+) distinct states found.*?, (\d+) states left/;
  // Thousands are separated by commas; the commas between the parts are followed by a blank.
  const match = pattern.exec(body.replaceAll(/(?<=\d),(?=\d)/g, ""));
  if (match === null) return undefined;
  const [depth = 0, generated = 0, distinct = 0, queue = 0] = match.slice(1).map(Number);
  return { depth, generated, distinct, queue };
}

function reportProgress(body: string, { onProgress }: TlcRequest): void {
  const progress = onProgress === undefined ? undefined : readProgress(body);
  if (progress !== undefined) onProgress?.(progress);
}

/** `{ [key]: value }`, or nothing when there is no value: options must be absent rather than undefined. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

/**
 * Running a foreign program: the only file that knows execa. Output is handed over line by line while the program
 * runs, because a long check must show progress and its log must not pile up in memory. How the program ended is
 * data: an exit code of TLC means many things, so nothing here throws for one.
 */
import { createInterface } from "node:readline";
import { execa } from "execa";
import { guard } from "./lifeline.js";

/** A process environment; the caller passes `process.env`, tests pass their own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a process ended. Exactly one of `exitCode`, `signal` and `startError` is set, except after a kill of ours. */
export interface ProcessEnd {
  readonly exitCode?: number;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly signal?: string;
  /** Why the program could not be started at all. */
  readonly startError?: string;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** Set where it was killed because `isLast` had seen the line after which nothing comes that matters. */
  readonly cut?: true;
}

/** What to run and who listens. */
export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the program; that of this process when absent. */
  readonly env?: Environment;
  readonly timeoutSeconds?: number;
  /** Aborting ends the program: SIGTERM, then SIGKILL after {@link KILL_DELAY_MILLISECONDS}. */
  readonly signal?: AbortSignal;
  /** Told once it runs. */
  readonly onStart?: () => void;
  readonly onStdout?: (line: string) => void;
  /** True for a line of standard output after which the program has nothing to tell or do: it is then killed at once. */
  readonly isLast?: (line: string) => boolean;
  readonly onStderr?: (line: string) => void;
}

/** TLC takes up to 0.3 s to obey SIGTERM (measured); a JVM that thrashes for want of memory may never do so. */
const KILL_DELAY_MILLISECONDS = 2000;

/** Runs a program without a shell and without stdin until it ends; never throws for the way it ended. */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  if (request.signal?.aborted) return { timedOut: false, aborted: true };
  const child = execa(request.command, request.args, {
    stdin: "ignore",
    buffer: false,
    reject: false,
    cleanup: true,
    windowsHide: true,
    forceKillAfterDelay: KILL_DELAY_MILLISECONDS,
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    ...(request.env === undefined ? {} : { env: request.env, extendEnv: false }),
    ...(request.timeoutSeconds === undefined ? {} : { timeout: request.timeoutSeconds * 1000 }),
    ...(request.signal === undefined ? {} : { cancelSignal: request.signal }),
  });
  child.once("spawn", () => request.onStart?.());
  if (child.pid !== undefined) child.once("exit", guard(child.pid));
  // The program must not outlive its listener: leaving the iteration waits for the program to end.
  const kill = () => void child.kill("SIGKILL");
  let isCut = false;
  const onStdout = (line: string) => {
    request.onStdout?.(line);
    if (isCut || request.isLast?.(line) !== true) return;
    isCut = true;
    kill();
  };
  await Promise.all([
    forEachLine(child.iterable({ from: "stdout" }), onStdout, kill),
    forEachLine(child.iterable({ from: "stderr" }), request.onStderr, kill),
  ]);
  const result = await child;
  const started = result.exitCode !== undefined || result.signal !== undefined;
  const ours = result.timedOut || result.isCanceled;
  return {
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    ...(result.signal === undefined ? {} : { signal: result.signal }),
    ...(started || ours ? {} : { startError: result.originalMessage ?? "the program did not start" }),
    timedOut: result.timedOut,
    aborted: result.isCanceled,
    ...(isCut ? { cut: true } : {}),
  };
}

/** Reads to the end even without a listener: a full pipe would stop the program. */
async function forEachLine(
  lines: AsyncIterable<string>,
  listener: ((line: string) => void) | undefined,
  onFailure: () => void,
): Promise<void> {
  for await (const line of lines) {
    try {
      listener?.(line);
    } catch (error) {
      onFailure();
      throw error;
    }
  }
}

/** A program that goes on, and is spoken to. It does not keep this process from ending, but where it is held. */
export interface OpenProcess {
  readonly write: (text: string) => void;
  /** This process waits for it until it is released. */
  readonly hold: () => void;
  /** Its input is closed, which is to end it, unless it is held again within so many milliseconds. */
  readonly release: (idleMs: number) => void;
  readonly kill: () => void;
  readonly ended: Promise<void>;
}

/** Starts a program without a shell. Where it cannot be started it has ended. */
export function openProcess(
  command: string,
  args: readonly string[],
  onStdout: (line: string) => void,
): OpenProcess {
  const child = execa(command, args, {
    stdin: "pipe",
    stderr: "ignore",
    buffer: false,
    reject: false,
    cleanup: true,
    windowsHide: true,
  });
  const { stdin, stdout } = child;
  // It is told by its end.
  stdin.on("error", () => undefined);
  createInterface({ input: stdout }).on("line", onStdout);
  const handles: readonly unknown[] = [child, stdin, stdout];
  let idle: NodeJS.Timeout | undefined;
  return {
    write: (text) => void stdin.write(text),
    hold: () => {
      clearTimeout(idle);
      for (const handle of handles) (handle as Handle).ref?.();
    },
    release: (idleMs) => {
      clearTimeout(idle);
      idle = setTimeout(() => stdin.end(), idleMs).unref();
      for (const handle of handles) (handle as Handle).unref?.();
    },
    kill: () => void child.kill("SIGKILL"),
    ended: child.then(
      () => undefined,
      () => undefined,
    ),
  };
}

/** What keeps a process from ending, or does not. */
interface Handle {
  readonly ref?: () => void;
  readonly unref?: () => void;
}

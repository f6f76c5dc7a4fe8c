/** How the run is coming along, on stderr: one redrawn line on a terminal, now and then a line in a log. */
import type { CheckObserver } from "../app/check-request.js";
import { inert } from "../diagnostics/render.js";
import { count, grouped } from "../report/text.js";
import { createStatusLine } from "./status-line.js";

export interface Progress extends Required<Pick<CheckObserver, "onStart" | "onProgress">> {
  onCaseEnd(ended: { readonly spec: string; readonly case: string }): void;
  onDownload(received: number, total: number | undefined): void;
  /** A line that stays. */
  onNote(note: string): void;
  /** Calls `write`, which prints to the same terminal. */
  print(write: () => void): void;
  /** Takes the line away for good. */
  end(): void;
}

/** Without a terminal a case has at most one line in this time. */
const LOG_INTERVAL_MS = 10_000;
/** What is over sooner needs no line at all. */
const QUIET_MS = 400;

/** @param now milliseconds from any fixed point */
export function createProgress(
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
  now: () => number = () => performance.now(),
): Progress {
  const line = createStatusLine(stream, env);
  const started = now();
  const logged = new Map<string, number>();
  const searching = new Map<string, string>();
  let total: number | undefined;
  let done = 0;
  let download: string | undefined;

  const redraw = () => {
    const elapsed = now() - started;
    if (elapsed < QUIET_MS) return;
    const seconds = `${Math.round(elapsed / 1000)} s`;
    if (total === undefined) line.set(download ?? `looking for Java and TLC, ${seconds}`);
    else line.set([`${done} of ${count(total, "case")}, ${seconds}`, ...searching.values()].join(" · "));
  };
  const timer = line.live ? setInterval(redraw, 500) : undefined;
  timer?.unref();
  const log = (text: string) => line.print(() => void stream.write(`${text}\n`));
  const key = (spec: string, name: string) => JSON.stringify([spec, name]);

  return {
    onStart: (cases) => {
      total = cases.length;
      redraw();
    },
    onProgress: (spec, name, distinct, queue) => {
      const states = `${grouped(distinct)} states, ${grouped(queue)} to go`;
      searching.set(key(spec, name), `${inert(name)}: ${states}`);
      redraw();
      const last = logged.get(key(spec, name));
      if (line.live || (last !== undefined && now() - last < LOG_INTERVAL_MS)) return;
      logged.set(key(spec, name), now());
      log(`${inert(spec)} ${inert(name)}: ${states}`);
    },
    onCaseEnd: (ended) => {
      done += 1;
      searching.delete(key(ended.spec, ended.case));
      redraw();
    },
    onDownload: (received, size) => {
      const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
      const of = size === undefined ? "" : ` of ${megabytes(size)}`;
      if (download === undefined && !line.live) log("downloading tla2tools.jar, once for this machine");
      download = `downloading tla2tools.jar: ${megabytes(received)}${of} MB`;
      redraw();
    },
    onNote: (note) => log(`latchwork: ${inert(note)}`),
    print: line.print,
    end: () => {
      clearInterval(timer);
      line.clear();
    },
  };
}

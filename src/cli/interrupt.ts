/** Ctrl-C and SIGTERM: first everything is told to stop, Java included; a second time nothing is waited for. */
import { HUNG_UP, INTERRUPTED, TERMINATED } from "./exit-codes.js";

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code to end with, once a signal has come. */
  readonly exitCode: () => number | undefined;
}

export function listenForInterrupts(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (code: number) => () => {
    // On exit the run directories are removed and child processes ended.
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort();
  };
  process.on("SIGINT", onSignal(INTERRUPTED));
  process.on("SIGTERM", onSignal(TERMINATED));
  process.on("SIGHUP", onSignal(HUNG_UP));
  return { signal: controller.signal, exitCode: () => exitCode };
}

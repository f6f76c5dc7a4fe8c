/** What bin/latchwork.js runs. The only folder that touches the process is cli/: arguments, exit codes, signals, streams. */
import { CommanderError } from "commander";
import { AS_EXPECTED, CANNOT } from "./exit-codes.js";
import { listenForInterrupts } from "./interrupt.js";
import { createProgram } from "./program.js";
import { showError } from "./show-error.js";

async function main(): Promise<number> {
  let exitCode = CANNOT;
  surviveClosedPipes(() => {
    process.exitCode = CANNOT;
  });
  const interrupt = listenForInterrupts();
  const program = createProgram(interrupt, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync();
  } catch (error) {
    // Commander has printed its own errors, and --help and --version as well.
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? AS_EXPECTED : CANNOT;
    else if (interrupt.exitCode() === undefined) await showError(error);
  }
  if (interrupt.exitCode() !== undefined) process.stderr.write("latchwork: interrupted\n");
  return interrupt.exitCode() ?? exitCode;
}

/** A reader that closes the pipe early, such as head, is no error: the exit code still tells the verdict. */
function surviveClosedPipes(onLoss: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
      onLoss();
      if (stream === process.stdout)
        process.stderr.write(`latchwork: the output is lost: ${error.message}\n`);
    });
  }
}

// Never lowered: a lost output has made it 2 already.
process.exitCode = Math.max(await main(), Number(process.exitCode ?? 0));

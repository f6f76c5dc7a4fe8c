/** Captured output of the real TLC, read as run.ts reads it. */
import { readFileSync } from "node:fs";
import { createMessageReader, type TlcMessage } from "../../src/tlc/messages.js";
import { judge, type RunRecord, type TlcOutcome } from "../../src/tlc/outcome.js";

export interface Reading {
  readonly messages: readonly TlcMessage[];
  readonly loose: readonly string[];
}

/** Feeds a text line by line to a message reader. */
export function readOutput(output: string): Reading {
  const messages: TlcMessage[] = [];
  const loose: string[] = [];
  const reader = createMessageReader(
    (message) => messages.push(message),
    (line) => loose.push(line),
  );
  for (const line of output.replace(/\n$/, "").split("\n")) reader.line(line);
  reader.end();
  return { messages, loose };
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/tlc/${name}.out`, import.meta.url), "utf8");
}

/** The outcome of captured output together with the way the process ended. */
export function judgeFixture(name: string, exitCode: number, more: Partial<RunRecord> = {}): TlcOutcome {
  return judgeOutput(fixture(name), exitCode, more);
}

export function judgeOutput(output: string, exitCode: number, more: Partial<RunRecord> = {}): TlcOutcome {
  const { messages, loose } = readOutput(output);
  const end = { exitCode, timedOut: false, aborted: false };
  return judge({ end, messages, loose, log: output, javaPath: "/usr/bin/java", folder: "/tmp/run", ...more });
}

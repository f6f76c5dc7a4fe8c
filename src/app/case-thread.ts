/**
 * What a thread of {@link caseThreads} runs: it is sent one case at a time, and sends back what is told of it on the way and
 * how it ended.
 */
import { parentPort } from "node:worker_threads";
import { must } from "../base/assert.js";
import { type Diagnostic, DiagnosticsError } from "../diagnostics/diagnostic.js";
import { askCase, type CaseJob } from "./ask-case.js";
import { STAGE } from "./case-threads.js";
import type { CheckedCase } from "./check-case.js";
import type { GeneratedFile } from "./generated.js";

export type ToThread =
  | { readonly kind: "ask"; readonly job: CaseJob; readonly stage: Int32Array<SharedArrayBuffer> }
  | { readonly kind: "abort" };

export type FromThread =
  | { readonly kind: "progress"; readonly of: readonly [string, string, number, number] }
  | { readonly kind: "models"; readonly files: readonly GeneratedFile[] }
  | { readonly kind: "checked"; readonly checked: CheckedCase }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  /** An exception that is ours. */
  | { readonly kind: "broken"; readonly error: Error };

const port = must(parentPort, "the thread that asks");
let stop = new AbortController();

port.on("message", (message: ToThread) => {
  if (message.kind === "abort") stop.abort();
  else void answer(message.job, message.stage);
});

async function answer(job: CaseJob, stage: Int32Array<SharedArrayBuffer>): Promise<void> {
  const send = (message: FromThread) => port.postMessage(message);
  stop = new AbortController();
  try {
    const checked = await askCase(job, {
      signal: stop.signal,
      onProgress: (...of) => send({ kind: "progress", of }),
      onModels: (files) => send({ kind: "models", files }),
      onJava: () => {
        const found = Atomics.compareExchange(stage, 0, STAGE.withoutJava, STAGE.withJava);
        if (found === STAGE.givenUp) throw new Error("it was given up");
      },
      // Whoever asks in another thread has not waited for it.
      onBegin: () => undefined,
    });
    send({ kind: "checked", checked });
  } catch (error) {
    if (error instanceof DiagnosticsError) send({ kind: "refused", diagnostics: error.diagnostics });
    else send({ kind: "broken", error: error instanceof Error ? error : new Error(String(error)) });
  }
}

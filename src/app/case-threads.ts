/**
 * Threads in which cases are asked about, so that merging and exploring use the cores that there are. A thread is made when
 * it is needed and used again; what happens to one of them happens to its case alone.
 */
import { type ResourceLimits, Worker } from "node:worker_threads";
import { InternalError } from "../base/assert.js";
import { DiagnosticsError } from "../diagnostics/diagnostic.js";
import type { CaseJob, CaseListener } from "./ask-case.js";
import type { FromThread, ToThread } from "./case-thread.js";
import type { CheckedCase } from "./check-case.js";

export interface CaseThreads {
  /** As `askCase`, in a thread of its own. Throws a LostThread where that came to an end. */
  readonly ask: (job: CaseJob, listener: CaseListener) => Promise<CheckedCase>;
  /** Has so many threads idle or about to be, for those that will be asked soon. */
  readonly start: (count: number) => void;
  /** Ends all threads; only when nothing is asked any more. */
  readonly close: () => Promise<void>;
}

/** A thread that ended before it had answered; the message says why, as Node.js puts it. */
export class LostThread extends Error {
  override readonly name = "LostThread";
}

/**
 * How far a thread is with its case, in memory that it shares with whoever asks. One that has not started Java may be ended
 * as it is; a Java that was started would be left behind.
 */
export const STAGE = { withoutJava: 0, withJava: 1, givenUp: 2 } as const;

/**
 * How long a thread that is told to stop may take to end its case by itself. While it merges it hears nothing, and whoever
 * asks next needs the core; another thread is started in less time than that can take.
 */
const PATIENCE_MS = 30;

/** `limits` of each thread, as Node.js has them. */
export function caseThreads(limits?: ResourceLimits): CaseThreads {
  const all = new Set<Worker>();
  const idle = new Set<Worker>();
  const start = (): Worker => {
    const thread = new Worker(new URL("./case-thread.js", import.meta.url), {
      ...(limits === undefined ? {} : { resourceLimits: limits }),
    });
    all.add(thread);
    thread.once("exit", () => {
      all.delete(thread);
      idle.delete(thread);
    });
    // Whoever asks is told; between two cases nobody needs to be.
    thread.on("error", () => undefined);
    return thread;
  };
  return {
    start: (count) => {
      for (let missing = count - idle.size; missing > 0; missing--) idle.add(start());
    },
    ask: async (job, listener) => {
      const [thread = start()] = idle;
      idle.delete(thread);
      try {
        return await askIn(thread, job, listener);
      } finally {
        if (all.has(thread)) idle.add(thread);
      }
    },
    close: async () => {
      await Promise.all([...all].map((thread) => thread.terminate()));
    },
  };
}

function askIn(thread: Worker, job: CaseJob, listener: CaseListener): Promise<CheckedCase> {
  const { signal, onProgress, onModels } = listener;
  const send = (message: ToThread) => thread.postMessage(message);
  return new Promise((resolve, reject) => {
    const stage = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    let patience: NodeJS.Timeout | undefined;
    const abort = () => {
      send({ kind: "abort" });
      patience = setTimeout(giveUp, PATIENCE_MS);
    };
    const giveUp = () => {
      const found = Atomics.compareExchange(stage, 0, STAGE.withoutJava, STAGE.givenUp);
      if (found === STAGE.withoutJava) void thread.terminate();
    };
    const end = (settle: () => void) => {
      clearTimeout(patience);
      signal.removeEventListener("abort", abort);
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      settle();
    };
    const onMessage = (message: FromThread) => {
      switch (message.kind) {
        case "progress":
          return onProgress(...message.of);
        case "models":
          return onModels(message.files);
        case "checked":
          return end(() => resolve(message.checked));
        case "refused":
          return end(() => reject(new DiagnosticsError(message.diagnostics)));
        case "broken":
          return end(() => reject(ours(message.error)));
      }
    };
    const onError = (error: Error) => {
      end(() => reject(new LostThread(error.message)));
    };
    const onExit = () => end(() => reject(new LostThread("it ended")));
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    send({ kind: "ask", job, stage });
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
  });
}

/** From one thread to another an exception keeps its words and loses its class. */
function ours(error: Error): InternalError {
  const again = new InternalError(error.message);
  again.stack = error.stack ?? again.message;
  return again;
}

/**
 * SB, store buffering: each of two threads stores its own flag and then looks at the other's. Dekker's and Peterson's
 * locks stand on one of them seeing the other. A store that waits in its buffer while the load goes ahead breaks them;
 * a full barrier, or a locked instruction instead of the store, repairs them, on both sides only.
 */
import { at_end, atomic, cases, fails, holds, param, smp_mb, thread } from "latchwork";

/** What stands between the store and the load. */
const order = param<"nothing" | "mb" | "mb on one side" | "xchg">("order", "nothing");

let x = 0;
let y = 0;
let r0 = 0;
let r1 = 0;

thread("P0", () => {
  if (order === "xchg") {
    atomic(() => {
      x = 1;
    });
  } else {
    x = 1;
  }
  if (order === "mb" || order === "mb on one side") smp_mb();
  r0 = y;
});

thread("P1", () => {
  if (order === "xchg") {
    atomic(() => {
      y = 1;
    });
  } else {
    y = 1;
  }
  if (order === "mb") smp_mb();
  r1 = x;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("one of the two sees the other", () => r0 === 1 || r1 === 1);

export default cases({
  title: "litmus test SB: store buffering",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: {
    memory: "tso",
    expect: fails("invariant"),
    why: "both stores wait in their buffers while both loads go ahead",
  },
  pso: { memory: "pso", expect: fails("invariant"), why: "as under tso" },
  "tso-mb": { memory: "tso", order: "mb", expect: holds(), why: "each store is in memory before the load" },
  "pso-mb": { memory: "pso", order: "mb", expect: holds(), why: "as under tso" },
  "tso-mb-on-one-side": {
    memory: "tso",
    order: "mb on one side",
    expect: fails("invariant"),
    why: "the other load still goes ahead of its store",
  },
  "pso-mb-on-one-side": {
    memory: "pso",
    order: "mb on one side",
    expect: fails("invariant"),
    why: "as under tso",
  },
  "tso-xchg": {
    memory: "tso",
    order: "xchg",
    expect: holds(),
    why: "a locked store is in memory when it is done",
  },
  "pso-xchg": { memory: "pso", order: "xchg", expect: holds(), why: "as under tso" },
});

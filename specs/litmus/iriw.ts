/**
 * IRIW, independent reads of independent writes: two readers never disagree about which of two stores came first,
 * because a store is in memory for all at once.
 */
import { at_end, cases, holds, thread } from "latchwork";

let x = 0;
let y = 0;
let r0 = 0;
let r1 = 0;
let r2 = 0;
let r3 = 0;

thread("P0", () => {
  x = 1;
});

thread("P1", () => {
  y = 1;
});

thread("P2", () => {
  r0 = x;
  r1 = y;
});

thread("P3", () => {
  r2 = y;
  r3 = x;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("the readers agree on the order", () => r0 === 0 || r1 === 1 || r2 === 0 || r3 === 1);

export default cases({
  title: "litmus test IRIW: independent reads of independent writes",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "a store is visible to all others at once" },
  pso: { memory: "pso", expect: holds(), why: "a store is visible to all others at once" },
});

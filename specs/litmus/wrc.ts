/**
 * WRC, write to read causality: P1 sees a store and tells P2 of it. With store buffers a store is in memory for all at
 * once, so P2 sees it too.
 */
import { at_end, cases, holds, thread } from "latchwork";

let x = 0;
let y = 0;
let r0 = 0;
let r1 = 0;
let r2 = 0;

thread("P0", () => {
  x = 1;
});

thread("P1", () => {
  r0 = x;
  y = 1;
});

thread("P2", () => {
  r1 = y;
  r2 = x;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("what was seen by one is seen by whom it tells", () => r0 === 0 || r1 === 0 || r2 === 1);

export default cases({
  title: "litmus test WRC: write to read causality",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "a store is visible to all others at once" },
  pso: { memory: "pso", expect: holds(), why: "a store is visible to all others at once" },
});

/**
 * CoRR, coherence of two reads: whoever has seen a store to a place sees no older value there.
 */
import { at_end, cases, holds, thread } from "latchwork";

let x = 0;
let r0 = 0;
let r1 = 0;

thread("P0", () => {
  x = 1;
});

thread("P1", () => {
  r0 = x;
  r1 = x;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("the second read is no older", () => r0 === 0 || r1 === 1);

export default cases({
  title: "litmus test CoRR: two reads of one place",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "loads are in order" },
  pso: { memory: "pso", expect: holds(), why: "loads are in order" },
});

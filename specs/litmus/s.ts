/**
 * S: message passing in which the reader stores to the data instead of loading it. Its store is overwritten by an
 * older one only where stores overtake each other.
 */
import { at_end, cases, fails, holds, thread } from "latchwork";

let x = 0;
let y = 0;
let r0 = 0;

thread("P0", () => {
  x = 2;
  y = 1;
});

thread("P1", () => {
  r0 = y;
  x = 1;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("a store behind a message is the later one", () => r0 === 0 || x === 1);

export default cases({
  title: "litmus test S: a store behind a message",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "stores reach memory in order" },
  pso: {
    memory: "pso",
    expect: fails("invariant"),
    why: "y reaches memory before x, and x then overwrites the other's store",
  },
});

/**
 * CoWW, coherence of two writes: of two stores of one thread to one place the second stays, even where stores
 * overtake each other.
 */
import { at_end, cases, holds, thread } from "latchwork";

let x = 0;

thread("P0", () => {
  x = 1;
  x = 2;
});

thread("P1", () => {
  x = 3;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("the first store does not stay", () => x !== 1);

export default cases({
  title: "litmus test CoWW: two stores to one place",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "stores reach memory in order" },
  pso: { memory: "pso", expect: holds(), why: "stores to one place reach memory in order" },
});

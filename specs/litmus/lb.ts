/**
 * LB, load buffering: each thread loads one place and then stores to the other. That both see the other's store would
 * need a store that overtakes an earlier load, which no model with store buffers has (Arm and POWER do).
 */
import { at_end, cases, holds, thread } from "latchwork";

let x = 0;
let y = 0;
let r0 = 0;
let r1 = 0;

thread("P0", () => {
  r0 = y;
  x = 1;
});

thread("P1", () => {
  r1 = x;
  y = 1;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("not both see the other's store", () => r0 === 0 || r1 === 0);

export default cases({
  title: "litmus test LB: load buffering",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "no store overtakes an earlier load" },
  pso: { memory: "pso", expect: holds(), why: "no store overtakes an earlier load" },
});

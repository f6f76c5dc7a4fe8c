/**
 * n6, the test that showed what x86 does: a thread sees its own store before anybody else does, and so sees stores in
 * another order than the others.
 */
import { at_end, cases, fails, holds, thread } from "latchwork";

let x = 0;
let y = 0;
let r0 = 0;
let r1 = 0;

thread("P0", () => {
  x = 1;
  r0 = x;
  r1 = y;
});

thread("P1", () => {
  y = 2;
  x = 2;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("a thread that sees its store and not y stores before P1", () => r0 !== 1 || r1 !== 0 || x !== 1);

export default cases({
  title: "litmus test n6: a thread sees its own store first",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: {
    memory: "tso",
    expect: fails("invariant"),
    why: "P0 reads x from its own buffer, and x reaches memory after the stores of P1",
  },
  pso: { memory: "pso", expect: fails("invariant"), why: "as under tso" },
});

/**
 * 2+2W: two threads store to the same two places in opposite order. That the first store of each is the one that stays
 * takes stores that overtake each other.
 */
import { at_end, cases, fails, holds, param, smp_wmb, thread } from "latchwork";

/** What stands between the stores. */
const order = param<"nothing" | "wmb">("order", "nothing");

let x = 0;
let y = 0;

thread("P0", () => {
  x = 1;
  if (order === "wmb") smp_wmb();
  y = 2;
});

thread("P1", () => {
  y = 1;
  if (order === "wmb") smp_wmb();
  x = 2;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("a second store stays", () => x === 2 || y === 2);

export default cases({
  title: "litmus test 2+2W: stores in opposite order",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "stores reach memory in order" },
  pso: { memory: "pso", expect: fails("invariant"), why: "each second store reaches memory first" },
  "tso-wmb": {
    memory: "tso",
    order: "wmb",
    expect: holds(),
    why: "smp_wmb is nothing where stores are in order",
  },
  "pso-wmb": { memory: "pso", order: "wmb", expect: holds(), why: "smp_wmb puts the stores in order" },
});

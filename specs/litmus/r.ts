/**
 * R: two stores against a store and a load. Under tso the load goes ahead of its store; with barriers on both sides,
 * or smp_wmb between the stores and smp_mb before the load, nothing does.
 */
import { at_end, cases, fails, holds, param, smp_mb, smp_wmb, thread } from "latchwork";

/** What stands between the two accesses of P0 and of P1. */
const order = param<"nothing" | "mb" | "wmb and mb">("order", "nothing");

let x = 0;
let y = 0;
let r0 = 0;

thread("P0", () => {
  x = 1;
  if (order === "mb") smp_mb();
  if (order === "wmb and mb") smp_wmb();
  y = 1;
});

thread("P1", () => {
  y = 2;
  if (order !== "nothing") smp_mb();
  r0 = x;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("the later store to y has seen x", () => y === 1 || r0 === 1);

export default cases({
  title: "litmus test R: stores against a store and a load",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: fails("invariant"), why: "x is loaded while y = 2 waits in its buffer" },
  pso: { memory: "pso", expect: fails("invariant"), why: "as under tso" },
  "tso-mb": {
    memory: "tso",
    order: "mb",
    expect: holds(),
    why: "each first access is in memory before the second",
  },
  "pso-mb": { memory: "pso", order: "mb", expect: holds(), why: "as under tso" },
  "tso-wmb-mb": {
    memory: "tso",
    order: "wmb and mb",
    expect: holds(),
    why: "the stores are in order anyway, and the load waits",
  },
  "pso-wmb-mb": {
    memory: "pso",
    order: "wmb and mb",
    expect: holds(),
    why: "smp_wmb orders the stores, smp_mb the load",
  },
});

/**
 * MP, message passing: data first, then the flag that says it is there. Under tso stores stay in order; under pso the
 * flag can overtake the data, and needs smp_wmb, smp_mb or a store-release. The reader's loads are in order anyway.
 */
import {
  at_end,
  cases,
  fails,
  holds,
  param,
  smp_mb,
  smp_rmb,
  smp_store_release,
  smp_wmb,
  thread,
} from "latchwork";

/** What orders the flag behind the data. */
const order = param<"nothing" | "wmb" | "mb" | "release">("order", "nothing");

let data = 0;
let flag = 0;
let r0 = 0;
let r1 = 0;

thread("P0", () => {
  data = 1;
  if (order === "wmb") smp_wmb();
  if (order === "mb") smp_mb();
  if (order === "release") smp_store_release(flag, 1);
  else flag = 1;
});

thread("P1", () => {
  r0 = flag;
  smp_rmb();
  r1 = data;
});

// Every run in which all threads have ended, and all that they stored is in memory.
at_end("who sees the flag sees the data", () => r0 === 0 || r1 === 1);

export default cases({
  title: "litmus test MP: message passing",
  sc: { expect: holds(), why: "loads and stores happen in order" },
  tso: { memory: "tso", expect: holds(), why: "stores reach memory in order" },
  pso: { memory: "pso", expect: fails("invariant"), why: "the flag reaches memory before the data" },
  "tso-wmb": {
    memory: "tso",
    order: "wmb",
    expect: holds(),
    why: "smp_wmb is nothing where stores are in order",
  },
  "pso-wmb": { memory: "pso", order: "wmb", expect: holds(), why: "smp_wmb holds the flag back" },
  "tso-mb": { memory: "tso", order: "mb", expect: holds(), why: "more than is needed" },
  "pso-mb": {
    memory: "pso",
    order: "mb",
    expect: holds(),
    why: "the data is in memory before the flag is stored",
  },
  "tso-release": {
    memory: "tso",
    order: "release",
    expect: holds(),
    why: "a store-release is a plain store where stores are in order",
  },
  "pso-release": {
    memory: "pso",
    order: "release",
    expect: holds(),
    why: "a store-release stays behind what was stored before it",
  },
});

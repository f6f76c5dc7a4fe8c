/** What a spec imports as `latchwork`. Nothing heavy may be reachable from here. */
export * from "./dsl/contexts.js";
export * from "./dsl/list.js";
export * from "./dsl/liveness.js";
export * from "./dsl/locks.js";
export * from "./dsl/memory.js";
export * from "./dsl/pools.js";
export * from "./dsl/spec.js";
export * from "./dsl/steps.js";
export * from "./library/cpu.js";
export * from "./library/rwlock.js";
export * from "./library/spinlock.js";
export * from "./library/timer.js";

/**
 * Accesses and barriers by their kernel names, for cases with `memory: "tso"` or `"pso"`. Under `sc` they order
 * nothing, because nothing is out of order: they cost no step there, and the accesses are plain accesses.
 */
import { readNotRun } from "./read-not-run.js";

/** A full barrier: waits until everything that the thread has stored is in memory. */
export function smp_mb(): void {
  readNotRun();
}

/** Orders stores: what the thread has stored so far reaches memory before what it stores next. */
export function smp_wmb(): void {
  readNotRun();
}

/** Orders loads. They are in order in every memory model here, so it only says what the code relies on. */
export function smp_rmb(): void {
  readNotRun();
}

/**
 * One indivisible step of ordinary instructions, for writers of lock primitives: its loads are plain loads, and each of
 * its stores is a store-release. An `atomic` inside, before any store, is a locked instruction.
 */
export function release(_body: () => void): void {
  readNotRun();
}

/** The load itself: every load of shared memory is one access here, and is made once. */
export function READ_ONCE<T>(_place: T): T {
  return readNotRun();
}

/** The store itself. The place is written as it is, without `&`. */
export function WRITE_ONCE<T>(_place: T, _value: NoInfer<T>): void {
  readNotRun();
}

/** A load before which nothing behind it happens. Loads are in order here: it is the load itself. */
export function smp_load_acquire<T>(_place: T): T {
  return readNotRun();
}

/** A store that reaches memory after everything that the thread has stored before it. */
export function smp_store_release<T>(_place: T, _value: NoInfer<T>): void {
  readNotRun();
}

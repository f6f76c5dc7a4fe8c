/**
 * Instructions that read a place in memory and change it, in one step that nothing comes between. C takes the address;
 * here the place is written as it is, without `&`: a field or a top-level variable, which is one word, whatever it
 * holds. The object that the field belongs to and the other arguments are evaluated before, in steps of their own.
 * The functions whose C names differ by type (atomic_cmpxchg, atomic64_xchg, …) have one name here.
 */
import { readNotRun } from "./read-not-run.js";

/** Stores `value` where the place holds `old`. Gives what the place held. */
export function cmpxchg<T>(_place: T, _old: T, _value: T): T {
  return readNotRun();
}

/** Stores `value` where the place holds `old`; says whether it did. */
export function try_cmpxchg<T>(_place: T, _old: T, _value: T): boolean {
  return readNotRun();
}

/** Stores `value`. Gives what the place held. */
export function xchg<T>(_place: T, _value: T): T {
  return readNotRun();
}

/** Adds to the number. Gives what the place held before. */
export function fetch_add(_place: number, _n: number): number {
  return readNotRun();
}

/** Adds to the number. Gives what the place holds then. */
export function add_return(_place: number, _n: number): number {
  return readNotRun();
}

/** Sets the bit in one step. Bits count from 0, in a number of at most 16 bits. */
export function set_bit(_bit: number, _place: number): void {
  readNotRun();
}

/** Clears the bit in one step. */
export function clear_bit(_bit: number, _place: number): void {
  readNotRun();
}

/** Whether the bit is set: a plain load. */
export function test_bit(_bit: number, _place: number): boolean {
  return readNotRun();
}

/** Sets the bit in one step; says whether it was set before. */
export function test_and_set_bit(_bit: number, _place: number): boolean {
  return readNotRun();
}

/** Clears the bit in one step; says whether it was set before. */
export function test_and_clear_bit(_bit: number, _place: number): boolean {
  return readNotRun();
}

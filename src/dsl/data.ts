/** Data: bounded numbers, arrays and maps. Records are plain object types, `type Entry = { valid: boolean }`. */

import { readNotRun } from "./read-not-run.js";
import type { Instances } from "./spec.js";

/** 0 to 255; what is stored loses the upper bits, as in C. */
export type u8 = number;
/** 0 to 65535; what is stored loses the upper bits, as in C. */
export type u16 = number;
/** 0 to 2147483647: TLC has no more. A store outside fails `wrap`; where wrapping matters, use fewer bits. */
export type u32 = number;
/** So many bits without a sign, 1 to 31; what is stored loses the upper ones. */
export type bits<_N extends number> = number;

/** A {@link u8 | u8} as an initial value. */
export function u8(_initial: number): u8 {
  return readNotRun();
}

/** A {@link u16 | u16} as an initial value. */
export function u16(_initial: number): u16 {
  return readNotRun();
}

/** A {@link u32 | u32} as an initial value. */
export function u32(_initial: number): u32 {
  return readNotRun();
}

/** A bit-field of `width` bits as an initial value. */
export function bits<N extends number>(_width: N, _initial: number): bits<N> {
  return readNotRun();
}

/** A number that must stay between two others: a store outside fails `wrap`. */
export function int(_minimum: number, _maximum: number, _initial: number): number {
  return readNotRun();
}

/** A bounded number that must not wrap, `nowrap(u8(0))`: a store that would wrap it fails `wrap`. */
export function nowrap(_bounded: number): number {
  return readNotRun();
}

/** C's integer division, which drops the remainder. The divisor must be positive, and is checked. */
export function div(_dividend: number, _divisor: number): number {
  return readNotRun();
}

/** An array of `length` equal elements, as the initial value of a field, of a top-level `let`, or of a local. */
export function array<T>(_length: number, _element: T): T[] {
  return readNotRun();
}

/** A value for each of a fixed set of keys. In memory each key has an address of its own. */
export interface FixedMap<K, V> {
  get(key: K): V;
  set(key: K, value: V): void;
}

/** A map from all of these objects, or from these constants, each to the same value at first. */
export function map<const K extends boolean | number | string | object, V>(
  keys: readonly K[],
  value: V,
): FixedMap<K, V>;
export function map<K, V>(keys: Instances<K>, value: V): FixedMap<K, V>;
export function map(_keys: unknown, _value: unknown): FixedMap<unknown, unknown> {
  return readNotRun();
}

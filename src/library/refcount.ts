/**
 * refcount_t: how many references to an object exist. Stands for Linux's refcount_set, refcount_inc,
 * refcount_inc_not_zero and refcount_dec_and_test. A count that is zero stays zero: taking a reference then, or giving
 * back one that nobody has, fails `use-after-free`, where Linux warns in these words.
 * Left out: saturation, and the freeing, which is the caller's.
 */
import { atomic, check } from "../dsl/steps.js";

/** One count. */
export class Refcount {
  refs = 1;
}

/** One reference, as the initial value of a field. */
export function refcount(): Refcount {
  return new Refcount();
}

/** Gives it another count, when the object is made. */
export function refcount_set(r: Refcount, n: number): void {
  r.refs = n;
}

/** The count; it may be another one at once. */
export function refcount_read(r: Refcount): number {
  return r.refs;
}

/** Takes one more reference; the caller must have one. */
export function refcount_inc(r: Refcount): void {
  atomic(() => {
    check("use-after-free", r.refs > 0, r);
    r.refs++;
  });
}

/** Takes a reference unless there is none any more; says whether it did. */
export function refcount_inc_not_zero(r: Refcount): boolean {
  let taken = false;
  atomic(() => {
    if (r.refs > 0) {
      r.refs++;
      taken = true;
    }
  });
  return taken;
}

/** Gives a reference back; true for the last one. */
export function refcount_dec_and_test(r: Refcount): boolean {
  let last = false;
  atomic(() => {
    check("use-after-free", r.refs > 0, r);
    r.refs--;
    last = r.refs === 0;
  });
  return last;
}

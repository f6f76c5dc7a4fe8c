/** The stable ids of what is checked, and how bad each is: the order in which TLC is asked about them. */

/**
 * Id to what its failure means. The order is by severity: TLC names only the first violated invariant of a state.
 * A check that stops a thread comes before one that is about the state it leaves behind.
 */
export const CHECKS: ReadonlyMap<string, string> = new Map([
  ["null-dereference", "a null pointer is used"],
  ["use-after-free", "an object is used after it was freed"],
  ["unlock-not-held", "a lock is released by a thread that does not hold it"],
  ["self-deadlock", "a thread waits for what it holds itself"],
  ["list-corruption", "an element is added to a second list, or taken off none"],
  ["list-changed-under-walk", "the element a walk stands on has left the list"],
  [
    "sleep-in-atomic",
    "a thread sleeps where it must not: under a spinlock, or with interrupts or preemption off",
  ],
  ["lock-order", "a lock is taken while one that comes after it in a declared order is held"],
  ["guarded-by", "a field is used without the lock that it is declared to be guarded by"],
  ["irq-unsafe", "a lock that an interrupt handler takes is taken with interrupts on"],
  ["wrap", "a number leaves the range that its field is declared to keep"],
  ["lock-held-at-exit", "a thread ends while it holds a lock"],
  ["assert", "an assertion is false"],
  ["invariant", "an invariant is false"],
  ["wait-cycle", "threads wait for each other in a circle while others still run"],
  ["deadlock", "no thread can go on, and not all have ended or rest"],
  ["never_stuck", "a thread waits for ever although the others run fairly"],
  ["eventually", "a condition need not become true"],
  ["always_eventually", "a condition need not become true again and again"],
  ["leads_to", "one condition need not be followed by another"],
]);

/** The check that a finding is about: `invariant: name` is one of the check `invariant`. */
export function checkOf(key: string): string {
  return key.split(":")[0] ?? key;
}

/** Checks of whole runs and not of states: TLC is asked about each property alone, once no state fails. */
export const LIVENESS_CHECKS: ReadonlySet<string> = new Set([
  "never_stuck",
  "eventually",
  "always_eventually",
  "leads_to",
]);

/** Checks that a thread fails where it ends: it would have run no further, and nobody misses it. */
export const AT_EXIT: ReadonlySet<string> = new Set(["lock-held-at-exit"]);

/** What merged steps stand on is false: no check of the spec's, and never its verdict. See reduction/reduce.ts. */
export const GUESS = "guess";

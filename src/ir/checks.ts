/** The stable ids of what is checked, and how bad each is: the order in which TLC is asked about them. */

/**
 * Id to what its failure means. The order is by severity: TLC names only the first violated invariant of a state.
 * A check that stops a thread comes before one that is about the state it leaves behind.
 */
export const CHECKS: ReadonlyMap<string, string> = new Map([
  ["null-dereference", "a null pointer is used"],
  ["unlock-not-held", "a lock is released by a thread that does not hold it"],
  ["self-deadlock", "a thread waits for what it holds itself"],
  ["list-corruption", "an element is added to a second list, or taken off none"],
  ["list-changed-under-walk", "the element a walk stands on has left the list"],
  ["assert", "an assertion is false"],
  ["invariant", "an invariant is false"],
  ["deadlock", "no thread can go on, and not all have ended or rest"],
]);

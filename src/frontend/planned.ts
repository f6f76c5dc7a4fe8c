/** Words that the language will have: importing one says so, and not merely that it is unknown. */

/** What to do today, by the family that a word belongs to. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ["call_rcu rcu_barrier", "Let a thread call synchronize_rcu(), then the callback."],
  [
    "per_cpu smp_processor_id",
    "Extend the class Cpu with a field for each per-CPU variable, and reach it by this_cpu.",
  ],
  [
    "atomic_inc atomic_dec atomic_add atomic_dec_and_test atomic_read atomic_set atomic_cmpxchg atomic_xchg",
    "Write fetch_add(x.n, 1), add_return(x.n, -1) === 0, cmpxchg(x.n, old, value); a plain load and store are those of C.",
  ],
  ["bit", "Write bits(1, 0)."],
  ["record", "Write an object literal: { valid: true, refs: 1 }."],
]);

/** What to do instead of a word that is planned, or undefined where none of that name is. */
export function plannedWord(name: string): string | undefined {
  for (const [words, instead] of FAMILIES) {
    if (words.split(/\s+/).includes(name)) return instead;
  }
  return undefined;
}

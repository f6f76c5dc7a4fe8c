/** Words that the language will have: importing one says so, and not merely that it is unknown. */

/** What to do today, by the family that a word belongs to. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  [
    `mutex mutex_lock mutex_trylock mutex_unlock semaphore down down_trylock up rwsem down_read up_read down_write
    up_write seqlock read_seqbegin read_seqretry write_seqlock write_sequnlock refcount refcount_inc refcount_dec_and_test
    spin_lock_recursive spin_unlock_recursive completion complete wait_for_completion rwlock_fair`,
    "Write the primitive in the spec, with atomic and until, as src/library/spinlock.ts does.",
  ],
  [
    "wait_queue wait_event wake_up wake_up_nr wake_up_all prepare_to_wait finish_wait",
    "Write the queue in the spec: a list of waiters, and a loop that tests the condition and waits with until.",
  ],
  [
    `rcu_read_lock rcu_read_unlock synchronize_rcu call_rcu srcu srcu_read_lock srcu_read_unlock synchronize_srcu`,
    "Write it in the spec: a set of readers, and a wait until those that were inside have left.",
  ],
  [
    "per_cpu smp_processor_id",
    "Extend the class Cpu with a field for each per-CPU variable, and reach it by this_cpu.",
  ],
  [
    "cmpxchg xchg test_and_set_bit test_and_clear_bit atomic_inc atomic_dec_and_test fetch_add",
    "Write atomic(() => { … }) around the load and the store.",
  ],
  [
    "u8 u16 u32 bit bits record array",
    "Use a field of its own for each part, and numbers with % where they wrap.",
  ],
]);

/** What to do instead of a word that is planned, or undefined where none of that name is. */
export function plannedWord(name: string): string | undefined {
  for (const [words, instead] of FAMILIES) {
    if (words.split(/\s+/).includes(name)) return instead;
  }
  return undefined;
}

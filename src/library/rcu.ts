/**
 * RCU: Linux's rcu_read_lock, rcu_read_unlock and synchronize_rcu, and Xen's. There is one domain for all, and a grace
 * period waits for exactly the readers that began before it. Preemption is off in a section, so sleeping there fails
 * `sleep-in-atomic`.
 * Left out: call_rcu and rcu_barrier (let a thread call synchronize_rcu, then the callback), and sections nested more
 * than twice, which fail `assert`. What rcu_dereference and rcu_assign_pointer order, the memory model says.
 */
import { atomic } from "../dsl/steps.js";
import { add_preempt } from "./cpu.js";
import { Srcu, srcu_read_lock, srcu_read_unlock, synchronize_srcu } from "./srcu.js";

const rcu = new Srcu();

/** Begins a read-side section, or one inside it. Never waits. */
export function rcu_read_lock(): void {
  atomic(() => {
    add_preempt(1);
    srcu_read_lock(rcu);
  });
}

/** Ends the innermost read-side section. */
export function rcu_read_unlock(): void {
  atomic(() => {
    srcu_read_unlock(rcu);
    add_preempt(-1);
  });
}

/** Waits until every section that has begun by now has ended. Inside one it is a self-deadlock. */
export function synchronize_rcu(): void {
  synchronize_srcu(rcu);
}

/**
 * Sleepable RCU: struct srcu_struct, one for each domain. Stands for Linux's srcu_read_lock, srcu_read_unlock and
 * synchronize_srcu. A grace period waits for exactly the readers that began before it: what Linux may wait for besides
 * is nothing that a design may count on.
 * Left out: the index that srcu_read_lock returns, call_srcu, and sections nested more than twice, which fail `assert`.
 */
import { queue } from "../dsl/queue.js";
import { acquires, assert, atomic, check, current, releases, set, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One domain. `order` holds readers and grace periods in the order in which they began. */
export class Srcu {
  readers = set<Thread>();
  nested = set<Thread>();
  order = queue<Thread>();
}

/** A domain without readers, as the initial value of a field or a global. */
export function srcu(): Srcu {
  return new Srcu();
}

/** Begins a read-side section, or one inside it. Never waits. */
export function srcu_read_lock(domain: Srcu): void {
  atomic(() => {
    if (domain.readers.has(current())) {
      assert(
        !domain.nested.has(current()),
        "sections nest twice at most, which is as deep as the library counts",
      );
      domain.nested.add(current());
    } else {
      domain.readers.add(current());
      domain.order.push(current());
      acquires(domain, "shared");
    }
  });
}

/** Ends the innermost read-side section. */
export function srcu_read_unlock(domain: Srcu): void {
  atomic(() => {
    check("unlock-not-held", domain.readers.has(current()), domain);
    if (domain.nested.has(current())) {
      domain.nested.delete(current());
    } else {
      domain.readers.delete(current());
      domain.order.delete(current());
      releases(domain);
    }
  });
}

/** Waits until every section that has begun by now has ended. Inside one it is a self-deadlock. */
export function synchronize_srcu(domain: Srcu): void {
  let waits = false;
  atomic(() => {
    check("self-deadlock", !domain.readers.has(current()), domain);
    might_sleep();
    waits = domain.order.size > 0;
    if (waits) domain.order.push(current());
  });
  if (!waits) return;
  atomic(() => {
    until(domain.order.first === current(), domain.order.first);
    domain.order.drop(1);
  });
}

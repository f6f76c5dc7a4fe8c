/** Two CPUs pull a task from each other, and each locks its own runqueue first. */
import { cases, fails, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

class Runqueue {
  lock = spinlock();
  nr_running = 2;
  clock = 0;
}

const rqs = instances(Runqueue, 2, "rq");

/** Without double_rq_lock(), which would take the lock with the lower address first. */
function pull_task(here: Runqueue, busiest: Runqueue) {
  spin_lock(here.lock);
  here.clock = 1;
  spin_lock(busiest.lock);
  busiest.nr_running--;
  here.nr_running++;
  spin_unlock(busiest.lock);
  spin_unlock(here.lock);
}

thread("balance rq0", () => pull_task(rqs[0], rqs[1]));
thread("balance rq1", () => pull_task(rqs[1], rqs[0]));
thread("scheduler tick", rqs, (rq) => {
  spin_lock(rq.lock);
  rq.clock = 1;
  spin_unlock(rq.lock);
});

export default cases({
  title: "two runqueue locks in two orders",
  "ab-ba": { expect: fails("deadlock"), why: "the locks are not taken in the order of their addresses" },
});

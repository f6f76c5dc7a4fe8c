/** A task's lock is found through the runqueue it is on, once to take it and once more to drop it. */
import { cases, fails, initially, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

class Runqueue {
  lock = spinlock();
}
class Task {
  rq: Runqueue | null = null;
  prio = 0;
}

const rqs = instances(Runqueue, 2, "rq");
const tasks = instances(Task, 1, "task");

initially(() => {
  for (const p of tasks) p.rq = rqs[0];
});

function task_rq_lock(p: Task) {
  spin_lock(p.rq!.lock);
}

function task_rq_unlock(p: Task) {
  spin_unlock(p.rq!.lock);
}

thread("setprio", tasks, (p) => {
  task_rq_lock(p);
  p.prio = 1;
  task_rq_unlock(p);
});
thread("migration", tasks, (p) => {
  const to = rqs[1];
  spin_lock(to.lock);
  p.rq = to;
  spin_unlock(to.lock);
});

export default cases({
  title: "a lock behind a pointer that moves",
  "unlock-of-anothers-lock": {
    expect: fails("unlock-not-held"),
    why: "the migration takes the lock of the new runqueue only",
  },
});

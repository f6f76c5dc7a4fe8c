import { cases, holds, leads_to, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let waiting = false;

thread("others", () => {
  for (;;) {
    spin_lock(lock);
    spin_unlock(lock);
  }
});
thread(
  "one",
  () => {
    for (;;) {
      waiting = true;
      spin_lock(lock);
      waiting = false;
      spin_unlock(lock);
    }
  },
  { fairness: "strong" },
);
leads_to(
  "whoever waits gets the lock",
  () => waiting,
  () => !waiting,
);

export default cases({
  title: "starvation on a lock",
  only: { expect: holds(), why: "a fair lock serves whoever finds it free again and again" },
});

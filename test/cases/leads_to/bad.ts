import { cases, fails, leads_to, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let waiting = false;

thread("others", () => {
  for (;;) {
    spin_lock(lock);
    spin_unlock(lock);
  }
});
thread("one", () => {
  for (;;) {
    waiting = true;
    spin_lock(lock);
    waiting = false;
    spin_unlock(lock);
  }
});
leads_to(
  "whoever waits gets the lock",
  () => waiting,
  () => !waiting,
);

export default cases({
  title: "starvation on a lock",
  only: { expect: fails("leads_to"), why: "others can be faster each time the lock is free" },
});

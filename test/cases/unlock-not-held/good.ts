import { cases, holds, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let users = 0;

thread("a", () => {
  spin_lock(lock);
  users = 1;
  spin_unlock(lock);
});
thread("b", () => {
  spin_lock(lock);
  users = 1;
  spin_unlock(lock);
});

export default cases({
  title: "a lock that is taken under a condition",
  only: { expect: holds(), why: "both always take the lock" },
});

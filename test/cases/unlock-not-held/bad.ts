import { cases, fails, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let users = 0;

thread("a", () => {
  if (users === 0) spin_lock(lock);
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
  only: { expect: fails("unlock-not-held"), why: "where b was first, a unlocks what it never took" },
});

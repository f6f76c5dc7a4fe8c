import { cases, fails, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let error = false;

thread("open", () => {
  spin_lock(lock);
  if (error) return;
  spin_unlock(lock);
});
thread("fault", () => {
  error = true;
});

export default cases({
  title: "an early return",
  only: { expect: fails("lock-held-at-exit"), why: "the error path forgets to unlock" },
});

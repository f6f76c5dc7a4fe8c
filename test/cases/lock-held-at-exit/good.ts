import { cases, holds, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let error = false;

thread("open", () => {
  spin_lock(lock);
  if (error) {
    spin_unlock(lock);
    return;
  }
  spin_unlock(lock);
});
thread("fault", () => {
  error = true;
});

export default cases({
  title: "an early return",
  only: { expect: holds(), why: "both paths unlock" },
});

import { assert, cases, holds, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let count = 0;

thread("a", () => {
  spin_lock(lock);
  count++;
  assert(count >= 1);
  spin_unlock(lock);
});
thread("b", () => {
  spin_lock(lock);
  count++;
  spin_unlock(lock);
});

export default cases({
  title: "a counter of two threads",
  only: { expect: holds(), why: "one or two, and under a lock no increment is lost" },
});

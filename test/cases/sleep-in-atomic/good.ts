import { cases, holds, might_sleep, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let size = 0;

function allocate() {
  might_sleep();
  size = 1;
}

thread("task", () => {
  allocate();
  spin_lock(lock);
  size = 2;
  spin_unlock(lock);
});

export default cases({
  title: "an allocation that may wait for memory",
  only: { expect: holds(), why: "it is made before the lock is taken" },
});

import { cases, fails, might_sleep, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let size = 0;

function allocate() {
  might_sleep();
  size = 1;
}

thread("task", () => {
  spin_lock(lock);
  allocate();
  spin_unlock(lock);
});

export default cases({
  title: "an allocation that may wait for memory",
  only: { expect: fails("sleep-in-atomic"), why: "it is made under a spinlock" },
});

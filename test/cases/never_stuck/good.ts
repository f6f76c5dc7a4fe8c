import { cases, holds, never_stuck, spin_lock, spin_unlock, spinlock, thread, until } from "latchwork";

const lock = spinlock();
let ready = false;
let ticks = 0;

thread("waiter", () => {
  until(ready);
  spin_lock(lock);
  spin_unlock(lock);
});
thread("waker", () => {
  spin_lock(lock);
  ready = true;
  spin_unlock(lock);
});
thread("ticker", () => {
  for (;;) ticks = (ticks + 1) % 2;
});
never_stuck();

export default cases({
  title: "waiting under the lock that the waker needs",
  only: { expect: holds(), why: "the waiter takes the lock once it is awake" },
});

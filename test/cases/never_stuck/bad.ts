import { cases, fails, never_stuck, spin_lock, spin_unlock, spinlock, thread, until } from "latchwork";

const lock = spinlock();
let ready = false;
let ticks = 0;

thread("waiter", () => {
  spin_lock(lock);
  until(ready);
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
  only: { expect: fails("never_stuck"), why: "both wait for each other while the ticker runs on" },
});

import { cases, fails, never_stuck, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let ticks = 0;

thread("owner", () => {
  spin_lock(lock);
});
thread("waiter", () => {
  spin_lock(lock);
  spin_unlock(lock);
});
thread("ticker", () => {
  for (;;) ticks = (ticks + 1) % 2;
});
never_stuck();

export default cases({
  title: "a lock that is never dropped while others still run",
  only: { expect: fails("never_stuck"), why: "the owner ends with the lock, and the ticker runs on" },
});

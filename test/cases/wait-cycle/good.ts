import { cases, holds, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const a = spinlock();
const b = spinlock();
let ticks = 0;

thread("one", () => {
  spin_lock(a);
  spin_lock(b);
  spin_unlock(b);
  spin_unlock(a);
});
thread("two", () => {
  spin_lock(a);
  spin_lock(b);
  spin_unlock(b);
  spin_unlock(a);
});
thread("clock", () => {
  for (;;) ticks = 1 - ticks;
});

export default cases({
  title: "two locks beside a clock that never stops",
  only: { expect: holds(), why: "both take the locks in one order" },
});

import { cases, fails, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

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
  spin_lock(b);
  spin_lock(a);
  spin_unlock(a);
  spin_unlock(b);
});
thread("clock", () => {
  for (;;) ticks = 1 - ticks;
});

export default cases({
  title: "two locks beside a clock that never stops",
  only: {
    expect: fails("wait-cycle"),
    why: "each holds what the other wants, and the clock hides it from a deadlock",
  },
});

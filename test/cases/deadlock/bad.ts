import { cases, fails, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const a = spinlock();
const b = spinlock();

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

export default cases({
  title: "two locks",
  only: { expect: fails("deadlock"), why: "each holds what the other wants" },
});

import { cases, fails, lock_order, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const outer = spinlock();
const inner = spinlock();
lock_order(outer, inner);

thread("a", () => {
  spin_lock(inner);
  spin_lock(outer);
  spin_unlock(outer);
  spin_unlock(inner);
});

export default cases({
  title: "two locks with a documented order",
  only: {
    expect: fails("lock-order"),
    why: "a takes the outer lock inside the inner one; with a second thread it could deadlock",
  },
});

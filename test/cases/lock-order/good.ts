import { cases, holds, lock_order, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const outer = spinlock();
const inner = spinlock();
lock_order(outer, inner);

thread("a", () => {
  spin_lock(outer);
  spin_lock(inner);
  spin_unlock(inner);
  spin_unlock(outer);
});

export default cases({
  title: "two locks with a documented order",
  only: { expect: holds(), why: "the locks nest as documented" },
});

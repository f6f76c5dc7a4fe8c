import { cases, holds, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const a = spinlock();
const b = spinlock();

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

export default cases({
  title: "two locks",
  only: { expect: holds(), why: "both take the locks in one order" },
});

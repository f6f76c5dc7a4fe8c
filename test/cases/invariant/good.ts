import { cases, holds, invariant, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const busy = spinlock();
let owners = 0;

thread("a", () => {
  spin_lock(busy);
  owners++;
  owners--;
  spin_unlock(busy);
});
thread("b", () => {
  spin_lock(busy);
  owners++;
  owners--;
  spin_unlock(busy);
});
invariant("one owner at most", () => owners <= 1);

export default cases({
  title: "a flag instead of a lock",
  only: { expect: holds(), why: "the lock tests and sets in one step" },
});

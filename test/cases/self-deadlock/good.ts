import { cases, holds, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let count = 0;

function add() {
  spin_lock(lock);
  count = 1;
  spin_unlock(lock);
}

thread("a", () => {
  add();
});

export default cases({
  title: "a procedure that takes a lock by itself",
  only: { expect: holds(), why: "add is called without the lock" },
});

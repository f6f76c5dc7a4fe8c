import { cases, fails, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const lock = spinlock();
let count = 0;

function add() {
  spin_lock(lock);
  count = 1;
  spin_unlock(lock);
}

thread("a", () => {
  spin_lock(lock);
  add();
  spin_unlock(lock);
});

export default cases({
  title: "a procedure that takes a lock by itself",
  only: { expect: fails("self-deadlock"), why: "add takes the lock that its caller holds" },
});

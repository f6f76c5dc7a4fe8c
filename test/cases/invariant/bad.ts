import { cases, fails, invariant, thread } from "latchwork";

let busy = false;
let owners = 0;

thread("a", () => {
  if (!busy) {
    busy = true;
    owners++;
    owners--;
    busy = false;
  }
});
thread("b", () => {
  if (!busy) {
    busy = true;
    owners++;
    owners--;
    busy = false;
  }
});
invariant("one owner at most", () => owners <= 1);

export default cases({
  title: "a flag instead of a lock",
  only: { expect: fails("invariant"), why: "both see that nobody is busy before one says so" },
});

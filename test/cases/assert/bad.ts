import { assert, cases, fails, thread } from "latchwork";

let count = 0;

thread("a", () => {
  count++;
  assert(count === 1);
});
thread("b", () => {
  count++;
});

export default cases({
  title: "a counter of two threads",
  only: { expect: fails("assert"), why: "b may count first" },
});

import { always_eventually, cases, fails, thread } from "latchwork";

let full = false;

thread("producer", () => {
  for (;;) full = true;
});
thread("consumer", () => {
  full = false;
});
always_eventually("there is room", () => !full);

export default cases({
  title: "a buffer that is emptied",
  only: { expect: fails("always_eventually"), why: "the consumer empties the buffer once" },
});

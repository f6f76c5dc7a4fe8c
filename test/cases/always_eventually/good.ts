import { always_eventually, cases, holds, thread } from "latchwork";

let full = false;

thread("producer", () => {
  for (;;) full = true;
});
thread("consumer", () => {
  for (;;) full = false;
});
always_eventually("there is room", () => !full);

export default cases({
  title: "a buffer that is emptied",
  only: { expect: holds(), why: "the consumer empties it again and again" },
});

import { cases, holds, nowrap, thread, u8 } from "latchwork";

let refs = nowrap(u8(254));

thread("a", () => {
  if (refs < 254) refs++;
});
thread("b", () => {
  refs++;
});

export default cases({
  title: "a reference counter of eight bits",
  only: { expect: holds(), why: "a takes no reference when there are too many already" },
});

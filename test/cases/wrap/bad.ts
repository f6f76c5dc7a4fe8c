import { cases, fails, nowrap, thread, u8 } from "latchwork";

let refs = nowrap(u8(254));

thread("a", () => {
  refs++;
});
thread("b", () => {
  refs++;
});

export default cases({
  title: "a reference counter of eight bits",
  only: { expect: fails("wrap"), why: "two references more than 254 do not fit into eight bits" },
});

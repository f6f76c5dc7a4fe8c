import { cases, eventually, fails, thread } from "latchwork";

let ready = false;
let asked = false;

thread("driver", () => {
  while (!ready) asked = true;
});
thread("device", () => {
  if (asked) ready = true;
});
eventually("the device is ready", () => ready);

export default cases({
  title: "polling a device",
  only: { expect: fails("eventually"), why: "a device that looks before it is asked never becomes ready" },
});

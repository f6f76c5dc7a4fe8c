import { cases, eventually, holds, thread } from "latchwork";

let ready = false;
let asked = false;

thread("driver", () => {
  while (!ready) asked = true;
});
thread("device", () => {
  ready = true;
});
eventually("the device is ready", () => ready);

export default cases({
  title: "polling a device",
  only: { expect: holds(), why: "the device becomes ready whenever it runs" },
});

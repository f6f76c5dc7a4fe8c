import { cases, holds, thread } from "latchwork";

class Device {
  users = 0;
}
class Slot {
  device: Device | null = null;
}
const device = new Device();
const slot = new Slot();

thread("open", () => {
  const found = slot.device;
  if (found !== null) found.users = 1;
});
thread("probe", () => {
  slot.device = device;
});

export default cases({
  title: "a device that is opened while it is probed",
  only: { expect: holds(), why: "open looks before it uses what it found" },
});

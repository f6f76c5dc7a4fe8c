import { cases, fails, thread } from "latchwork";

class Device {
  users = 0;
}
class Slot {
  device: Device | null = null;
}
const device = new Device();
const slot = new Slot();

thread("open", () => {
  slot.device!.users = 1;
});
thread("probe", () => {
  slot.device = device;
});

export default cases({
  title: "a device that is opened while it is probed",
  only: { expect: fails("null-dereference"), why: "open may run before probe" },
});

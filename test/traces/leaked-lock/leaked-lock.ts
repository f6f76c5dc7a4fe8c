/** An error path returns with the lock held. */
import { cases, fails, maybe, mutex, mutex_lock, mutex_unlock, thread } from "latchwork";

class Device {
  lock = mutex();
  open_count = 0;
}

const device = new Device();
const ENODEV = -19;

function open(): number {
  mutex_lock(device.lock);
  device.open_count++;
  if (maybe()) {
    device.open_count--;
    return ENODEV;
  }
  mutex_unlock(device.lock);
  return 0;
}

thread("open", () => {
  open();
});
thread("uevent", () => {
  mutex_lock(device.lock);
  mutex_unlock(device.lock);
});

export default cases({
  title: "an error path without its unlock",
  "leaked-lock": { expect: fails("lock-held-at-exit"), why: "return ENODEV jumps over mutex_unlock()" },
});

import {
  Cpu,
  cases,
  hardirq,
  holds,
  instances,
  spin_lock,
  spin_lock_irqsave,
  spin_unlock,
  spin_unlock_irqrestore,
  spinlock,
  thread,
} from "latchwork";

const cpus = instances(Cpu, 1);
const lock = spinlock();
let pending = 0;

thread("task", cpus, () => {
  const flags = spin_lock_irqsave(lock);
  pending = 0;
  spin_unlock_irqrestore(lock, flags);
});
hardirq("device", cpus, () => {
  spin_lock(lock);
  pending = 1;
  spin_unlock(lock);
});

export default cases({
  title: "a lock that an interrupt handler takes",
  only: { expect: holds(), why: "interrupts are off while the task holds the lock" },
});

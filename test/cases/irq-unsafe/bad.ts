import { Cpu, cases, fails, hardirq, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

const cpus = instances(Cpu, 1);
const lock = spinlock();
let pending = 0;

thread("task", cpus, () => {
  spin_lock(lock);
  pending = 0;
  spin_unlock(lock);
});
hardirq("device", cpus, () => {
  spin_lock(lock);
  pending = 1;
  spin_unlock(lock);
});

export default cases({
  title: "a lock that an interrupt handler takes",
  only: {
    expect: fails("irq-unsafe"),
    why: "the interrupt may come while the task holds the lock, and spin on it for ever",
  },
});

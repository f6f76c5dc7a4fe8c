/** A driver's transmit path takes a lock that its interrupt handler takes as well, and leaves interrupts on. */
import { Cpu, cases, fails, hardirq, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

class Nic {
  lock = spinlock();
  queued = 0;
}

const cpus = instances(Cpu, 1);
const nic = new Nic();

thread("start_xmit", cpus, () => {
  spin_lock(nic.lock);
  nic.queued++;
  spin_unlock(nic.lock);
});
hardirq(
  "nic_interrupt",
  cpus,
  () => {
    spin_lock(nic.lock);
    nic.queued = 0;
    spin_unlock(nic.lock);
  },
  { times: 1 },
);

export default cases({
  title: "a lock that an interrupt handler takes",
  "irq-self-deadlock": { expect: fails("irq-unsafe"), why: "spin_lock() where it takes spin_lock_irqsave()" },
});

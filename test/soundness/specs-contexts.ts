/** Execution contexts: handlers that enter between any two steps, and what keeps them and other tasks away. */
import type { SmallSpec } from "./small-spec.js";

const CPU = "const cpus = instances(Cpu, 1); let n = 0; let m = 0;";

export const CONTEXT_SPECS: readonly SmallSpec[] = [
  {
    name: "a handler runs to its end before the task goes on",
    text: `${CPU}
      thread("task", cpus, () => { n = 1; n = 2; });
      hardirq("irq", cpus, () => { m = 1; m = 0; }, { times: 1 });
      thread("sees", cpus, () => { assert(m === 0); });`,
    fails: [],
  },
  {
    name: "a task of another CPU sees the handler at work, and so does one without a CPU",
    text: `const cpus = instances(Cpu, 2); let m = 0;
      hardirq("irq", cpus[0], () => { m = 1; m = 0; }, { times: 1 });
      thread("other", cpus, () => { const seen = m; assert(seen === 0); });`,
    fails: ["assert"],
  },
  {
    name: "a handler enters between a load and a store",
    text: `${CPU}
      thread("task", cpus, () => { n++; });
      hardirq("irq", cpus, () => { n++; }, { times: 1 });
      thread("end", () => { until(n === 2); });`,
    fails: ["deadlock"],
  },
  {
    name: "not with interrupts off",
    text: `${CPU}
      thread("task", cpus, () => { local_irq_disable(); n++; local_irq_enable(); m = 1; });
      hardirq("irq", cpus, () => { n++; }, { times: 1 });
      thread("end", () => { until(n === 2); });`,
    fails: [],
  },
  {
    name: "a task that spins on what its own interrupt holds never goes on: the lock is not even needed twice",
    text: `${CPU} const l = spinlock();
      thread("task", cpus, () => { spin_lock(l); n = 1; spin_unlock(l); });
      hardirq("irq", cpus, () => { spin_lock(l); n = 2; spin_unlock(l); }, { times: 1 });
      thread("clock", () => { for (;;) m = 1 - m; });`,
    fails: ["irq-unsafe"],
  },
  {
    name: "a wait for the task that is interrupted is a circle",
    text: `${CPU} class Flag { owner: Thread | null = null; } const f = new Flag();
      thread("task", cpus, () => { f.owner = current(); n = 1; f.owner = null; });
      hardirq("irq", cpus, () => { until(f.owner === null, f.owner); }, { times: 1 });
      thread("clock", () => { for (;;) m = 1 - m; });`,
    fails: ["wait-cycle"],
  },
  {
    name: "irqsave nests: restore leaves interrupts as they were",
    text: `${CPU} const one = spinlock(); const two = spinlock();
      thread("task", cpus, () => {
        const outer = spin_lock_irqsave(one); const inner = spin_lock_irqsave(two);
        n = 1; spin_unlock_irqrestore(two, inner); assert(n === 1); spin_unlock_irqrestore(one, outer); });
      hardirq("irq", cpus, () => { spin_lock(two); n = 2; spin_unlock(two); }, { times: 1 });`,
    fails: [],
  },
  {
    name: "unlock_irq inside irqsave lets interrupts in too early",
    text: `${CPU} const one = spinlock(); const two = spinlock();
      thread("task", cpus, () => {
        const outer = spin_lock_irqsave(one); spin_lock_irq(two);
        n = 1; spin_unlock_irq(two); assert(n === 1); spin_unlock_irqrestore(one, outer); });
      hardirq("irq", cpus, () => { n = 2; }, { times: 1 });`,
    fails: ["assert"],
  },
  {
    name: "a hardirq nests over a softirq, a softirq over nothing but tasks",
    text: `${CPU} let k = 0;
      softirq("soft", cpus, () => { n = 1; assert(m === 0); n = 0; }, { times: 1 });
      hardirq("hard", cpus, () => { m = 1; if (n === 1) k = 1; assert(n === 0 || k === 1); m = 0; }, { times: 1 });
      invariant("never seen over a softirq", () => k === 0);`,
    fails: ["invariant: never seen over a softirq"],
  },
  {
    name: "softirqs are kept away by local_bh_disable and by interrupts off",
    text: `${CPU} const l = spinlock();
      softirq("soft", cpus, () => { spin_lock(l); m = 1; spin_unlock(l); }, { times: 1 });
      thread("a", cpus, () => { spin_lock_bh(l); m = 2; assert(m === 2); spin_unlock_bh(l);
        const flags = local_irq_save(); m = 3; assert(m === 3); local_irq_restore(flags); });`,
    fails: [],
  },
  {
    name: "a lock of a softirq that a task takes with softirqs on",
    text: `${CPU} const l = spinlock();
      softirq("soft", cpus, () => { spin_lock(l); spin_unlock(l); }, { times: 1 });
      thread("a", cpus, () => { spin_lock(l); spin_unlock(l); });`,
    fails: ["irq-unsafe"],
  },
  {
    name: "preemption: tasks of one CPU interleave, but not while it is off",
    text: `${CPU}
      thread("a", cpus, () => { preempt_disable(); n = 1; n = 2; preempt_enable(); });
      thread("b", cpus, () => { const seen = n; assert(seen !== 1); });`,
    fails: [],
  },
  {
    name: "a spinlock keeps other tasks of its CPU away, until the last is given back",
    text: `${CPU} const one = spinlock(); const two = spinlock();
      thread("a", cpus, () => { spin_lock(one); spin_lock(two); spin_unlock(two); n = 1; n = 0; spin_unlock(one); });
      thread("b", cpus, () => { assert(n === 0); if (spin_trylock(one)) spin_unlock(one); else n = 5; });
      invariant("never contended", () => n !== 5);`,
    fails: [],
  },
  {
    name: "per-CPU state: a class that extends Cpu, reached by this_cpu",
    text: `class Pcpu extends Cpu { ticks = 0; }
      const cpus = instances(Pcpu, 2);
      function tick() { const cpu = this_cpu<Pcpu>(); cpu.ticks++; assert(cpu.ticks === 1); }
      thread("task", cpus, () => { const flags = local_irq_save(); tick(); local_irq_restore(flags); });
      hardirq("irq", cpus[1], (cpu) => { if (cpu.ticks === 0) cpu.ticks = 0; });`,
    fails: [],
  },
  {
    name: "sleeping in a handler, and with interrupts, softirqs or preemption off",
    text: `${CPU}
      hardirq("irq", cpus, () => { might_sleep(); }, { times: 1 });`,
    fails: ["sleep-in-atomic"],
  },
  {
    name: "sleeping after everything is on again",
    text: `${CPU} const l = spinlock();
      thread("a", cpus, () => { local_irq_disable(); local_irq_enable(); local_bh_disable(); local_bh_enable();
        preempt_disable(); preempt_enable(); spin_lock(l); spin_unlock(l); might_sleep(); n = 1; });
      thread("b", () => { preempt_disable(); n = 2; preempt_enable(); might_sleep(); });`,
    fails: [],
  },
  {
    name: "a handler that keeps its lock",
    text: `${CPU} const l = spinlock();
      hardirq("irq", cpus, () => { spin_lock(l); });
      thread("b", () => { n = 1; });`,
    fails: ["lock-held-at-exit"],
  },
  {
    name: "what kind of code runs decides at compile time, in procedures of the spec as well",
    text: `${CPU}
      function note() { if (execution_context() === "task") n = 1; else m = 1; }
      thread("a", cpus, () => note());
      hardirq("irq", cpus, () => note(), { times: 1 });
      invariant("both", () => n + m <= 2);`,
    fails: [],
  },
];

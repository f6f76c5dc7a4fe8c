/**
 * The next size of the moves in switch.ts: the pCPU goes to the other scheduler and back, again and again, for every pair, and
 * for what the new code rests on where memory is not sequentially consistent.
 */
import { cases, holds } from "latchwork";
import "./moves.js";

export default cases({
  title: "a pCPU changes its scheduler again and again",
  source: "xen/common/schedule.c",

  "credit-credit2": {
    from: "credit",
    to: "credit2",
    cntl: true,
    wanders: true,
    expect: holds(),
    why: "the hooks of Credit and Credit2 undo each other, and each leaves scheduler and lock together, also while somebody changes weights",
    source: "94734ab7c3f5",
  },
  "credit-rtds": {
    from: "credit",
    to: "rtds",
    wanders: true,
    expect: holds(),
    why: "the hooks of Credit and RTDS undo each other, and each leaves scheduler and lock together",
    source: "94734ab7c3f5",
  },
  "credit-arinc653": {
    from: "credit",
    to: "arinc653",
    wanders: true,
    expect: holds(),
    why: "the hooks of Credit and ARINC653 undo each other, and each leaves scheduler and lock together",
    source: "94734ab7c3f5",
  },
  "credit2-rtds": {
    from: "credit2",
    to: "rtds",
    wanders: true,
    expect: holds(),
    why: "the hooks of Credit2 and RTDS undo each other, and each leaves scheduler and lock together",
    source: "94734ab7c3f5",
  },
  "credit2-arinc653": {
    from: "credit2",
    to: "arinc653",
    wanders: true,
    expect: holds(),
    why: "the hooks of Credit2 and ARINC653 undo each other, and each leaves scheduler and lock together",
    source: "94734ab7c3f5",
  },
  "rtds-arinc653": {
    from: "rtds",
    to: "arinc653",
    wanders: true,
    expect: holds(),
    why: "the hooks of RTDS and ARINC653 undo each other, and each leaves scheduler and lock together",
    source: "94734ab7c3f5",
  },
  "credit2-credit2": {
    from: "credit2",
    to: "credit2",
    cntl: true,
    wanders: true,
    expect: holds(),
    why: "two instances: each takes its private lock inside the run queue lock of the other",
    source: "comment in csched2_switch_sched()",
  },
  "credit2-credit2-opposite-move": {
    from: "credit2",
    to: "credit2",
    cntl: true,
    wanders: true,
    cpus: 2,
    opposite: true,
    schedulers: "none",
    expect: holds(),
    why: "and so while another pCPU moves the opposite way: cpupool_lock allows one move at a time",
    source: "comment in csched2_switch_sched()",
  },
  "no-barrier-tso": {
    barrier: "none",
    memory: "tso",
    wanders: true,
    expect: holds(),
    why: "x86 keeps the order of stores, also from one move to the next",
    source: "ARINC653's hook has no smp_mb()",
  },
  "mb-pso": {
    memory: "pso",
    wanders: true,
    expect: holds(),
    why: "smp_mb() keeps the store to schedule_lock behind all others",
    source: "94734ab7c3f5",
  },
  "wmb-pso": {
    barrier: "smp_wmb",
    memory: "pso",
    wanders: true,
    expect: holds(),
    why: "a write barrier is enough",
    source: "schedule_cpu_add() at HEAD",
  },
  "arinc653-tso": {
    from: "credit2",
    to: "arinc653",
    memory: "tso",
    wanders: true,
    expect: holds(),
    why: "x86 keeps the order of stores, so the missing barrier is not missed",
    source: "a653_switch_sched(), 94734ab7c3f5",
  },
});

/** Small specs about whole runs. Fair runs and unfair ones lie close together here: each spec has a neighbour with the other verdict. */

export interface RunSpec {
  readonly name: string;
  readonly text: string;
  /** Names of the claims that some fair run without a failing check falsifies. */
  readonly falseClaims: readonly string[];
  /** Checks and invariants that some state violates. */
  readonly fails: readonly string[];
  /** Distinct states, where the number of steps is the point. */
  readonly distinct?: number;
}

const spec = (
  name: string,
  text: string,
  falseClaims: readonly string[],
  fails: readonly string[] = [],
  distinct?: number,
): RunSpec => ({ name, text, falseClaims, fails, ...(distinct === undefined ? {} : { distinct }) });

/** Two threads on a lock for ever; `served` counts the second one's turns. */
const contended = (lock: string, take: string, drop: string, options: string) => `
  ${lock}
  let trying = false;
  let served = 0;
  thread("hog", () => { for (;;) { ${take} ${drop} } }${options});
  thread("other", () => { for (;;) { trying = true; ${take} atomic(() => { trying = false; served = 1 - served; }); ${drop} } }${options});
  leads_to("served", () => trying, () => !trying);
  always_eventually("again", () => served === 1);
  never_stuck();`;

const TICKET = `
  let next = 0; let serving = 0;
  function ticket_lock() { let mine = 0; atomic(() => { mine = next; next = (next + 1) % 3; }); until(serving === mine); }
  function ticket_unlock() { atomic(() => { serving = (serving + 1) % 3; }); }`;

export const RUN_SPECS: readonly RunSpec[] = [
  spec(
    "a plain spinlock starves, although nobody is stuck",
    contended("const l = spinlock();", "spin_lock(l);", "spin_unlock(l);", ""),
    ["served", "again"],
  ),
  spec(
    "strong fairness serves everybody",
    contended("const l = spinlock();", "spin_lock(l);", "spin_unlock(l);", ', { fairness: "strong" }'),
    [],
  ),
  spec(
    "a ticket lock serves everybody under weak fairness",
    contended(TICKET, "ticket_lock();", "ticket_unlock();", ""),
    [],
  ),
  spec(
    "spinning on trylock starves even under strong fairness: who really runs may try at the wrong moment",
    `const l = spinlock();
     let got = false;
     thread("hog", () => { for (;;) { spin_lock(l); spin_unlock(l); } });
     thread("tries", () => { while (!spin_trylock(l)) {} got = true; spin_unlock(l); }, { fairness: "strong" });
     eventually("got", () => got);
     never_stuck();`,
    ["got"],
  ),
  spec(
    "waiting for the same lock does not, under strong fairness",
    `const l = spinlock();
     let got = false;
     thread("hog", () => { for (;;) { spin_lock(l); spin_unlock(l); } });
     thread("waits", () => { spin_lock(l); got = true; spin_unlock(l); }, { fairness: "strong" });
     eventually("got", () => got);`,
    [],
  ),
  spec(
    "a loop that may always go round once more need not end",
    `let done = false;
     thread("a", () => { while (maybe()) {} done = true; });
     eventually("done", () => done);`,
    ["done"],
    [],
    3,
  ),
  spec(
    "nor under strong fairness",
    `let done = false;
     thread("a", () => { while (maybe()) {} done = true; }, { fairness: "strong" });
     eventually("done", () => done);`,
    ["done"],
  ),
  spec(
    "nor where the choice is inside an atomic step that changes nothing",
    `let done = false;
     thread("a", () => { let go = true; while (go) { atomic(() => { if (maybe()) { go = false; done = true; } }); } });
     eventually("done", () => done);`,
    ["done"],
  ),
  spec(
    "a thread that can go on does, and one without fairness need not",
    `let x = 0; let y = 0;
     thread("fair", () => { x = 1; });
     thread("free", () => { y = 1; }, { fairness: "none" });
     eventually("x", () => x === 1);
     eventually("y", () => y === 1);`,
    ["y"],
    [],
    4,
  ),
  spec(
    "a run may stop where it begins",
    `let x = 0;
     environment("guest", () => { x = 1; });
     eventually("x", () => x === 1);
     never_stuck();`,
    ["x"],
  ),
  spec(
    "a lost wake-up beside an endless ticker: no deadlock, and stuck",
    `let flag = false; let asleep = false; let time = 0;
     thread("sleeper", () => { if (!flag) { asleep = true; until(!asleep); } });
     thread("waker", () => { flag = true; if (asleep) asleep = false; });
     thread("ticker", () => { for (;;) time = (time + 1) % 2; });
     never_stuck("everybody goes on");
     always_eventually("ticks", () => time === 1);
     eventually("woken", () => flag && !asleep);`,
    ["everybody goes on"],
  ),
  spec(
    "no lost wake-up where testing and falling asleep are one step",
    `let flag = false; let asleep = false; let time = 0;
     thread("sleeper", () => { atomic(() => { if (!flag) asleep = true; }); until(!asleep); });
     thread("waker", () => { flag = true; atomic(() => { asleep = false; }); });
     thread("ticker", () => { for (;;) time = (time + 1) % 2; });
     never_stuck();
     eventually("woken", () => flag && !asleep);`,
    [],
  ),
  spec(
    "who rests is not stuck, and who waits otherwise is",
    `let work = false; let more = false; let x = 0;
     thread("server", () => { for (;;) { idle_until(work); work = false; } });
     thread("ends", () => { x = 1; });
     thread("waits", () => { until(more); });
     thread("ticks", () => { for (;;) x = 1 - x; });
     never_stuck();`,
    ["never_stuck"],
  ),
  spec(
    "a daemon may wait for ever",
    `let work = false; let done = false;
     thread("server", () => { for (;;) { until(work); work = false; } }, { daemon: true });
     thread("client", () => { work = true; done = true; });
     never_stuck();
     eventually("done", () => done);
     always_eventually("taken", () => !work);`,
    [],
  ),
  spec(
    "the same without the option is a deadlock",
    `let work = false;
     thread("server", () => { for (;;) { until(work); work = false; } });
     thread("client", () => { work = true; });
     never_stuck();`,
    ["never_stuck"],
    ["deadlock"],
  ),
  spec(
    "a daemon that holds what others want saves nobody from a deadlock",
    `const a = spinlock(); const b = spinlock();
     thread("server", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); }, { daemon: true });
     thread("client", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });
     never_stuck();`,
    ["never_stuck"],
    ["deadlock"],
  ),
  spec(
    "who waits for an environment is in a deadlock, although the environment could move",
    `let request = false; let answered = false;
     environment("guest", () => { for (;;) { until(!request); request = true; } });
     thread("host", () => { until(request); answered = true; request = false; });
     eventually("answered", () => answered);
     never_stuck();`,
    ["answered", "never_stuck"],
    ["deadlock"],
  ),
  spec(
    "who rests until the environment comes is not, and answers whoever comes",
    `let request = false; let answers = 0;
     environment("guest", () => { for (;;) { until(!request); request = true; } });
     thread("host", () => { for (;;) { idle_until(request); request = false; answers = 1 - answers; } });
     leads_to("answered", () => request, () => !request);
     never_stuck();
     always_eventually("asked", () => request);`,
    ["asked"],
  ),
  spec(
    "a listener who answers every request is a daemon with fairness",
    `let request = false; let done = false;
     thread("listener", () => { for (;;) { until(request); request = false; } }, { daemon: true });
     thread("host", () => { request = true; until(!request); done = true; });
     eventually("done", () => done);
     never_stuck();`,
    [],
  ),
  spec(
    "and without fairness it is none to rely on",
    `let request = false; let done = false;
     thread("listener", () => { for (;;) { until(request); request = false; } }, { daemon: true, fairness: "none" });
     thread("host", () => { request = true; until(!request); done = true; });
     eventually("done", () => done);
     never_stuck();`,
    ["done", "never_stuck"],
    ["deadlock"],
  ),
  spec(
    "a thread without fairness that is no daemon can move, and so is no deadlock",
    `let x = 0;
     thread("free", () => { x = 1; }, { fairness: "none" });
     never_stuck();
     eventually("x", () => x === 1);`,
    ["x"],
    [],
    2,
  ),
  spec(
    "stuttering at the end: what was true once and what stays true",
    `let x = 0;
     thread("a", () => { x = 1; x = 2; });
     eventually("one", () => x === 1);
     always_eventually("one again", () => x === 1);
     always_eventually("two", () => x === 2);
     leads_to("one, then two", () => x === 1, () => x === 2);
     leads_to("two, then one", () => x === 2, () => x === 1);
     leads_to("at once", () => x === 2, () => x > 0);`,
    ["one again", "two, then one"],
    [],
    3,
  ),
  spec(
    "conditions that are constant",
    `class V { n = 0; }
     const vs = instances(V, 2);
     let x = 0;
     thread("a", () => { for (;;) x = 1 - x; });
     eventually("et", () => true); eventually("ef", () => false);
     always_eventually("at", () => vs.every((v) => v !== vs[0] || v === vs[0])); always_eventually("af", () => vs.some((v) => v !== v));
     leads_to("tt", () => true, () => true); leads_to("tf", () => true, () => false);
     leads_to("ft", () => false, () => true); leads_to("ff", () => false, () => false);
     leads_to("xt", () => x === 1, () => true); leads_to("xf", () => x === 1, () => false);
     leads_to("tx", () => true, () => x === 1); leads_to("fx", () => false, () => x === 1);
     leads_to("never asked", () => x === 7, () => false);`,
    ["ef", "af", "tf", "xf"],
  ),
  spec(
    "claims about objects, with pointers that may be null",
    `class Item { home: Box | null = null; }
     class Box { full = false; }
     const items = instances(Item, 2);
     const boxes = instances(Box, 2);
     thread("put", items, (i) => { i.home = boxes[0]; atomic(() => { i.home!.full = true; }); });
     eventually("all at home", () => items.every((i) => i.home!.full));
     eventually("the other box", () => boxes[1].full);
     leads_to("filled", () => items[0].home === boxes[0], () => items[0].home!.full);
     always_eventually("no box at all", () => items.some((i) => i.home === null));`,
    ["the other box", "no box at all"],
  ),
  spec(
    "claims with operators that nothing else uses",
    `class V { n = 0; }
     const vs = instances(V, 2);
     let last: V | null = null;
     let x = 0;
     thread("a", () => { last = vs[1]; x = 7; });
     eventually("second", () => vs.indexOf(last!) === 1);
     always_eventually("bits", () => (x & 5) === 5);
     leads_to("halved", () => div(x, 2) === 3, () => ((x | 8) ^ 2) === 13 && vs.indexOf(last!) === 0);`,
    ["halved"],
  ),
  spec(
    "claims with products, which TLC takes for constants",
    `let x = 0;
     thread("a", () => { x = 7; });
     eventually("product", () => x * 2 === 14);
     always_eventually("shift", () => 28 === x << 2);
     leads_to("mask", () => (x & 2) === 2, () => x * x === 50 || x * 3 === 20);`,
    ["mask"],
  ),
  spec(
    "a run in which a check fails says nothing about claims",
    `let x = 0; let done = false;
     thread("asserts", () => { assert(x === 0); done = true; });
     thread("stores", () => { if (maybe()) x = 1; });
     eventually("done", () => done);
     eventually("stored", () => x === 1);`,
    ["stored"],
    ["assert"],
  ),
  spec(
    "an invariant that fails is no excuse",
    `let x = 0;
     thread("a", () => { x = 1; });
     invariant("zero", () => x === 0);
     always_eventually("zero again", () => x === 0);
     eventually("one", () => x === 1);`,
    ["zero again"],
    ["invariant: zero"],
  ),
  spec(
    "two threads that make the same step",
    `let x = 0;
     thread("a", () => { for (;;) atomic(() => { x = 1 - x; }); });
     thread("b", () => { for (;;) atomic(() => { x = 1 - x; }); });
     always_eventually("one", () => x === 1);
     eventually("two", () => x === 2);
     never_stuck();`,
    ["two"],
    [],
    2,
  ),
  spec(
    "mixed: strong for one, weak for the other, none for the third",
    `const l = spinlock();
     let s = false; let w = false;
     thread("hog", () => { for (;;) { spin_lock(l); spin_unlock(l); } });
     thread("strong", () => { spin_lock(l); s = true; spin_unlock(l); }, { fairness: "strong" });
     thread("weak", () => { spin_lock(l); w = true; spin_unlock(l); }, { fairness: "weak" });
     thread("free", () => { spin_lock(l); spin_unlock(l); }, { fairness: "none" });
     eventually("s", () => s);
     eventually("w", () => w);
     never_stuck();`,
    ["s", "w", "never_stuck"],
  ),
  spec(
    "a thread that stops inside a lock holds up the fair ones",
    `const l = spinlock();
     let done = 0;
     thread("guest", () => { spin_lock(l); spin_unlock(l); }, { fairness: "none" });
     thread("host", () => { spin_lock(l); done = 1; spin_unlock(l); });
     eventually("done", () => done === 1);
     never_stuck();`,
    ["done", "never_stuck"],
  ),
  spec(
    "two threads that make way for each other for ever: both move, neither gets in",
    `let a = false; let b = false; let in_a = false; let in_b = false;
     thread("a", () => { for (;;) { a = true; if (!b) break; a = false; } in_a = true; in_a = false; a = false; });
     thread("b", () => { for (;;) { b = true; if (!a) break; b = false; } in_b = true; in_b = false; b = false; });
     invariant("one at a time", () => !(in_a && in_b));
     eventually("somebody", () => in_a || in_b);
     never_stuck();`,
    ["somebody"],
  ),
  spec(
    "Peterson's algorithm: everybody who wants gets in",
    `let wants_a = false; let wants_b = false; let turn = 0; let in_a = false; let in_b = false;
     thread("a", () => { for (;;) { wants_a = true; turn = 1; while (wants_b && turn === 1) {} in_a = true; in_a = false; wants_a = false; } });
     thread("b", () => { for (;;) { wants_b = true; turn = 0; while (wants_a && turn === 0) {} in_b = true; in_b = false; wants_b = false; } });
     invariant("one at a time", () => !(in_a && in_b));
     leads_to("a gets in", () => wants_a, () => in_a);
     leads_to("b gets in", () => wants_b, () => in_b);
     always_eventually("a", () => in_a);`,
    [],
  ),
  spec(
    "a circle of waits between daemons is one, and nobody else is stuck",
    `const a = spinlock(); const b = spinlock(); let x = 0;
     thread("one", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); }, { daemon: true });
     thread("two", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); }, { daemon: true });
     thread("ends", () => { x = 1; });
     never_stuck();
     eventually("x", () => x === 1);`,
    [],
    ["wait-cycle"],
  ),
  spec(
    "a circle of waits beside an environment is a deadlock, for the environment need not move",
    `const a = spinlock(); const b = spinlock(); let x = 0;
     thread("one", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); });
     thread("two", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });
     environment("guest", () => { for (;;) x = 1 - x; });
     never_stuck();`,
    ["never_stuck"],
    ["deadlock"],
  ),
  spec(
    "claims may read ghosts, which change together with the step before them",
    `const l = spinlock();
     let turns = ghost(0);
     let unread = ghost(0);
     thread("a", () => { for (;;) { spin_lock(l); turns = 1 - turns; unread = 1; spin_unlock(l); } });
     always_eventually("first", () => turns === 1);
     always_eventually("none", () => turns === 2);
     leads_to("and back", () => turns === 1, () => turns === 0);`,
    ["none"],
    [],
    4,
  ),
  spec(
    "an interrupt need not come, but what has begun goes on to its end",
    `const cpus = instances(Cpu, 1); let begun = false; let done = false;
     thread("task", cpus, () => { until(done); });
     hardirq("irq", cpus, () => { begun = true; done = true; }, { times: 1 });
     eventually("comes", () => done);
     leads_to("ends", () => begun, () => done);`,
    ["comes"],
    [],
  ),
  spec(
    "interrupts without end starve a task, unless it is treated with strong fairness",
    `const cpus = instances(Cpu, 1); let weak = 0; let strong = 0;
     thread("weak", () => { weak = 1; }, { on: cpus[0] });
     thread("strong", () => { strong = 1; }, { on: cpus[0], fairness: "strong" });
     hardirq("irq", cpus, () => {});
     eventually("the weak one", () => weak === 1);
     eventually("the strong one", () => strong === 1);`,
    ["the weak one"],
    [],
  ),
];

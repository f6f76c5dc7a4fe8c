/**
 * What one random program is about. The threads of a program use the same few locks, or they would never meet; noise
 * over the whole language finds nothing.
 */
import { GUARDS, type Guard } from "./guards.js";
import { block, type Op } from "./ops.js";

/** What `--only` can ask for. */
export const SUITES = ["locks", "pointers", "data", "waits", "interrupts", "memory", "liveness"] as const;
export type Suite = (typeof SUITES)[number];

export interface Theme {
  /** The first is the outermost. */
  readonly guards: readonly Guard[];
  /** Pieces of a thread that this theme is about; the body is over the data of the first guard. */
  readonly extras?: readonly ((body: readonly Op[]) => readonly Op[])[];
}

const { a, b, bucket0, bucket1, own, chosen, home, queue } = GUARDS;

const LOCKS: readonly Theme[] = [
  { guards: [a] },
  { guards: [a, b] },
  { guards: [a, b] },
  { guards: [GUARDS.r] },
  { guards: [GUARDS.rr] },
  { guards: [GUARDS.rw] },
  { guards: [GUARDS.rr, b] },
  { guards: [GUARDS.r, b] },
  { guards: [GUARDS.mx, a] },
  { guards: [GUARDS.rs] },
  { guards: [GUARDS.rwf] },
  { guards: [GUARDS.sem] },
  { guards: [GUARDS.handMade] },
  { guards: [bucket0, bucket1] },
  { guards: [own, bucket0] },
  { guards: [chosen, bucket0] },
  { guards: [bucket0, GUARDS.other] },
  { guards: [GUARDS.table0, GUARDS.table1, GUARDS.tableOf] },
  { guards: [GUARDS.words] },
  { guards: [GUARDS.slots, b] },
];

const move = (from: string, to: string) => (body: readonly Op[]) => [
  `spin_lock(${from}.lock);`,
  `item.home = ${to};`,
  ...body,
  `spin_unlock(${from}.lock);`,
];

const POINTERS: readonly Theme[] = [
  {
    guards: [home],
    extras: [
      // Under both locks, under the old one, under the new one, under none.
      (body) => [
        "spin_lock(buckets[0].lock);",
        "spin_lock(buckets[1].lock);",
        "item.home = buckets[1];",
        ...body,
        "spin_unlock(buckets[1].lock);",
        "spin_unlock(buckets[0].lock);",
      ],
      move("buckets[0]", "buckets[1]"),
      move("buckets[1]", "buckets[1]"),
      (body) => ["item.home = buckets[1];", ...body],
    ],
  },
  {
    guards: [GUARDS.homeEachTime, a],
    extras: [
      (body) => ["spin_lock(a);", "item.home = buckets[1];", ...body, "spin_unlock(a);"],
      (body) => [
        "spin_lock(a);",
        "spin_lock(item.home!.lock);",
        ...body,
        "spin_unlock(item.home!.lock);",
        "spin_unlock(a);",
      ],
    ],
  },
  { guards: [GUARDS.alias, bucket0], extras: [(body) => ["ref.to = buckets[1];", ...body]] },
  {
    guards: [GUARDS.refOnce, a],
    extras: [
      () => ["ref.lock = b;"],
      (body) => ["spin_lock(a);", ...body, "ref.lock = b;", "spin_unlock(a);"],
      (body) => [
        "spin_lock(a);",
        "spin_lock(b);",
        "ref.lock = b;",
        ...body,
        "spin_unlock(b);",
        "spin_unlock(a);",
      ],
    ],
  },
  { guards: [GUARDS.ref, a], extras: [() => ["ref.lock = b;"]] },
];

/** A note of who is at work: kept in order, taken back from others, left behind, and asked about. */
const NOTES: Theme = {
  guards: [a],
  extras: [
    (body) => ["spin_lock(a);", "who = current();", ...body, "who = null;", "spin_unlock(a);"],
    (body) => [block("if (who === current())", body, "} else f = 1;")],
    (body) => [
      block("if (who !== current())", ["spin_lock(a);", "who = current();", "spin_unlock(a);"]),
      ...body,
      block("if (who === current())", ["spin_lock(a);", "who = null;", "spin_unlock(a);"]),
    ],
    () => ["spin_lock(a);", "who = current();", "spin_unlock(a);", "assert(who === current());"],
    () => ["spin_lock(a);", "who = null;", "spin_unlock(a);"],
    () => ["saved = current();", "assert(who !== current());"],
    () => ["spin_lock(a);", "who = saved;", "spin_unlock(a);"],
    () => ["assert(who === null);"],
    () => ["who = null;"],
  ],
};

const DATA: readonly Theme[] = [
  NOTES,
  NOTES,
  {
    guards: [queue],
    extras: [
      (body) => [
        "spin_lock(q.lock);",
        "list_del(nodes[0]);",
        ...body,
        "list_add(nodes[0], q.items);",
        "spin_unlock(q.lock);",
      ],
      (body) => [
        "spin_lock(q.lock);",
        "list_add(nodes[1], q.items);",
        ...body,
        "list_del(nodes[1]);",
        "spin_unlock(q.lock);",
      ],
      (body) => ["spin_lock(q.lock);", block("if (!list_empty(q.items))", body), "spin_unlock(q.lock);"],
      () => ["assert(!list_empty(q.items));"],
      () => ["spin_lock(q.lock);", block("for (const e of q.items)", ["e.n = 1;"]), "spin_unlock(q.lock);"],
      () => [
        block("for (const e of list_for_each_entry_safe(q.items))", [
          "e.n = 1;",
          "list_del(e);",
          "list_add(e, q.parked);",
        ]),
      ],
    ],
  },
  {
    guards: [queue],
    extras: [
      (body) => [
        "spin_lock(q.lock);",
        "q.who.add(current());",
        ...body,
        "q.who.delete(current());",
        "spin_unlock(q.lock);",
      ],
      () => [block("", ["const t = choose(q.who);", "q.who.delete(t);"])],
    ],
  },
  {
    guards: [GUARDS.slot],
    extras: [
      (body) => ["spin_lock(a);", block("if (slot !== null)", body), "spin_unlock(a);"],
      () => ["spin_lock(a);", "free(slot);", "slot = null;", "spin_unlock(a);"],
      () => [block("", ["const s = slot;", "slot = null;", "free(s);"])],
      (body) => [
        "spin_lock(a);",
        block("if (slot === null)", ["slot = alloc(reqs);"]),
        ...body,
        "spin_unlock(a);",
      ],
      () => [
        block("", [
          "const s = slot;",
          block("if (s !== null)", ["spin_lock(s.lock);", "s.n = 1;", "s.n = 0;", "spin_unlock(s.lock);"]),
        ]),
      ],
    ],
  },
];

/** What mostly one thread alone uses, and waits for. */
const ALONE: Theme = {
  guards: [own, b],
  extras: [
    (body) => ["until(own.n === 0);", ...body],
    (body) => ["own.m = 1;", ...body, "until(own.m === 1);", "f = 1;"],
    (body) => [
      "spin_lock(own.lock);",
      "own.m = 0;",
      "spin_lock(b);",
      ...body,
      "spin_unlock(b);",
      "spin_unlock(own.lock);",
    ],
    () => ["f = 1;", "until(own.lock.owner === null);", "f = 0;"],
    () => ["own.n = 1;", "idle_until(f === 1);", "own.n = 0;"],
    () => ["own.m = 1;", "idle_until(own.n === 1);", "f = 1;"],
    () => ["own.n = 1;", "until(f === 1, who);", "own.n = 0;"],
    () => ["who = current();", "until(own.m === 0, who);"],
    (body) => ["slot = alloc(reqs);", block("if (slot === null)", body)],
  ],
};

const WAITS: readonly Theme[] = [
  ALONE,
  ALONE,
  {
    guards: [a, b],
    extras: [
      (body) => ["until(f === 1);", ...body],
      (body) => [...body, "f = 1;"],
      (body) => ["spin_lock(a);", ...body, "f = 1;", "spin_unlock(a);"],
      (body) => ["spin_lock(b);", "until(f === 1);", ...body, "spin_unlock(b);"],
      (body) => [block("while (f === 0)", []), ...body],
    ],
  },
  {
    guards: [a],
    extras: [
      (body) => ["wait_for_completion(done);", ...body],
      (body) => ["spin_lock(a);", ...body, "spin_unlock(a);", "complete(done);"],
      (body) => ["spin_lock(a);", "complete(done);", ...body, "spin_unlock(a);"],
    ],
  },
  {
    guards: [GUARDS.mx],
    extras: [
      (body) => ["wait_event(wq, () => f === 1);", ...body],
      (body) => ["mutex_lock(mx);", ...body, "f = 1;", "mutex_unlock(mx);", "wake_up(wq);"],
      () => ["wake_up(wq);", "f = 1;"],
    ],
  },
];

const { irqsave, irq, bh, irqsOff } = GUARDS;

const INTERRUPTS: readonly Theme[] = [
  { guards: [irqsave, b] },
  { guards: [irq] },
  { guards: [bh, irqsOff] },
  {
    guards: [irqsOff],
    extras: [
      (body) => ["x = 1;", "local_irq_disable();", ...body, "x = 0;", "local_irq_enable();"],
      (body) => ["local_irq_disable();", ...body, "x = 1;", "local_irq_enable();", "x = 0;"],
      () => ["assert(x === 0);"],
    ],
  },
  { guards: [irqsOff, GUARDS.handMade] },
  { guards: [GUARDS.handMadeIrq] },
  { guards: [GUARDS.bhOff] },
  { guards: [GUARDS.preemptOff, GUARDS.mx] },
  { guards: [irqsOff], extras: [(body) => ["until(f === 1);", ...body], (body) => [...body, "f = 1;"]] },
];

/** The themes of a suite. Under weak memory and in claims about runs all kinds of locks matter. */
export const THEMES: Readonly<Record<Suite, readonly Theme[]>> = {
  locks: LOCKS,
  pointers: POINTERS,
  data: DATA,
  waits: WAITS,
  interrupts: INTERRUPTS,
  memory: [...LOCKS, ...LOCKS, ...POINTERS, ...WAITS],
  liveness: [...LOCKS, ...WAITS, ...WAITS, ...WAITS],
};

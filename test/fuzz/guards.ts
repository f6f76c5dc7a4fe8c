/** Locks and what they protect: the material of which critical sections are made. */

/** A lock with two places that it protects. `$d` and `$e` in statements stand for them. */
export interface Guard {
  readonly take: string;
  readonly drop: string;
  /** An expression that takes the lock if it can. */
  readonly trial?: string;
  /** An expression: whether anybody holds it. */
  readonly peek?: string;
  /** A condition on memory: whether nobody holds it. */
  readonly free?: string;
  readonly shared?: { readonly take: string; readonly drop: string; readonly trial?: string };
  /** Whether a thread may take it twice in a good program; readers, where there are any. */
  readonly nests?: true;
  /** A declaration in front of the section, such as that of a pointer. */
  readonly within?: string;
  /** A look behind the acquire at whether it is still the right lock. */
  readonly still?: string;
  readonly data: readonly [string, string];
}

/** What programs can be about; each declaration is there only where its name is. */
export const DECLARATIONS: readonly (readonly [name: string, text: string])[] = [
  ["Bucket", "class Bucket { lock = spinlock(); n = 0; m = 0; }"],
  ["buckets", "const buckets = instances(Bucket, 2);"],
  ["Other", "class Other { lock = spinlock(); n = 0; m = 0; }"],
  ["other", "const other = new Other();"],
  ["Slot", "class Slot { n = 0; m = 0; }"],
  ["Table", "class Table { locks = instances(Spinlock, 2); slots = instances(Slot, 2); }"],
  ["table", "const table = new Table();"],
  ["Item", "class Item { home: Bucket | null = null; n = 0; m = 0; }"],
  ["item", "const item = new Item();"],
  ["Ref", "class Ref { lock: Spinlock | null = null; to: Bucket | null = null; }"],
  ["ref", "const ref = new Ref();"],
  ["Node", "class Node { n = 0; }"],
  [
    "Queue",
    "class Queue { lock = spinlock(); items = list<Node>(); parked = list<Node>(); who = set<Thread>(); n = 0; m = 0; }",
  ],
  ["q", "const q = new Queue();"],
  ["nodes", "const nodes = instances(Node, 2);"],
  ["Req", "class Req { lock = spinlock(); n = 0; m = 0; }"],
  ["reqs", 'const reqs = pool(Req, 1, "req");'],
  ["slot", "let slot: Req | null = null;"],
  ["a", "const a = spinlock();"],
  ["b", "const b = spinlock();"],
  ["r", "const r = rwlock();"],
  ["rr", "const rr = rwlock_recursive();"],
  ["mx", "const mx = mutex();"],
  ["rs", "const rs = rspinlock();"],
  ["rw", "const rw = rwsem();"],
  ["rwf", "const rwf = rwsem_fair();"],
  ["sem", "const sem = semaphore();"],
  ["own_lock", "let own_lock: Thread | null = null;"],
  [
    "take_own",
    "function take_own() { atomic(() => { until(own_lock === null, own_lock); own_lock = current(); }); }",
  ],
  ["drop_own", "function drop_own() { own_lock = null; }"],
  ["who", "let who: Thread | null = null;"],
  ["saved", "let saved: Thread | null = null;"],
  ["done", "const done = completion();"],
  ["wq", "const wq = wait_queue();"],
  ["Word", "type Word = { hi: number; lo: number };"],
  ["word", "let word: Word = { hi: 0, lo: 0 };"],
  ["slots", "let slots = [0, 0];"],
  ["x", "let x = 0;"],
  ["y", "let y = 0;"],
  ["z", "let z = 0;"],
  ["w", "let w = 0;"],
  ["f", "let f = 0;"],
  ["inside", "let inside = ghost(0);"],
  ["cpus", "const cpus = instances(Cpu, 2);"],
];

/** What must be there before the first step, for whoever uses the name in front. */
export const INITIALLY: readonly (readonly [name: string, text: string])[] = [
  ["item", "item.home = buckets[0];"],
  ["ref", "ref.lock = a; ref.to = buckets[0];"],
  ["nodes", "list_add(nodes[0], q.items);"],
  ["slot", "slot = alloc(reqs);"],
];

const spin = (lock: string, data: readonly [string, string], more: Partial<Guard> = {}): Guard => ({
  take: `spin_lock(${lock});`,
  drop: `spin_unlock(${lock});`,
  trial: `spin_trylock(${lock})`,
  peek: `spin_is_locked(${lock})`,
  free: `${lock}.owner === null`,
  data,
  ...more,
});

const readersWriter = (lock: string, data: readonly [string, string], more: Partial<Guard> = {}): Guard => ({
  take: `write_lock(${lock});`,
  drop: `write_unlock(${lock});`,
  trial: `write_trylock(${lock})`,
  free: `${lock}.writer === null`,
  shared: { take: `read_lock(${lock});`, drop: `read_unlock(${lock});`, trial: `read_trylock(${lock})` },
  data,
  ...more,
});

const sleeping = (lock: string, data: readonly [string, string]): Guard => ({
  take: `down_write(${lock});`,
  drop: `up_write(${lock});`,
  trial: `down_write_trylock(${lock})`,
  free: `${lock}.writer === null`,
  shared: { take: `down_read(${lock});`, drop: `up_read(${lock});`, trial: `down_read_trylock(${lock})` },
  data,
});

const XY = ["x", "y"] as const;
const ZW = ["z", "w"] as const;
const ITEM = ["item.n", "item.m"] as const;

/** All guards. Names of variables in them are those of {@link DECLARATIONS}; `own` is the object of the thread. */
export const GUARDS = {
  a: spin("a", XY),
  b: spin("b", ZW),
  words: spin("a", ["word.hi", "word.lo"]),
  slots: spin("a", ["slots[0]", "slots[1]"]),
  bucket0: spin("buckets[0].lock", ["buckets[0].n", "buckets[0].m"]),
  bucket1: spin("buckets[1].lock", ["buckets[1].n", "buckets[1].m"]),
  own: spin("own.lock", ["own.n", "own.m"]),
  chosen: spin("c.lock", ["c.n", "c.m"], { within: "const c = choose(buckets);" }),
  other: spin("other.lock", ["other.n", "other.m"]),
  table0: spin("table.locks[0]", ["table.slots[0].n", "table.slots[0].m"]),
  table1: spin("table.locks[1]", ["table.slots[1].n", "table.slots[1].m"]),
  tableOf: spin("table.locks[i]", ["table.slots[i].n", "table.slots[i].m"], {
    within: "const i = choose([0, 1]);",
  }),
  r: readersWriter("r", XY),
  rr: readersWriter("rr", XY, { nests: true }),
  mx: {
    take: "mutex_lock(mx);",
    drop: "mutex_unlock(mx);",
    trial: "mutex_trylock(mx)",
    peek: "mutex_is_locked(mx)",
    free: "mx.owner === null",
    data: ZW,
  },
  rs: {
    take: "spin_lock_recursive(rs);",
    drop: "spin_unlock_recursive(rs);",
    trial: "spin_trylock_recursive(rs)",
    free: "rs.owner === null",
    nests: true,
    data: XY,
  },
  rw: sleeping("rw", XY),
  rwf: sleeping("rwf", XY),
  sem: { take: "down(sem);", drop: "up(sem);", trial: "down_trylock(sem)", free: "sem.count > 0", data: XY },
  handMade: { take: "take_own();", drop: "drop_own();", free: "own_lock === null", data: XY },
  /** The lock behind a pointer that is looked at again behind the acquire. */
  home: spin("h.lock", ITEM, { within: "const h = item.home!;", still: "item.home === h" }),
  /** The lock behind a pointer that is followed each time. */
  homeEachTime: spin("item.home!.lock", ITEM),
  alias: spin("ref.to!.lock", ["buckets[0].n", "ref.to!.m"]),
  ref: spin("ref.lock!", XY),
  refOnce: spin("l", XY, { within: "const l = ref.lock!;", still: "ref.lock === l" }),
  queue: spin("q.lock", ["q.n", "q.m"]),
  slot: spin("a", ["slot!.n", "slot!.m"]),
  irqsave: spin("a", XY, {
    take: "flags = spin_lock_irqsave(a);",
    drop: "spin_unlock_irqrestore(a, flags);",
    within: "let flags = false;",
  }),
  irq: spin("a", XY, { take: "spin_lock_irq(a);", drop: "spin_unlock_irq(a);" }),
  bh: spin("a", XY, { take: "spin_lock_bh(a);", drop: "spin_unlock_bh(a);" }),
  irqsOff: { take: "local_irq_disable();", drop: "local_irq_enable();", data: XY },
  bhOff: { take: "local_bh_disable();", drop: "local_bh_enable();", data: XY },
  preemptOff: { take: "preempt_disable();", drop: "preempt_enable();", data: XY },
  handMadeIrq: {
    take: "local_irq_disable(); take_own();",
    drop: "drop_own(); local_irq_enable();",
    data: XY,
  },
} as const satisfies Record<string, Guard>;

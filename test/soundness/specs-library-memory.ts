/** The library under store buffers: what locks guard is safe, and readers see no halves. */
import type { SmallSpec } from "./small-spec.js";

const SPECS: readonly { readonly name: string; readonly text: string; readonly fails?: readonly string[] }[] =
  [
    ...[
      ["a ticket lock", "const l = ticket_lock_init();", "ticket_lock(l);", "ticket_unlock(l);"],
      ["an MCS lock", "const l = mcs_lock();", "mcs_spin_lock(l, t.node);", "mcs_spin_unlock(l, t.node);"],
      [
        "a recursive spinlock",
        "const l = rspinlock();",
        "spin_lock_recursive(l);",
        "spin_unlock_recursive(l);",
      ],
      ["a queued rwlock", "const l = rwlock();", "write_lock(l);", "write_unlock(l);"],
    ].map(([what, made, lock, unlock]) => ({
      name: `what ${what} guards`,
      text: `class T { node = new McsNode(); } const ts = instances(T, 2); ${made} let x = 0; let y = 0;
      thread("t", ts, (t) => { ${lock} x++; y = x; assert(x === y); ${unlock} });
      at_end("nothing is lost", () => x === 2 && y === 2);`,
    })),
    {
      name: "a seqlock",
      text: `const sl = seqlock(); let a = 0; let b = 0;
      thread("reader", () => { let x = 0; let y = 0; do { read_seqbegin(sl); x = a; y = b; } while (read_seqretry(sl)); assert(x === y); });
      thread("writer", () => { write_seqlock(sl); a = 1; b = 1; write_sequnlock(sl); });`,
    },
    {
      name: "cmpxchg and xchg are locked",
      text: `let x = 0; let y = 0; let r0 = 7; let r1 = 7; let word = 0;
      thread("a", () => { x = 1; fetch_add(word, 1); r0 = y; });
      thread("b", () => { xchg(y, 1); r1 = x; });
      at_end("in order", () => r0 === 1 || r1 === 1);`,
    },
    {
      name: "a queue that is filled by plain stores, and read by its own thread",
      text: `class Q { items = queue<Q>(); done = false; } const q = new Q();
      thread("a", () => { q.items.push(q); assert(q.items.first === q); q.done = true; });
      thread("b", () => { until(q.done); assert(q.items.has(q)); });`,
      fails: ["assert"],
    },
  ];

export const LIBRARY_MEMORY_SPECS: readonly SmallSpec[] = SPECS.flatMap(({ name, text, fails = [] }) =>
  (["tso", "pso"] as const).map((memory) => ({
    name: `${memory}: ${name}`,
    text: `${text}\nexport default cases({ title: "t", only: { memory: "${memory}", expect: holds(), why: "w" } });`,
    // Stores of one thread stay in order under tso.
    fails: memory === "tso" ? [] : fails,
  })),
);

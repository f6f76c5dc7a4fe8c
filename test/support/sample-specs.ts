/** Two small specs for golden files: a lock and a pointer; lists, walks and what one step can hold. */

export const POINTER_SPEC = `
class Vcpu { lock = spinlock(); pending = 0; }
class Timer2 { vcpu: Vcpu | null = null; }
const vcpus = instances(Vcpu, 2);
const pt = new Timer2();

function pt_lock(t: Timer2) {
  spin_lock(t.vcpu!.lock);
}

initially(() => { pt.vcpu = vcpus[0]; });

thread("timer fn", () => {
  pt_lock(pt);
  pt.vcpu!.pending++;
  spin_unlock(pt.vcpu!.lock);
});

thread("migrate", vcpus, (v) => {
  const old = pt.vcpu!;
  spin_lock(old.lock);
  pt.vcpu = v;
  spin_unlock(old.lock);
});

invariant("at most one timer", () => vcpus.every((v) => v.pending < 2));
`;

export const LIST_SPEC = `
class Waiter { woken = false; owner: Thread | null = null; }
class Queue { all = list<Waiter>(); late = list<Waiter>(); asleep = set<Waiter>(); }
const q = new Queue();
const waiters = instances(Waiter, 2);
let mode: "run" | "stop" = "run";

thread("waiter", waiters, (w) => {
  atomic(() => {
    if (mode === "stop") return;
    w.owner = current();
    if (maybe()) list_add(w, q.all);
    else list_add_tail(w, q.late);
    q.asleep.add(w);
  });
  until(w.woken);
});

thread("waker", () => {
  for (;;) {
    atomic(() => { idle_until(q.asleep.size > 0); const first = choose(waiters); until(q.asleep.has(first)); q.asleep.delete(first); });
    for (const w of list_for_each_entry_safe(q.all)) {
      atomic(() => { list_del(w); list_add(w, q.late); });
      w.woken = true;
    }
    mode = "stop";
  }
});

invariant("asleep is listed", () => q.asleep.every((w) => q.all.has(w) || q.late.has(w)));
`;

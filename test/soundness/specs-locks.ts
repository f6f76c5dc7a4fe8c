/** Rules about locks: declared orders, guarded fields, locks held at the end of a thread. */
import type { SmallSpec } from "./small-spec.js";

export const LOCK_SPECS: readonly SmallSpec[] = [
  {
    name: "orders add up, over embedded locks reached through pointers",
    text: `
      class Vm { lock = spinlock(); }
      class Vcpu { mutex = spinlock(); vm: Vm | null = null; }
      const vm = new Vm(); const vcpus = instances(Vcpu, 2); const leaf = spinlock();
      lock_order((m: Vm) => m.lock, (v: Vcpu) => v.mutex);
      lock_order((v: Vcpu) => v.mutex, leaf);
      initially(() => { for (const v of vcpus) v.vm = vm; });
      thread("vcpu", vcpus, (v) => { spin_lock(v.vm!.lock); spin_lock(v.mutex); spin_unlock(v.mutex); spin_unlock(v.vm!.lock); });
      thread("leaf", () => { spin_lock(leaf); spin_lock(vm.lock); spin_unlock(vm.lock); spin_unlock(leaf); });`,
    fails: ["lock-order"],
  },
  {
    name: "locks of one place in the order may nest, and a lock that is tried may be out of order",
    text: `
      class Vcpu { mutex = spinlock(); }
      const vcpus = instances(Vcpu, 2); const outer = spinlock();
      lock_order(outer, (v: Vcpu) => v.mutex);
      thread("both", () => { spin_lock(vcpus[1].mutex); spin_lock(vcpus[0].mutex);
        if (spin_trylock(outer)) spin_unlock(outer);
        spin_unlock(vcpus[0].mutex); spin_unlock(vcpus[1].mutex); });
      thread("other", () => { spin_lock(outer); spin_unlock(outer); });`,
    fails: [],
  },
  {
    name: "a reader may read what is guarded and not write it",
    text: `
      const l = rwlock(); let n = 0; let m = 0;
      guarded_by(() => n, () => l);
      thread("reads", () => { read_lock(l); m = n; read_unlock(l); });
      thread("writes", () => { write_lock(l); n = 1; write_unlock(l); });
      thread("wrong", () => { read_lock(l); if (m === 1) n = 2; read_unlock(l); });`,
    fails: ["guarded-by"],
  },
  {
    name: "guarded accesses in conditions, atomic steps, quantifiers and walks",
    text: `
      class Q { lock = spinlock(); items = list<Item>(); n = 0; }
      class Item { q: Q | null = null; state = 0; }
      const q = new Q(); const items = instances(Item, 2);
      guarded_by((x: Q) => x.items, (x: Q) => x.lock);
      guarded_by((x: Q) => x.n, (x: Q) => x.lock);
      guarded_by((i: Item) => i.state, (i: Item) => i.q!.lock);
      initially(() => { for (const i of items) i.q = q; list_add(items[0], q.items); });
      thread("good", () => {
        spin_lock(q.lock);
        for (const i of q.items) i.state = 1;
        atomic(() => { if (items.every(i => i.state < 2)) q.n = 1; });
        list_add(items[1], q.items); list_del(items[0]);
        spin_unlock(q.lock);
        data_race(() => { if (q.n === 0) q.n = 0; });
      });
      thread("moves", () => { spin_lock(q.lock); items[0].q = null; items[0].q = q; spin_unlock(q.lock); });`,
    fails: [],
  },
  {
    name: "a pointer on the way to the lock that is null guards nothing",
    text: `
      class Q { lock = spinlock(); }
      class Item { q: Q | null = null; state = 0; }
      const q = new Q(); const item = new Item();
      guarded_by((i: Item) => i.state, (i: Item) => i.q!.lock);
      thread("a", () => { spin_lock(q.lock); item.state = 1; spin_unlock(q.lock); });`,
    fails: ["guarded-by"],
  },
  {
    name: "a list that is left without its lock",
    text: `
      class Q { lock = spinlock(); items = list<Item>(); }
      class Item { n = 0; }
      const qs = instances(Q, 2); const item = new Item();
      guarded_by((x: Q) => x.items, (x: Q) => x.lock);
      initially(() => { list_add(item, qs[0].items); });
      thread("a", () => { spin_lock(qs[1].lock); list_del(item); spin_unlock(qs[1].lock); });`,
    fails: ["guarded-by"],
  },
  {
    name: "what is evaluated only behind && is guarded only there",
    text: `
      const l = spinlock(); let n = 0; let ready = false;
      guarded_by(() => n, () => l);
      thread("a", () => { atomic(() => { assert(!ready || n === 0); }); if (ready && n === 1) n = 2; });
      thread("b", () => { spin_lock(l); n = 1; n = 0; spin_unlock(l); });`,
    fails: [],
  },
  {
    name: "a thread that never ends may keep its lock, one that ends may not, whoever it ends for",
    text: `
      const l = spinlock(); const r = rwlock(); let x = 0;
      thread("keeps", () => { spin_lock(l); for (;;) x = 1 - x; });
      thread("leaves", () => { read_lock(r); if (x === 1) read_unlock(r); });`,
    fails: ["lock-held-at-exit"],
  },
];

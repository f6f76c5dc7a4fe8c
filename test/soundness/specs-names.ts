/** Small specs with hostile identifiers. */
import type { SmallSpec } from "./small-spec.js";

export const NAME_SPECS: readonly SmallSpec[] = [
  {
    name: "words of TLA+ and PlusCal as names",
    text: `
      class State { pc = 0; stack = list<Next>(); self = false; }
      class Next { call: State | null = null; Len = 0; }
      const IN = instances(State, 2);
      const Head = instances(Next, 1, "UNION");
      let fault = 0;
      let begin = 0;
      let t_ = false;
      let Blocked = 0;
      let o = 0;
      function Done(goto_: State, o_: number): number { const LET = goto_.pc; begin = LET + o_; return LET; }
      function Lbl_(label: State) { label.self = true; }
      function WF_x(skip: Next) { skip.call = IN[0]; }
      thread("process", IN, (self) => {
        let await_ = 0;
        const THEN = Done(self, 1);
        await_ = THEN;
        fault = await_ + 1;
        Lbl_(self);
        for (const CHOOSE of Head) { list_del_all(CHOOSE); WF_x(CHOOSE); }
        Blocked = fault;
      });
      function list_del_all(variables: Next) { atomic(() => { if (IN.some((t_) => t_.stack.has(variables))) list_del(variables); }); }
      thread("Init", () => { list_add(Head[0], IN[1].stack); t_ = true; o = 1; });
      invariant("owner changed to me", () => IN.every((self) => IN.every((t) => Head.every((o) => t.pc + o.Len === 0))));
      invariant("BEGIN TRANSLATION *) --algorithm", () => fault < 3);`,
    fails: [],
  },
  {
    name: "names that differ only in case or are not ASCII",
    text: `
      class vcpu { n = 0; N = 0; }
      class Vcpu { n = 0; $n = 0; ñ = 0; n̈ = 0; }
      const VCPU = instances(vcpu, 2, "v");
      const Vcpus = instances(Vcpu, 1, "V");
      let _ = 0;
      let $ = 0;
      let __ = 0;
      let é = 0;
      thread("日本", VCPU, (v) => { const N = v.n; let n = N; n = n + 1; v.N = n; _ = n; });
      thread("a b", () => { const 名 = Vcpus[0].n; Vcpus[0].$n = 名 + 1; Vcpus[0].ñ = 1; Vcpus[0].n̈ = 1; $ = 1; __ = 1; });
      thread("A-B", () => { const a = é; const A = a + 1; é = A; });
      invariant("x", () => VCPU.every((é) => VCPU.every((è) => VCPU.some((id) => id !== é || id !== è || é === è))));
      invariant("X", () => Vcpus.every((v) => v.ñ < 2));`,
    fails: [],
  },
  {
    name: "threads of one letter, and several for one object",
    text: `
      class C { n = 0; owner: Thread | null = null; }
      const cs = instances(C, 2, "a_c");
      const a_lock = spinlock();
      const b_lock = spinlock();
      thread("a", cs, (c) => { spin_lock(a_lock); c.owner = current(); c.n++; spin_unlock(a_lock); });
      thread("b", cs, (c) => { atomic(() => { if (c.owner !== null && c.owner !== current()) c.n = c.n + 1; }); });
      thread("c", () => { spin_lock(b_lock); spin_unlock(b_lock); });
      invariant("owned", () => cs.every((c) => c.n === 0 || c.owner !== null));`,
    fails: [],
  },
  {
    name: "letters that are taken, operators of fairness, labels of the translator",
    text: `
      class A { n = 0; next: B | null = null; }
      class B { n = 0; next: A | null = null; }
      const a = new A();
      const b = new B();
      const WF = instances(A, 1, "WF");
      const Lbl = instances(B, 2, "Lbl");
      let SF = 0;
      thread("a", () => { a.next = b; b.next = a; SF = SF + 1; });
      thread("b", () => { if (a.next === b && b.next === a) WF[0].next = Lbl[0]; });
      thread("A", Lbl, (WF) => { for (const x of Lbl) { if (x === WF) x.n = 1; } });
      invariant("WF", () => Lbl.every((Lbl) => WF.every((WF) => WF.next === null || WF.next !== Lbl || Lbl.n < 2)));
      invariant("SF", () => Lbl.every((SF) => SF.n < 2));`,
    fails: [],
  },
  {
    name: "classes that differ only in case name their objects apart",
    text: `
      class vcpu { n = 0; }
      class Vcpu { n = 0; peer: vcpu | null = null; }
      const small = instances(vcpu, 2);
      const big = instances(Vcpu, 2);
      thread("a", big, (V) => { V.peer = small[1]; V.n = V.n + 1; });
      thread("A", small, (v) => { v.n = v.n + 1; });
      invariant("told apart", () => big.every((V) => V.peer === null || V.peer !== small[0]));`,
    fails: [],
  },
];

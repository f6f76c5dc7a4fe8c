/** Wherever a name is not known, the message says which one was meant, or what there is. */
import { describe, expect, test } from "vitest";
import { lowerText } from "./read.js";

/** `{}` stands where the wrong text is put; the rest is right. */
interface Slot {
  readonly imports?: string;
  readonly vcpu?: string;
  readonly top?: string;
  readonly body?: string;
  readonly condition?: string;
  readonly title?: string;
  readonly settings?: string;
}

function specOf(slot: Slot): string {
  return `${slot.imports ?? 'import { cases, check, fails, holds, instances, invariant, list, param, set, spin_lock, spinlock, thread, type Thread } from "latchwork";'}
class Vcpu {
  lock = spinlock();
  running = false;
  ${slot.vcpu ?? "next: Vcpu | null = null;"}
  timers = list<Timer>();
  readers = set<Thread>();
}
class Timer { pending = false; }
const vcpus = instances(Vcpu, 2);
const design = param<"tm_lock" | "pt_migrate">("design", "tm_lock");
let moves = 0;
${slot.top ?? ""}
function migrate(v: Vcpu) { v.running = design === "tm_lock"; }
thread("a", vcpus, (v) => { migrate(v); ${slot.body ?? ""} });
invariant("i", () => ${slot.condition ?? "moves === 0"});
export default cases({ ${slot.title ?? 'title: "t"'}, c: { ${slot.settings ?? 'expect: holds(), why: "w"'} } });
`;
}

/** What to do, of the first problem, with its code. */
function help(slot: Slot): string {
  const others = {
    "locks.ts": "export function big_lock() {}\nfunction small_lock() {}\nexport class Lock { n = 0; }\n",
  };
  const [first] = lowerText(specOf(slot), { others }).diagnostics;
  return `${first?.code} ${first?.help}`;
}

test("the frame of these tests is right", () => {
  expect(lowerText(specOf({})).diagnostics).toEqual([]);
});

const WORDS = "cases, check, fails, holds, instances, invariant, list, param, set, spinlock, thread";

describe("in a spec", () => {
  test.each<[string, Slot, string]>([
    ["a local", { body: "const old = moves; moves = odl;" }, "LW1004 Did you mean old?"],
    ["a global", { body: "moes = 1;" }, "LW1004 Did you mean moves?"],
    ["a procedure", { body: "migrte(v);" }, "LW1004 Did you mean migrate?"],
    ["a word that is imported", { body: "spin_lokc(v.lock);" }, "LW1004 Did you mean spin_lock?"],
    [
      "a word that is not imported",
      { body: "spin_unlock(v.lock);" },
      'LW1004 Import it: import { spin_unlock } from "latchwork";',
    ],
    [
      "a word that is not imported, misspelled",
      { body: "list_empyt(v.timers);" },
      'LW1004 Did you mean list_empty? It is imported from "latchwork".',
    ],
    ["nothing near", { body: "frobnicate(v);" }, "LW1004 Declare frobnicate, or import it."],
    ["a class in a type", { top: "function f(v: Vpcu) {}" }, "LW1004 Did you mean Vcpu?"],
    ["a plain type", { top: "function f(v: boolen) {}" }, "LW1004 Did you mean boolean?"],
    [
      "a type that is not imported",
      { top: "function f(v: Spinlock) {}" },
      'LW1004 Import it: import { Spinlock } from "latchwork";',
    ],
    ["a class that is made", { top: "const t = new Tmier();" }, "LW1004 Did you mean Timer?"],
    ["a class of instances", { top: "const t = instances(Tmier, 1);" }, "LW1004 Did you mean Timer?"],
    ["a field", { body: "v.runing = true;" }, "LW1007 Did you mean running?"],
    ["an embedded object", { body: "spin_lock(v.lokc);" }, "LW1007 Did you mean lock?"],
    ["a method of instances", { condition: "vcpus.evry((v) => v.running)" }, "LW1085 Did you mean every?"],
    [
      "a method of a list",
      { condition: "vcpus.every((v) => v.timers.evry((t) => t.pending))" },
      "LW1085 Did you mean every?",
    ],
    ["a method of a set", { body: "v.readers.hass(null);" }, "LW1085 Did you mean has?"],
    ["the length of instances", { condition: "vcpus.lenght === 2" }, "LW1085 Did you mean length?"],
    [
      "the size of a set",
      { condition: "vcpus.every((v) => v.readers.sise === 0)" },
      "LW1085 Did you mean size?",
    ],
    ["a check", { body: 'check("unlock-not-hold", true);' }, "LW1023 Did you mean unlock-not-held?"],
    [
      "an expected check",
      { settings: 'expect: fails("deadlok"), why: "w"' },
      "LW1023 Did you mean deadlock?",
    ],
    ["a param", { settings: 'desing: "tm_lock", expect: holds(), why: "w"' }, "LW1022 Did you mean design?"],
    ["a key of a case", { settings: 'expect: holds(), wy: "w"' }, "LW1022 Did you mean why?"],
    ["the expectation", { settings: 'expct: holds(), why: "w"' }, "LW1021 Did you mean expect?"],
    ["the title", { title: 'titel: "t"' }, "LW1021 Did you mean title?"],
    [
      "a value of a param",
      { settings: 'design: "tm_lokc", expect: holds(), why: "w"' },
      'LW1009 Did you mean "tm_lock"? Use one of: tm_lock, pt_migrate.',
    ],
    [
      "an export of latchwork",
      { imports: `import { ${WORDS}, spin_lok, type Thread } from "latchwork";` },
      "LW1006 Did you mean spin_lock?",
    ],
    [
      "an export of a file",
      { top: 'import { bg_lock } from "./locks.js";' },
      "LW1006 Did you mean big_lock?",
    ],
    [
      "what a file keeps to itself",
      { top: 'import { small_lock } from "./locks.js";' },
      "LW1006 Write export before the declaration of small_lock there.",
    ],
    ["a file", { top: 'import { big_lock } from "./lokcs.js";' }, "LW1005 Did you mean ./locks.js?"],
    [
      "latchwork",
      { imports: `import { ${WORDS}, spin_lock, type Thread } from "latchwrok";` },
      "LW1005 Did you mean latchwork?",
    ],
  ])("%s", (_, slot, expected) => {
    expect(help(slot)).toBe(expected);
  });
});

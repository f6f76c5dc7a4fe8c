import { expect, test } from "vitest";
import { blockedSentences } from "../../src/report/blocked.js";
import type { BlockedThread } from "../../src/trace/interleaving.js";
import { abba, spanAt } from "./samples.js";

const waiting = (thread: string, ...heldBy: string[]): BlockedThread => ({
  thread,
  span: spanAt(15),
  text: "spin_lock(a);",
  waitingFor: `lock of ${thread}`,
  heldBy,
});

const threads = ["a", "b", "c"].map((name, index) => ({ name, cpu: `CPU${index}` }));

const told = (...blocked: BlockedThread[]) => blockedSentences({ ...abba, threads, blocked });

test("two locks in two orders", () => {
  expect(blockedSentences(abba)).toMatchInlineSnapshot(`
    [
      "CPU0 (hvm_create of vcpu0) waits for vcpu0.tm_lock at specs/xen/vpt.ts:15; held by CPU1 (timer softirq) since step 2 at specs/xen/mem_event.ts:77",
      "CPU1 (timer softirq) waits for pt0.lock at specs/xen/mem_event.ts:78; held by CPU0 (hvm_create of vcpu0) since step 1 at specs/xen/vpt.ts:12",
      "Each waits for the next: CPU0 → CPU1 → CPU0",
    ]
  `);
});

test("a lock held by the waiting thread itself, a condition, a wake-up that never comes", () => {
  expect(
    told({ ...waiting("a", "a"), heldSince: 1 }, waiting("b", "c", "a"), waiting("c")),
  ).toMatchInlineSnapshot(`
    [
      "CPU0 (a) waits for lock of a at specs/xen/vpt.ts:15; held by itself since step 1 at specs/xen/vpt.ts:12",
      "CPU1 (b) waits for lock of b at specs/xen/vpt.ts:15; in the way: CPU2 (c) and CPU0 (a)",
      "CPU2 (c) waits for lock of c at specs/xen/vpt.ts:15: no thread is left that could end the wait",
    ]
  `);
});

test("the shortest cycle is told, whoever else waits for one of its threads", () => {
  expect(told(waiting("a", "b"), waiting("b", "c"), waiting("c", "a", "b")).at(-1)).toMatchInlineSnapshot(
    `"Each waits for the next: CPU1 → CPU2 → CPU1"`,
  );
});

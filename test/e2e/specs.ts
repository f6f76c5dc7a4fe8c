/** Specs of a few states, for tests of what the command makes of a verdict. */

const HEAD = `import { assert, cases, fails, holds, param, spin_lock, spin_unlock, spinlock, thread } from "latchwork";
`;

/** Two threads drop a reference: with the lock it holds, without it the object is freed twice. */
export function refcount(cases: string): string {
  return `${HEAD}
const locked = param("locked", true);
const lock = spinlock();
let refs = 2;
let freed = false;

function put() {
  if (locked) spin_lock(lock);
  refs--;
  const last = refs === 0;
  if (locked) spin_unlock(lock);
  if (last) {
    assert(!freed);
    freed = true;
  }
}

thread("reader", () => put());
thread("writer", () => put());

export default cases({
  title: "dropping the last reference",
${cases}
});
`;
}

export const asExpected = refcount(`
  locked: { expect: holds(), why: "the count changes under the lock" },
  unlocked: { locked: false, expect: fails("assert"), why: "both can see 0" },`);

/** Each case has the verdict of the other. */
export const flipped = refcount(`
  locked: { expect: fails("assert"), why: "wrong on purpose" },
  unlocked: { locked: false, expect: holds(), why: "wrong on purpose" },`);

/** An assertion fails at the first step, and the expected check only later. */
export const anotherCheckFirst = `${HEAD}
const lock = spinlock();
let ready = false;
let steps = 0;

thread("hasty", () => assert(ready));
thread("slow", () => {
  steps++;
  steps++;
  spin_unlock(lock);
});

export default cases({
  title: "two checks fail",
  later: { expect: fails("unlock-not-held"), why: "the thread that failed has stopped, the other goes on" },
});
`;

/** Claims about runs: one that holds, one that fails where a check fails too, one that nobody expected to fail. */
export const claims = `import { assert, cases, eventually, fails, holds, never_stuck, param, thread, until } from "latchwork";
const wakes = param("wakes", true);
const asserts = param("asserts", false);
let woken = false;
let time = 0;

thread("sleeper", () => until(woken));
thread("ticker", () => {
  for (;;) time = (time + 1) % 2;
});
if (wakes) thread("waker", () => { woken = true; });
if (asserts) thread("hasty", () => assert(time === 0));
eventually("woken", () => woken);
never_stuck();

export default cases({
  title: "a wake-up",
  wakes: { expect: holds(), why: "the waker comes" },
  past: { wakes: false, asserts: true, expect: fails("never_stuck"), why: "where the assertion holds nobody wakes" },
  surprise: { wakes: false, expect: holds(), why: "wrong on purpose" },
});
`;

/** A body with one mistake, in an otherwise correct spec. */
export function withStatement(statement: string): string {
  return `${HEAD}
let x = 0;

thread("only", () => {
  ${statement}
});

export default cases({ title: "a mistake", only: { expect: holds(), why: "a test" } });
`;
}

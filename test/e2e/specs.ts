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

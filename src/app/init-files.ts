/** What `latchwork init` writes. */

/** A design that fails as it is written, and its repair. */
export const FIRST_SPEC = `import { assert, cases, holds, param, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

/** Whether the count is looked at under the lock: each case below is a design of its own. */
const locked = param("locked", false);
const lock = spinlock();
let refs = 2;
let freed = false;

function put() {
  if (locked) spin_lock(lock);
  refs--; // a load and a store: another thread can come between them
  const last = refs === 0;
  if (locked) spin_unlock(lock);
  if (!last) return;
  assert(!freed);
  freed = true;
}

thread("reader", () => put());
thread("writer", () => put());

// "first try" fails: run \`npx latchwork check\` and read how. A design that is known to be wrong is kept as such,
// with expect: fails("assert") in place of holds().
export default cases({
  title: "dropping the last reference",
  "first try": { expect: holds(), why: "whoever drops the last reference frees the object" },
  repaired: { locked: true, expect: holds(), why: "the count changes and is looked at under one lock" },
});
`;

export const CONFIG = `import { defineConfig } from "latchwork/config";

/** Defaults for the options of \`latchwork check\`. */
export default defineConfig({
  specs: "specs",
});
`;

export const WORKFLOW = `name: latchwork

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 22
      - uses: actions/setup-java@v5
        with:
          distribution: temurin
          java-version: 17
      - run: npm ci
      # Verdicts of earlier runs: a case is asked about again when something that decides it has changed.
      - uses: actions/cache@v4
        with:
          path: node_modules/.cache/latchwork
          key: latchwork-\${{ github.sha }}
          restore-keys: latchwork-
      - run: npx latchwork check
`;

/** What `latchwork check --engine explore` asks for, in a project of a test. */
import type { CheckRequest } from "../../src/app/check-request.js";

/** Of all specs and cases, without what is remembered; `changes` are what a test asks otherwise. */
export function exploreRequest(cwd: string, changes: Partial<CheckRequest> = {}): CheckRequest {
  return {
    cwd,
    env: {},
    paths: [],
    casePatterns: [],
    settings: [],
    engine: "explore",
    reduce: true,
    tlcWorkers: 1,
    coverage: false,
    strict: false,
    keep: false,
    ...changes,
  };
}

/**
 * A spec with three threads that count by themselves: more states than anybody waits for, merged or not, and merging hears
 * nothing of a signal.
 */
export const countingSpec = (caseName: string) => `import { cases, holds, thread, u16 } from "latchwork";
let a = u16(0);
let b = u16(0);
let c = u16(0);
thread("a", () => { for (;;) { a++; if (b === c) a = b; } });
thread("b", () => { for (;;) { b++; if (a === c) b = c; } });
thread("c", () => { for (;;) { c++; if (a === b) c = a; } });
export default cases({ title: "t", ${caseName}: { expect: holds(), why: "nobody waits for it" } });
`;

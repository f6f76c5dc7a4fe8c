/** What the statements of a spec's files declare, gathered case by case. */
import type { GuardRule, LockOrder } from "../ir/lock-rules.js";
import type { Invariant, Liveness, Statement, ThreadDeclaration } from "../ir/program.js";

export interface Declarations {
  readonly threads: ThreadDeclaration[];
  readonly invariants: Invariant[];
  readonly liveness: Liveness[];
  readonly initially: Statement[];
  readonly lockOrders: LockOrder[];
  readonly guardRules: GuardRule[];
}

/** Nothing declared yet. */
export function noDeclarations(): Declarations {
  return { threads: [], invariants: [], liveness: [], initially: [], lockOrders: [], guardRules: [] };
}

/** The names of the threads that a declaration starts. */
export function threadNames(thread: Pick<ThreadDeclaration, "name" | "parameter" | "arguments">): string[] {
  if (thread.parameter === undefined) return [thread.name];
  return thread.arguments.map((argument) => `${thread.name}(${argument})`);
}

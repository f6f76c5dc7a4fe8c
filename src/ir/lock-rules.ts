/** Rules about locks that a spec declares once. */
import type { Span } from "../base/span.js";
import type { Expression, LocalSymbol } from "./program.js";

/** A lock, or the lock that every object of a class embeds; `text` is for people. */
export type LockName =
  | { readonly kind: "object"; readonly name: string; readonly text: string }
  | { readonly kind: "embedded"; readonly class: string; readonly field: string; readonly text: string };

/** Locks in the order in which they nest, outermost first. */
export interface LockOrder {
  readonly locks: readonly LockName[];
  readonly span: Span;
}

/** A variable that may only be used under a lock. */
export interface GuardRule {
  /** `Class.field`, or a global's name. */
  readonly variable: string;
  /** Stands for the object whose field it is. */
  readonly parameter: LocalSymbol | undefined;
  readonly lock: Expression;
  readonly span: Span;
}

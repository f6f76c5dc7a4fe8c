/** Expressions over data: records, arrays, maps, sets as values, and what is computed from each of their elements. */
import type { Value } from "./model.js";
import type { Expression, ExpressionBase, LocalSymbol, Type } from "./program.js";

/** What a bounded number can hold, and what a store outside does: lose the upper bits as in C, or fail `wrap`. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly leaving: "wraps" | "fails";
}

/** A named part of a record. */
export interface RecordField {
  readonly name: string;
  readonly type: Type;
}

/** `/` is C's division, which drops the remainder: `div(a, b)` in a spec. */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | BitOperator;
export type BitOperator = "&" | "|" | "^" | "<<" | ">>";
export type SetOperator = "union" | "intersection" | "difference" | "isSubsetOf";

export type DataExpression =
  | (ExpressionBase & {
      readonly kind: "record";
      readonly fields: readonly { readonly name: string; readonly value: Expression }[];
    })
  /** `{ ...record, name: value }`: the record with some parts replaced. */
  | (ExpressionBase & {
      readonly kind: "with";
      readonly record: Expression;
      readonly changes: readonly { readonly name: string; readonly value: Expression }[];
    })
  /** A part of a record: no access of its own. */
  | (ExpressionBase & { readonly kind: "select"; readonly record: Expression; readonly field: string })
  | (ExpressionBase & { readonly kind: "array"; readonly elements: readonly Expression[] })
  /** A constant map. */
  | (ExpressionBase & { readonly kind: "table"; readonly entries: readonly (readonly [Value, Value])[] })
  /** An element of an array or a map: an access where that is in memory. */
  | (ExpressionBase & {
      readonly kind: "element";
      readonly collection: Expression;
      readonly index: Expression;
    })
  | (ExpressionBase & { readonly kind: "empty-set" })
  | (ExpressionBase & {
      readonly kind: "set-operation";
      readonly operator: SetOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  /** `filter` and `map` over an array, a list or instances, in order. */
  | (ExpressionBase & {
      readonly kind: "each";
      readonly method: "filter" | "map";
      readonly domain: Expression;
      readonly variable: LocalSymbol;
      readonly body: Expression;
    })
  | (ExpressionBase & {
      readonly kind: "reduce";
      readonly domain: Expression;
      readonly sum: LocalSymbol;
      readonly variable: LocalSymbol;
      readonly body: Expression;
      readonly initial: Expression;
    })
  /** The first element of an array, or null. */
  | (ExpressionBase & { readonly kind: "first"; readonly collection: Expression })
  /** `body`, in which the variable stands for a value that is evaluated once, before. */
  | (ExpressionBase & {
      readonly kind: "let";
      readonly variable: LocalSymbol;
      readonly value: Expression;
      readonly body: Expression;
    });

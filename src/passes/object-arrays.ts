/** Arrays of objects as terms: elements by index, indexes of elements, the order of addresses. */
import { bug } from "../base/assert.js";
import { objectsOf } from "../ir/classes.js";
import type { Term, Value } from "../ir/model.js";
import type { Expression, Program } from "../ir/program.js";
import { binary, constant } from "../ir/terms.js";

type Binary = Extract<Expression, { kind: "binary" }>;

/** The objects of an array, as a list. */
export function arrayTerm(array: Expression, lowerObject: (object: Expression) => Term): Term {
  if (array.type.kind !== "instances") return bug("an index into something that is no array of objects");
  if (array.kind === "instances") return listOf(array.names, array.type.class);
  if (array.kind !== "elements") return bug("an array of objects that no declaration makes");
  return { kind: "elements", object: lowerObject(array.object), class: array.class, field: array.field };
}

function listOf(names: readonly string[], element: string): Term {
  return { kind: "value", value: { list: names.map((ref) => ({ ref })) }, type: { kind: "list", element } };
}

/** The element with this index; a fixed object where both are known. */
export function nthTerm(list: Term, index: Term): Term {
  const names = valuesIn(list);
  const at = index.kind === "value" ? index.value : undefined;
  const found = typeof at === "number" ? names?.[at] : undefined;
  if (found === undefined || list.kind !== "value" || list.type.kind !== "list")
    return { kind: "nth", list, index };
  return { kind: "value", value: found, type: { kind: "object", class: list.type.element, nullable: false } };
}

function valuesIn(list: Term): readonly Value[] | undefined {
  if (list.kind !== "value" || list.value === null || typeof list.value !== "object") return undefined;
  return "list" in list.value ? list.value.list : undefined;
}

/** That the index is inside the array, and how a report says so. */
export function boundsOf(
  array: Expression,
  index: Term,
): { readonly condition: Term; readonly message: string } {
  const count = array.kind === "instances" ? array.names.length : array.kind === "elements" ? array.count : 0;
  const condition = binary("&&", binary(">=", index, constant(0)), binary("<", index, constant(count)));
  const range = count === 0 ? "which is empty" : count === 1 ? "which has only 0" : `0..${count - 1}`;
  const message = `the index is inside the array${count < 2 ? `, ${range}` : ` (${range})`}`;
  return { condition, message };
}

/** An operation on two values; on two objects it compares their places among all objects of the class. */
export function binaryTerm(program: Program, { operator, left, right }: Binary, a: Term, b: Term): Term {
  const { type } = left;
  const isOrder = operator !== "===" && operator !== "!==";
  if (!isOrder || type.kind !== "object" || right.type.kind !== "object") return binary(operator, a, b);
  const list = listOf(objectsOf(program, type.class), type.class);
  const address = (element: Term): Term => ({ kind: "index-of", list, element });
  return binary(operator, address(a), address(b));
}

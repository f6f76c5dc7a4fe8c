/** What a field holds before anyone has stored into it. */
import { lineageOf } from "../ir/classes.js";
import type { Value } from "../ir/model.js";
import type { Field, InitialValue, Program } from "../ir/program.js";

/** The value with which memory starts, and to which a pool returns it, in objects of the class. */
export function initialValue(program: Program, className: string, field: Field): Value {
  const initial = initialOf(program, className, field);
  if (initial.kind === "value") return initial.value;
  return field.type.kind === "set" ? { set: [] } : { list: [] };
}

/** A class may give an inherited field another initial value. */
function initialOf(program: Program, className: string, field: Field): InitialValue {
  for (const type of lineageOf(program.classes, className)) {
    const other = type.initials.get(field.name);
    if (other !== undefined) return other;
    if (type.fields.includes(field)) break;
  }
  return field.initial;
}

/** free, one step: what was freed looks as it did before it was ever allocated. */
import { freedOutsidePools } from "../diagnostics/catalog.js";
import type { Origin, Term } from "../ir/model.js";
import type { Program, Statement } from "../ir/program.js";
import { all, binary, constant, not, readsShared, TRUE } from "../ir/terms.js";
import {
  arePooled,
  existenceOf,
  isOneOf,
  type Part,
  partsOf,
  pooledObjects,
  storeAllocated,
} from "./allocation.js";
import { emit, jump, newLabel, placeLabel } from "./flow.js";
import { initialValue } from "./initial-value.js";
import { beginLocked, boundary, fieldName, type InlineContext } from "./inline-context.js";
import { inlineExpression } from "./inline-expressions.js";
import { listVariables } from "./inline-stores.js";
import { steady } from "./steady.js";

/** The object must be allocated, and linked with nothing; null is ignored. */
export function inlineFree(
  context: InlineContext,
  origin: Origin,
  { object: e }: Extract<Statement, { kind: "free" }>,
): void {
  const { builder, program } = context;
  const type = e.type.kind === "object" ? e.type.class : "";
  const pooled = pooledObjects(program, type);
  if (pooled.size === 0) {
    context.diagnostics.push(freedOutsidePools(e.span, type));
    return;
  }
  const given = inlineExpression(context, origin, e);
  // Inside an atomic step it may be a read, and the step goes on to write.
  const object = readsShared(given) ? steady(context, origin, given, e) : given;
  const [present, after] = [newLabel(), newLabel()];
  if (e.type.kind === "object" && e.type.nullable) {
    const condition = binary("===", object, constant(null));
    builder.instructions.push({ kind: "branch", condition, whenTrue: after, whenFalse: present, origin });
  }
  placeLabel(builder, present);
  boundary(context, origin);
  // The allocator takes locks of its own.
  const end = beginLocked(context, origin);
  checkAllocated(context, origin, object, type);
  const classes = [...pooled];
  classes.forEach(([own, names], index) => {
    const [here, next] = [newLabel(), newLabel()];
    if (index < classes.length - 1) {
      const condition = isOneOf(object, names, type);
      builder.instructions.push({ kind: "branch", condition, whenTrue: here, whenFalse: next, origin });
    }
    placeLabel(builder, here);
    freeParts(context, origin, object, own);
    jump(builder, after);
    placeLabel(builder, next);
  });
  end();
  placeLabel(builder, after);
}

/** It must be what a pool gave out and did not get back. */
function checkAllocated(context: InlineContext, origin: Origin, object: Term, type: string): void {
  const { program } = context;
  const names = [...pooledObjects(program, type).values()].flat();
  const pooled = arePooled(program, type) ? [] : [isOneOf(object, names, type)];
  const existence = existenceOf(program, object, type);
  const exists = existence === undefined ? [] : [existence.condition];
  const condition = all([...pooled, ...exists]);
  const check = "use-after-free";
  emit(context.builder, { kind: "check", check, condition, subject: object, message: "free", origin });
}

/** Frees an object of exactly this class. Nothing may be linked with it: who comes along the list would use it. */
function freeParts(context: InlineContext, origin: Origin, object: Term, type: string): void {
  const { builder, program } = context;
  const parts = partsOf(program, object, type);
  const condition = all(parts.flatMap((part) => unlinked(program, part)));
  if (condition !== TRUE) {
    const check = "list-corruption";
    emit(builder, { kind: "check", check, condition, subject: object, message: "free", origin });
  }
  storeAllocated(context, origin, type, object, false);
  for (const part of parts) {
    for (const { owner, field } of part.fields) {
      if (field.type.kind === "list") continue;
      const value: Term = {
        kind: "value",
        value: initialValue(program, part.class, field),
        type: field.type,
      };
      const variable = fieldName(owner, field.name);
      // The allocator holds no lock of the object's users, and needs none.
      const ghost = field.ghost === true ? ({ ghost: true } as const) : {};
      emit(builder, { kind: "store", variable, object: part.object, value, races: true, ...ghost, origin });
    }
  }
}

/** That the part is on no list, and that no list in it has elements. */
function unlinked(program: Program, { object, class: type, fields }: Part): Term[] {
  const variables = listVariables(program, type);
  const onNone = variables.length === 0 ? [] : [not({ kind: "linked", variables, element: object })];
  const empty = fields.flatMap(({ owner, field }): Term[] => {
    if (field.type.kind !== "list") return [];
    const variable = fieldName(owner, field.name);
    const collection: Term = { kind: "read", variable, object, races: true, span: field.span };
    return [binary("===", { kind: "size", collection }, constant(0))];
  });
  return [...onNone, ...empty];
}

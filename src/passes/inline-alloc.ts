/** alloc, one step: whether an object is free, and which of those that are. */
import { changesDesign } from "../diagnostics/catalog.js";
import type { Origin, Term } from "../ir/model.js";
import type { Expression } from "../ir/program.js";
import { constant, not } from "../ir/terms.js";
import { readAllocated, storeAllocated } from "./allocation.js";
import { emit, jump, newLabel, placeLabel } from "./flow.js";
import { beginLocked, boundary, type InlineContext, temporary } from "./inline-context.js";

/** A variable of the thread with the object that was allocated, or null. */
export function inlineAlloc(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "alloc" }>,
): Term {
  const { builder, program } = context;
  const { pool } = e;
  if (pool.kind !== "pool" || pool.type.kind !== "pool" || pool.names.length === 0) return constant(null);
  if (context.ghost !== undefined) context.diagnostics.push(changesDesign(e.span, "allocates memory"));
  const type = pool.type.class;
  const name = temporary(context, e, "allocated");
  const object: Term = { kind: "local", name };
  const isFree = (candidate: Term) => not(readAllocated(program, type, candidate));
  const elementType = { kind: "object", class: type, nullable: false } as const;
  const domain: Term = {
    kind: "value",
    value: { set: pool.names.map((ref) => ({ ref })) },
    type: { kind: "set", element: elementType },
  };
  const variable = "free";
  const bound: Term = { kind: "bound", name: variable };
  const [some, none, after] = [newLabel(), newLabel(), newLabel()];
  boundary(context, origin);
  // The allocator takes locks of its own.
  const end = beginLocked(context, origin);
  const condition: Term = { kind: "quantifier", quantifier: "some", variable, domain, body: isFree(bound) };
  builder.instructions.push({ kind: "branch", condition, whenTrue: some, whenFalse: none, origin });
  placeLabel(builder, some);
  if (context.initial) {
    const candidates = pool.names.map((ref): Term => ({ kind: "value", value: { ref }, type: elementType }));
    const value = candidates.reduceRight<Term>(
      (whenFalse, whenTrue) => ({ kind: "conditional", condition: isFree(whenTrue), whenTrue, whenFalse }),
      constant(null),
    );
    emit(builder, { kind: "assign", local: name, value, origin });
  } else {
    const free: Term = { kind: "subset", variable, domain, condition: isFree(bound) };
    emit(builder, { kind: "choose", local: name, domain: free, origin });
  }
  storeAllocated(context, origin, type, object, true);
  jump(builder, after);
  placeLabel(builder, none);
  emit(builder, { kind: "assign", local: name, value: constant(null), origin });
  placeLabel(builder, after);
  end();
  return object;
}

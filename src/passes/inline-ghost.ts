/**
 * Ghost code: what only properties see. It runs with the step before it, may read everything, and changes nothing
 * that the design could notice; the refusals here keep it so.
 */
import { changesDesign, computesGhost } from "../diagnostics/catalog.js";
import type { Expression, Statement } from "../ir/program.js";
import { newLabel, placeLabel } from "./flow.js";
import type { InlineContext } from "./inline-context.js";
import { runsCode } from "./pure-terms.js";

/** The context for ghost code that stands here: the variables that the thread has now are not its own. */
export function ghostContext(context: InlineContext): InlineContext {
  if (context.ghost !== undefined) return context;
  const names = [...context.bindings.values()].flatMap((binding) =>
    binding.kind === "local" ? [binding.name] : [],
  );
  return { ...context, ghost: new Set(names) };
}

/** Writes the statements out as part of the step that stands before them. */
export function inlineGhost(context: InlineContext, body: readonly Statement[]): void {
  const { builder } = context;
  const returns = { label: newLabel(), result: undefined };
  const inner: InlineContext = { ...ghostContext(context), atomic: true, returns, loop: undefined };
  context.inlineStatements(inner, body);
  placeLabel(builder, returns.label);
  if (!context.atomic) builder.instructions.push({ kind: "settled" });
}

/** As {@link inlineGhost}, for a statement that is ghost code because it changes a ghost. */
export function inlineGhostStatement(context: InlineContext, statement: Statement): void {
  if (partsOf(statement).some(runsCode)) context.diagnostics.push(computesGhost(statement.span));
  else inlineGhost(context, [statement]);
}

/** Whether the statement is ghost code by what it changes. */
export function changesGhost(context: InlineContext, statement: Statement): boolean {
  if (statement.kind === "assign" || statement.kind === "update") return isGhost(context, statement.target);
  if (statement.kind === "queue-change") return isGhost(context, statement.queue);
  const changesSet = statement.kind === "set-change" || statement.kind === "set-clear";
  return changesSet && isGhost(context, statement.set);
}

/** Whether it is a variable that the ghost code itself declared. */
function isOwn(context: InlineContext, e: Expression): boolean {
  const binding = e.kind === "local" ? context.bindings.get(e.local.id) : undefined;
  return binding?.kind === "local" && context.ghost?.has(binding.name) !== true;
}

function isGhost(context: InlineContext, whole: Expression): boolean {
  const e = rootOf(whole);
  if (e.kind === "field" || e.kind === "global") return e.ghost === true;
  const binding = e.kind === "local" ? context.bindings.get(e.local.id) : undefined;
  return binding?.kind === "place" && binding.place.ghost === true;
}

/** The variable that a part of a record or an element of an array is part of. */
function rootOf(e: Expression): Expression {
  if (e.kind === "select") return rootOf(e.record);
  return e.kind === "element" ? rootOf(e.collection) : e;
}

/** What a statement evaluates besides the statements inside it. */
function partsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case "assign":
    case "update":
      return [statement.target, statement.value];
    case "set-change":
      return [statement.set, statement.element];
    case "queue-change":
      return [statement.queue, statement.operand];
    case "set-clear":
      return [statement.set];
    default:
      return [];
  }
}

/** Reports a statement that has no place in ghost code. */
export function refuseInGhost(context: InlineContext, statement: Statement): void {
  const what = changeOfDesign(context, statement);
  if (what !== undefined) context.diagnostics.push(changesDesign(statement.span, what));
}

function changeOfDesign(context: InlineContext, statement: Statement): string | undefined {
  switch (statement.kind) {
    case "assign":
    case "update": {
      const target = rootOf(statement.target);
      if (target.kind !== "local") return isGhost(context, target) ? undefined : "changes what is no ghost";
      const binding = context.bindings.get(target.local.id);
      const outer = binding?.kind === "local" && context.ghost?.has(binding.name) === true;
      return outer ? `changes ${target.local.name}, which the design uses` : undefined;
    }
    case "queue-change":
      return isGhost(context, statement.queue) ? undefined : "changes what is no ghost";
    case "set-change":
    case "set-clear":
      return isGhost(context, statement.set) || isOwn(context, statement.set)
        ? undefined
        : "changes what is no ghost";
    case "list-add":
    case "list-del":
      return "changes a list";
    case "free":
      return "frees memory";
    case "until":
      return "waits";
    case "either":
      return "chooses";
    case "barrier":
      return "orders memory";
    default:
      return undefined;
  }
}

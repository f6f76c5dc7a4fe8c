/**
 * Claims about runs as temporal formulas, written so that TLC 2.18 and 2.19 judge them rightly: no part of a formula
 * is constant (both find violations of `<>TRUE`), no quantifier ranges over the empty set, and each formula is asked
 * about in a run of its own, because TLC does not say which one is violated. A product is constant to TLC, whose own
 * module Naturals has `a*b == TRUE`: a condition with one is compared with what is true in every state, so that TLC
 * does not look for constants among its parts.
 */
import { must } from "../base/assert.js";
import type { Model, ModelLiveness, Process, Term } from "../ir/model.js";
import { contains, readsShared } from "../ir/terms.js";
import { multiplies } from "./arithmetic.js";
import { stepChecks } from "./checks.js";
import { add, commentText, type Lines } from "./layout.js";
import type { Naming } from "./naming.js";
import { printTerm, termContext } from "./terms.js";

export interface EmittedProperty {
  readonly operator: string;
  /** The operator that asks only about runs in which no check fails; the same where no step makes a check. */
  readonly excluding: string;
  readonly check: ModelLiveness["check"];
  readonly name: string;
}

/** True in every state, and no constant. */
const ALWAYS = "fault = fault";

/** Prints an operator for each liveness property, and what they are made of. */
export function printProperties(model: Model, naming: Naming, out: Lines): EmittedProperty[] {
  if (model.liveness.length === 0) return [];
  const canFail = stepChecks(model).length > 0;
  if (model.liveness.some(({ check }) => check === "never_stuck")) {
    add(out, "Waits(t_) == Blocked(t_) /\\ ~Resting(t_)");
  }
  return model.liveness.map((property) => {
    const { name, check } = property;
    const operator = must(naming.properties.get(name), name);
    const excluding = must(naming.excluding.get(name), name);
    add(out, `\\* ${check} ${commentText(JSON.stringify(name))}`);
    add(out, `${operator} == ${printFormula(model, naming, property)}`);
    if (!canFail) return { operator, excluding: operator, check, name };
    add(out, `${excluding} == <>(fault # {}) \\/ ${operator}`);
    return { operator, excluding, check, name };
  });
}

function printFormula(model: Model, naming: Naming, property: ModelLiveness): string {
  const state = (condition: Term) => printCondition(model, naming, condition);
  switch (property.check) {
    case "eventually":
      return `<>(${state(property.condition)})`;
    case "always_eventually":
      return `[]<>(${state(property.condition)})`;
    case "leads_to":
      return `(${state(property.condition)}) ~> (${state(property.consequence)})`;
    case "never_stuck": {
      const threads = printThreads(model, naming, ({ daemon }) => !daemon);
      return threads === "{}" ? `[]<>(${ALWAYS})` : `\\A t_ \\in ${threads} : []<>(~Waits(t_))`;
    }
  }
}

function printCondition(model: Model, naming: Naming, condition: Term): string {
  const text = printTerm(termContext({ model, naming, self: "t_", indexLocals: true }), condition);
  if (!readsShared(condition)) return `(${text}) /\\ ${ALWAYS}`;
  return contains(condition, multiplies) ? `(${text}) = (${ALWAYS})` : text;
}

/** The set of the threads of some processes; `Threads` where it is all of them. */
export function printThreads(model: Model, naming: Naming, some: (process: Process) => boolean): string {
  if (model.processes.every(some)) return "Threads";
  const threads = model.processes.filter(some).flatMap((process) => process.threads);
  return `{${threads.map(({ name }) => must(naming.threads.get(name), name)).join(", ")}}`;
}

/** Shared memory as reports show it: which of it is shown, and what it holds in the beginning. */
import { formatValue, initialState, locationPath } from "../interpreter/state.js";
import type { Model } from "../ir/model.js";
import type { Read } from "./interleaving.js";

/** What a CPU notes for itself: who runs shows in the columns. */
const NOTES: ReadonlySet<string> = new Set(["handler", "below", "pinned", "preempt_off"]);

/** Whether the location is one that readers are told of. */
export function isShown(model: Model, at: string): boolean {
  const name = variableOf(at);
  const variable = model.variables.find((candidate) => candidate.name === name);
  return variable?.library !== true || !NOTES.has(variable.field);
}

/** The variable that the location belongs to: `Vcpu.tm_list`, or the name of a global. */
export function variableOf(at: string): string {
  return at.slice(0, at.indexOf("@"));
}

/** All of shared memory as the model starts, by the paths that effects have. */
export function initialMemory(model: Model): Read[] {
  return [...initialState(model).memory]
    .filter(([at]) => isShown(model, at))
    .map(([at, value]) => ({ path: locationPath(model, at), value: formatValue(value) }));
}

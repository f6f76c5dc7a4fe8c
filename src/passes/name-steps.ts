/** Labels that a reader of the emitted PlusCal can place: the procedure of the spec and its line. */
import type { Origin } from "../ir/model.js";

/** A namer whose labels are unique in one model, ignoring case. */
export function createStepNamer(): (origin: Origin) => string {
  const taken = new Set<string>();
  return (origin) => {
    const frame = origin.frames.findLast((candidate) => !candidate.library) ?? origin.frames.at(-1);
    const procedure = (frame?.procedure ?? "thread").replace(/[^A-Za-z0-9]+/g, "_");
    const base = `${procedure}_${origin.span.line}`;
    let label = base;
    for (let n = 2; taken.has(label.toLowerCase()); n++) label = `${base}_${n}`;
    taken.add(label.toLowerCase());
    return label;
  };
}

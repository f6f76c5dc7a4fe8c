/** The permutations of model values under which the module stays the same, for TLC's SYMMETRY. */
import { must } from "../base/assert.js";
import type { Model } from "../ir/model.js";
import { add, type Lines } from "./layout.js";
import type { Naming } from "./naming.js";

/** The operator's name; undefined, and nothing printed, where the model has no symmetry. */
export function printSymmetry(model: Model, naming: Naming, out: Lines): string | undefined {
  const generators = model.symmetry?.generators ?? [];
  if (generators.length === 0) return undefined;
  const places = naming.table.claim("ChangesOfPlace");
  const operator = naming.table.claim("Interchangeable");
  const named = (name: string) => must(naming.objects.get(name) ?? naming.threads.get(name), name);
  const changes = generators.map((generator) =>
    [...generator].map(([from, to]) => `${named(from)} :> ${named(to)}`).join(" @@ "),
  );
  // TLC 2.18 falls over a set of one function, so the one that moves nobody is always among them; and how the operator
  // is written decides whether it counts: a set in curly braces, with fewer elements than it expects, does not.
  add(out, "\\* Who can change places with whom; TLC adds what follows from these.");
  add(out, `${places} == {`);
  for (const change of changes) add(out, `  ${change},`);
  add(out, "  null :> null");
  add(out, "}");
  add(out, `${operator} == ${places}`);
  add(out, "");
  return operator;
}

/** The way back from the emitted module: label to source, names of the module to names of the spec. */
import { formatPlace } from "../base/span.js";
import type { Model } from "../ir/model.js";
import type { EmittedModule } from "./module.js";

/** The .map.json text, with stable order and a line per entry. */
export function printSourceMap(model: Model, { naming, invariants, properties }: EmittedModule): string {
  const inverse = (names: ReadonlyMap<string, string>) =>
    Object.fromEntries([...names].map(([original, emitted]) => [emitted, original]));
  const labels = Object.fromEntries(
    model.processes.flatMap((process) =>
      process.steps.map((step) => [
        naming.labels.get(step.label) ?? step.label,
        {
          thread: process.name,
          procedure: step.origin.frames.map((frame) => frame.procedure).join(" > "),
          at: formatPlace(step.origin.span),
          text: step.origin.text,
        },
      ]),
    ),
  );
  const map = {
    version: 1,
    spec: model.spec,
    case: model.case,
    module: naming.module,
    labels,
    threads: inverse(naming.threads),
    objects: inverse(naming.objects),
    variables: inverse(naming.variables),
    locals: inverse(naming.locals),
    checks: Object.fromEntries(
      [...invariants, ...properties].map(({ operator, check, name }) => [
        operator,
        name === undefined ? check : `${check}: ${name}`,
      ]),
    ),
  };
  return `${JSON.stringify(map, null, 2)}\n`;
}

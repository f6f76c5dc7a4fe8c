/** Which CPU each thread is on; one of its own where the spec does not say. */
import { objectsOf } from "../ir/classes.js";
import type { Process, Step } from "../ir/model.js";
import { ownCpu } from "../ir/object-names.js";
import type { ModelObject, Program } from "../ir/program.js";
import { visitTermsOf } from "../ir/terms.js";

/** The program with a CPU for each thread that needs one, and the CPUs by thread name. */
export function withCpus(
  program: Program,
  processes: readonly Process[],
): { readonly whole: Program; readonly cpus: ReadonlyMap<string, string> } {
  const { cpuClass } = program;
  const cpus = new Map<string, string>();
  if (cpuClass === undefined) return { whole: program, cpus };
  const objects: ModelObject[] = [...program.objects];
  if (processes.some(({ steps }) => asksForCpu(steps))) {
    for (const { name, threads } of processes) {
      const placed = program.threads.find((thread) => thread.name === name)?.cpus ?? [];
      threads.forEach((thread, index) => {
        const cpu = placed[index] ?? ownCpu(thread.name);
        if (placed[index] === undefined) objects.push({ name: cpu, class: cpuClass, owner: undefined });
        cpus.set(thread.name, cpu);
      });
    }
  }
  // The class alone, when nothing uses it, would be an empty set in the model.
  const unused = objectsOf({ ...program, objects }, cpuClass).length === 0;
  const classes = unused ? program.classes.filter(({ name }) => name !== cpuClass) : program.classes;
  return { whole: { ...program, objects, classes }, cpus };
}

/** Whether some of the steps ask for the CPU that they run on. */
export function asksForCpu(steps: readonly Step[]): boolean {
  let asks = false;
  for (const { body } of steps) {
    visitTermsOf(body, ({ kind }) => {
      asks ||= kind === "cpu";
    });
  }
  return asks;
}

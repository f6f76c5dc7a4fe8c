/** A deadlock of locks as lockdep prints it under "Possible unsafe locking scenario": the locks alone, a column per CPU. */
import { inert } from "../diagnostics/render.js";
import type { Interleaving } from "../trace/interleaving.js";
import type { Colours } from "./colours.js";
import { padEnd, width } from "./text.js";

const gap = 4;

/** Nothing where there is no scenario, or where its columns do not fit; the diagram says the same at greater length. */
export function renderScenario(trace: Interleaving, total: number, colours: Colours): readonly string[] {
  const lines = trace.explanation.scenario ?? [];
  const names = [...new Set(lines.map(({ thread }) => thread))];
  const cpus = names.map((name) => inert(trace.threads.find((thread) => thread.name === name)?.cpu ?? name));
  // A handler is on the CPU that it interrupts: one column for both, with the handler further in.
  const columns = [...new Set(cpus)];
  const first = (cpu: string) => names[cpus.indexOf(cpu)];
  const cells = lines.map(({ thread, text }) => {
    const cpu = cpus[names.indexOf(thread)]!;
    const inner = first(cpu) !== thread && text !== "<Interrupt>";
    return { column: columns.indexOf(cpu), text: `${inner ? "  " : ""}${inert(text)}` };
  });
  const widths = columns.map((cpu, column) =>
    Math.max(width(cpu), ...cells.filter((cell) => cell.column === column).map(({ text }) => width(text))),
  );
  const all = 4 + widths.reduce((sum, each) => sum + each + gap, 0);
  if (lines.length === 0 || all > total) return [];
  const row = (texts: readonly string[]) =>
    `    ${texts.map((text, column) => padEnd(text, widths[column]! + gap)).join("")}`.trimEnd();
  const heading = [row(columns), row(columns.map((cpu) => "-".repeat(width(cpu))))];
  const body = cells.map(({ column, text }) =>
    row(columns.map((_, index) => (index === column ? text : ""))),
  );
  return [
    `  ${colours.dim("the locks alone:")}`,
    ...heading.map((line) => colours.dim(line)),
    ...body,
    `    ${colours.red("*** DEADLOCK ***")}`,
  ];
}

/**
 * `npm run table`: checks every case of specs/ with both engines, from nothing, and writes the table of specs/README.md.
 * Not part of the package.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findRoot } from "../app/project.js";
import type { CaseReport, RunReport } from "../report/reporter.js";
import { runReportSchema } from "../report/schema.js";
import { runProcess } from "../tlc/process.js";
import { grouped, replaceBetween, seconds, table } from "./table.js";

const root = findRoot(import.meta.dirname);
const started = performance.now();
const run = await checkEverything();
const elapsed = performance.now() - started;

const surprises = run.cases.filter(({ asExpected }) => !asExpected);
if (surprises.length > 0) {
  const names = surprises.map(({ spec, case: name }) => `${spec} ${name}`).join(", ");
  throw new Error(`the table is not written, because these cases are not as expected: ${names}`);
}
const path = join(root, "specs/README.md");
const document = replaceBetween(readFileSync(path, "utf8"), "cases", casesTable(run.cases));
writeFileSync(path, replaceBetween(document, "run", summary()));
process.stderr.write(`written: ${path}\n`);

/** What earlier runs found is forgotten first: the times are those of cases that were asked about. */
async function checkEverything(): Promise<RunReport> {
  await runProcess({ command: process.execPath, args: [join(root, "bin/latchwork.js"), "clean"], cwd: root });
  const lines: string[] = [];
  const args = [join(root, "bin/latchwork.js"), "check", "specs", "--engine", "both", "--reporter", "json"];
  const { exitCode } = await runProcess({
    command: process.execPath,
    args,
    cwd: root,
    onStdout: (line) => lines.push(line),
    onStderr: (line) => void process.stderr.write(`${line}\n`),
  });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`latchwork check specs ended with ${exitCode}`);
  return runReportSchema.parse(JSON.parse(lines.join("\n")));
}

function casesTable(cases: readonly CaseReport[]): string {
  const head = ["system", "case", "source", "verdict", "check", ">steps", ">states", ">time"];
  return table(head, cases.map(row));
}

function row({
  spec,
  case: name,
  source,
  verdict,
  check,
  trace,
  states,
  seconds: time,
}: CaseReport): string[] {
  return [
    systemOf(spec),
    name,
    source ?? "",
    verdict === "holds" ? "holds" : "fails",
    check ?? "",
    trace === undefined ? "" : String(trace.steps.length),
    states === undefined ? "" : grouped(states.distinct),
    seconds(time * 1000),
  ];
}

/** `specs/kvm/memslots.ts` is kvm/memslots, and `specs/vpt/vpt.ts` just vpt. */
function systemOf(spec: string): string {
  const [folder, file] = [basename(dirname(spec)), basename(spec, ".ts")];
  return folder === file ? folder : `${folder}/${file}`;
}

function summary(): string {
  const failing = run.cases.filter(({ verdict }) => verdict === "violated").length;
  const holding = run.cases.length - failing;
  return `${run.cases.length} cases: ${holding} hold, ${failing} fail by the named check; ${seconds(elapsed)} in all, with both engines.`;
}

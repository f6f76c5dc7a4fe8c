/** `latchwork init`. */
import { initProject } from "../app/init.js";
import { AS_EXPECTED } from "./exit-codes.js";

/** Runs the command and returns its exit code. Throws a DiagnosticsError. */
export function runInit(): number {
  const { root, steps } = initProject(process.cwd());
  const lines = steps.map(({ path, outcome, because }) => {
    return `${outcome.padEnd(8)}  ${path}${because === undefined ? "" : `: ${because}`}`;
  });
  const next = [
    "",
    `In ${root}:`,
    "  npm install",
    "  npx latchwork check    the first case fails, and shows how; the second is its repair",
  ];
  process.stdout.write([...lines, ...next].map((line) => `${line}\n`).join(""));
  return AS_EXPECTED;
}

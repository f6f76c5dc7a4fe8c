/** `latchwork clean`. */
import { forgetVerdicts } from "../app/clean.js";
import { count } from "../report/text.js";
import { AS_EXPECTED } from "./exit-codes.js";

/** Runs the command and returns its exit code. */
export function runClean(): number {
  const { folder, entries, bytes } = forgetVerdicts(process.cwd(), process.env);
  const what = entries === 0 ? "nothing is remembered" : `forgot ${count(entries, "entry", "entries")}`;
  const size = entries === 0 ? "" : `, ${(bytes / 1e6).toFixed(1)} MB`;
  process.stdout.write(`${what}${size}, in ${folder}\n`);
  return AS_EXPECTED;
}

/** `latchwork watch [paths…]`. */
import { findRoot } from "../app/project.js";
import { watch } from "../app/watch.js";
import { renderDiagnostics } from "../diagnostics/render.js";
import type { CaseReport, RunReport } from "../report/reporter.js";
import { terminalReporter } from "../report/terminal.js";
import { count } from "../report/text.js";
import { type CheckFlags, checkRequest, sessionRequest } from "./check-command.js";
import { AS_EXPECTED } from "./exit-codes.js";
import type { Interrupt } from "./interrupt.js";
import { createProgress } from "./progress.js";
import { sourceReader, wantsColour, widthOf } from "./terminal.js";

/** Options as commander delivers them: those of check that make sense here. */
export type WatchFlags = Omit<CheckFlags, "reporter" | "outputFile" | "coverage">;

/** Runs until it is interrupted. Throws what is a defect of ours. */
export async function runWatch(
  paths: readonly string[],
  flags: WatchFlags,
  interrupt: Interrupt,
): Promise<number> {
  const { stdout, stderr, env } = process;
  const progress = createProgress(stderr, env);
  const session = sessionRequest(paths, flags, interrupt, progress);
  // What is left unexplored is a question to a whole run, and not to each save.
  const request = checkRequest(session, { ...flags, coverage: false });
  const readSource = sourceReader(findRoot(request.cwd));
  const print = (text: string) => progress.print(() => void stdout.write(text));
  const newReporter = () =>
    terminalReporter({ colour: wantsColour(stdout, env), width: widthOf(stdout, env), readSource }, print);
  let reporter = newReporter();
  try {
    await watch(request, {
      onRound: (changed) => {
        if (changed.length > 0) print(`\n${changed.join(", ")} changed\n\n`);
      },
      onExplore: () => {
        reporter = newReporter();
        return {
          onStart: (cases) => reporter.onRunStart?.(cases),
          onCaseEnd: (ended) => reporter.onCaseEnd?.(ended),
        };
      },
      onExplored: (report) => reporter.onRunEnd?.(report),
      onConfirmed: (report, explored) => {
        const differing = report.cases.filter((each) => !isConfirmed(each, explored));
        if (differing.length === 0) return print(`TLC agrees about ${count(report.cases.length, "case")}\n`);
        print(`TLC does not say the same about ${count(differing.length, "case")}:\n`);
        const again = newReporter();
        again.onRunStart?.(differing.map((each) => ({ spec: each.spec, case: each.case })));
        for (const each of differing) again.onCaseEnd?.(each);
        again.onRunEnd?.({ ...report, cases: differing });
      },
      onRefused: (diagnostics) => {
        progress.print(
          () =>
            void stderr.write(
              `${renderDiagnostics(diagnostics, { colour: wantsColour(stderr, env), readSource })}\n`,
            ),
        );
      },
    });
  } finally {
    progress.end();
  }
  return AS_EXPECTED;
}

/** Whether the explorer said the same; where something unexpected fails, what is met first may differ. */
function isConfirmed(report: CaseReport, { cases }: RunReport): boolean {
  const explored = cases.find((each) => each.spec === report.spec && each.case === report.case);
  return explored?.verdict === report.verdict && explored.asExpected === report.asExpected;
}

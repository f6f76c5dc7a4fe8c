/** The last line of a test run, alone and plain, for people and scripts that read the end of a log. */
import type { Reporter, TestModule } from "vitest/node";

export default class ClosingLine implements Reporter {
  /** Listed after the default reporter, so that this follows its summary. */
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const number = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that could not be loaded has no tests, and must not look like success.
    const broken = modules.filter((module) => module.state() === "failed" && module.children.size === 0);
    const skipped = number("skipped") > 0 ? `, ${number("skipped")} skipped` : "";
    process.stdout.write(
      `\n${number("passed")} passed, ${number("failed") + broken.length} failed${skipped}\n`,
    );
  }
}

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProgress } from "../../src/cli/progress.js";
import { fakeStream, screen } from "./fake-stream.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const twoCases = [
  { spec: "specs/a.ts", case: "one" },
  { spec: "specs/a.ts", case: "two" },
];

test("on a terminal: one line that says what is done and what is searched", () => {
  const { stream, written } = fakeStream({ isTTY: true, columns: 100 });
  const progress = createProgress(stream, {});
  vi.advanceTimersByTime(1000);
  expect(screen(written())).toEqual(["looking for Java and TLC, 1 s"]);
  progress.onStart(twoCases);
  vi.advanceTimersByTime(2000);
  progress.onProgress("specs/a.ts", "one", 12345, 67);
  expect(screen(written())).toEqual(["0 of 2 cases, 3 s · one: 12,345 states, 67 to go"]);
  progress.onCaseEnd(twoCases[0]!);
  expect(screen(written())).toEqual(["1 of 2 cases, 3 s"]);
  progress.onNote("the cache was damaged");
  expect(screen(written())).toEqual(["latchwork: the cache was damaged", "1 of 2 cases, 3 s"]);
  progress.end();
  vi.advanceTimersByTime(5000);
  expect(screen(written())).toEqual(["latchwork: the cache was damaged", ""]);
});

test("on a terminal: nothing at all for what is over at once", () => {
  const { stream, written } = fakeStream({ isTTY: true, columns: 100 });
  const progress = createProgress(stream, {});
  progress.onStart(twoCases);
  vi.advanceTimersByTime(300);
  progress.onCaseEnd(twoCases[0]!);
  progress.end();
  expect(written()).toBe("");
});

test("in a log: a line per case, at most one in ten seconds", () => {
  const { stream, written } = fakeStream();
  const progress = createProgress(stream, {});
  progress.onStart(twoCases);
  progress.onProgress("specs/a.ts", "one", 1000, 1);
  vi.advanceTimersByTime(5000);
  progress.onProgress("specs/a.ts", "one", 2000, 1);
  progress.onProgress("specs/a.ts", "two", 3000, 1);
  vi.advanceTimersByTime(5000);
  progress.onProgress("specs/a.ts", "one", 4000, 1);
  progress.end();
  expect(written().split("\n")).toEqual([
    "specs/a.ts one: 1,000 states, 1 to go",
    "specs/a.ts two: 3,000 states, 1 to go",
    "specs/a.ts one: 4,000 states, 1 to go",
    "",
  ]);
});

test("a download: counted on a terminal, said once in a log", () => {
  const terminal = fakeStream({ isTTY: true, columns: 100 });
  const shown = createProgress(terminal.stream, {});
  vi.advanceTimersByTime(1000);
  shown.onDownload(1_100_000, 2_274_532);
  expect(screen(terminal.written())).toEqual(["downloading tla2tools.jar: 1.1 of 2.3 MB"]);
  shown.end();
  const log = fakeStream();
  const logged = createProgress(log.stream, {});
  logged.onDownload(1, 2);
  logged.onDownload(2, 2);
  logged.end();
  expect(log.written()).toBe("downloading tla2tools.jar, once for this machine\n");
});

test("a hostile name does not steer the terminal", () => {
  const { stream, written } = fakeStream();
  const progress = createProgress(stream, {});
  progress.onProgress("specs/a.ts", "\u001b[2Jgone\nnew", 1, 1);
  progress.end();
  expect(written()).toBe("specs/a.ts \uFFFD[2Jgone new: 1 states, 1 to go\n");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStatusLine } from "../../src/cli/status-line.js";
import { fakeStream, screen } from "./fake-stream.js";

const terminal = { isTTY: true, columns: 20 };

test("what is printed stands above the line and is never torn", () => {
  const { stream, written } = fakeStream(terminal);
  const line = createStatusLine(stream, {});
  line.set("1 of 3");
  line.print(() => stream.write("first\n"));
  line.set("2 of 3");
  line.print(() => stream.write("second\nthird\n"));
  expect(screen(written())).toEqual(["first", "second", "third", "2 of 3"]);
  line.clear();
  expect(screen(written())).toEqual(["first", "second", "third", ""]);
});

test("whatever happens, a terminal shows the printed lines and then the status", () => {
  const action = fc.oneof(
    fc.record({ set: fc.stringMatching(/^[a-z ]{0,30}$/) }),
    fc.record({ print: fc.stringMatching(/^[a-z]{1,30}$/) }),
    fc.constant("clear" as const),
  );
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const { stream, written } = fakeStream(terminal);
      const line = createStatusLine(stream, {});
      const printed: string[] = [];
      let status = "";
      for (const act of actions) {
        if (act === "clear") {
          line.clear();
          status = "";
        } else if ("set" in act) {
          line.set(act.set);
          status = act.set.slice(0, 19);
        } else {
          line.print(() => stream.write(`${act.print}\n`));
          printed.push(act.print);
        }
      }
      expect(screen(written())).toEqual([...printed, status]);
    }),
  );
});

describe("no line is drawn", () => {
  test.each([
    ["in a pipe", {}, {}],
    ["in CI", terminal, { CI: "true" }],
    ["on a dumb terminal", terminal, { TERM: "dumb" }],
  ])("%s", (_, options, env) => {
    const { stream, written } = fakeStream(options);
    const line = createStatusLine(stream, env);
    line.set("1 of 3");
    line.print(() => stream.write("out\n"));
    line.clear();
    expect(line.live).toBe(false);
    expect(written()).toBe("out\n");
  });
});

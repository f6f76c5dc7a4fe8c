import { describe, expect, test } from "vitest";
import { flatten, fullText } from "../../src/tlc/messages.js";
import { fixture, readOutput } from "./fixtures.js";

const start = (code: number, severity = 0) => `@!@!@STARTMSG ${code}:${severity} @!@!@`;
const end = (code: number) => `@!@!@ENDMSG ${code} @!@!@`;

describe("the message reader", () => {
  test("separates messages from the lines around them", () => {
    const { messages, loose } = readOutput(["a", start(2220), "one", "two", end(2220), "", "b"].join("\n"));
    expect(messages).toEqual([{ code: 2220, severity: 0, body: "one\ntwo", nested: [] }]);
    expect(loose).toEqual(["a", "", "b"]);
  });

  test("keeps blank lines inside a message", () => {
    const { messages } = readOutput([start(2217, 4), "1: <Next>", "", "x = 1", "", end(2217)].join("\n"));
    expect(messages[0]?.body).toBe("1: <Next>\n\nx = 1\n");
  });

  test("nests a message that starts in the middle of a line", () => {
    const text = [start(1000, 1), `: ${start(5001)}`, "inner", end(5001), "after", end(1000)].join("\n");
    const { messages, loose } = readOutput(text);
    expect(messages).toEqual([
      {
        code: 1000,
        severity: 1,
        body: ": \nafter",
        nested: [{ code: 5001, severity: 0, body: "inner", nested: [] }],
      },
    ]);
    expect(loose).toEqual([]);
  });

  test("reads several markers in one line", () => {
    const { messages } = readOutput(`x${start(1)}a${start(2)}b${end(2)}c${end(1)}y`);
    expect(messages.flatMap(flatten).map(({ code, body }) => [code, body])).toEqual([
      [1, "a\nc"],
      [2, "b"],
    ]);
  });

  test("closes a nested message whose end is missing together with its parent", () => {
    const { messages } = readOutput([start(1), start(2), "inner", end(1), "loose"].join("\n"));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.nested[0]?.body).toBe("inner");
  });

  test("ignores an end without a start", () => {
    expect(readOutput([end(7), "text"].join("\n"))).toEqual({ messages: [], loose: ["text"] });
  });

  test("hands on as loose what a killed TLC left unfinished", () => {
    expect(readOutput([start(2217, 4), "1: <Next>"].join("\n"))).toEqual({
      messages: [],
      loose: ["1: <Next>"],
    });
  });
});

describe("captured output", () => {
  test("an error inside Java code is nested in message 1000", () => {
    const { messages } = readOutput(fixture("out-of-memory"));
    const general = messages.find(({ code }) => code === 1000);
    expect(general?.nested.map(({ code }) => code)).toEqual([2154]);
    expect(general === undefined ? "" : fullText(general)).toContain("Java heap space");
  });

  test("values printed by the model are loose lines", () => {
    const { loose } = readOutput(fixture("print"));
    expect(loose.filter((line) => line.startsWith("<<"))).toEqual([
      '<<"step", 0>>',
      '<<"step", 1>>',
      '<<"step", 0>>',
      '<<"step", 1>>',
    ]);
  });

  test("a plain run has the messages in their order", () => {
    const { messages } = readOutput(fixture("holds"));
    expect(messages.map(({ code }) => code)).toEqual([
      2262, 2187, 2220, 2219, 2185, 2189, 2190, 2193, 2200, 2199, 2194, 2268, 2186,
    ]);
  });
});

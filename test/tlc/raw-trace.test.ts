import { describe, expect, test } from "vitest";
import { readTrace, splitVariables } from "../../src/tlc/raw-trace.js";
import { fixture, readOutput } from "./fixtures.js";

const traceOf = (name: string) => readTrace(readOutput(fixture(name)).messages);

describe("readTrace", () => {
  test("reads states with their actions, locations and raw bodies", () => {
    const trace = traceOf("invariant");
    expect(trace?.states.map(({ index, action }) => [index, action?.name])).toEqual([
      [1, "Initial predicate"],
      [2, "Step"],
      [3, "Step"],
      [4, "Step"],
    ]);
    expect(trace?.states[0]?.action).toEqual({ name: "Initial predicate" });
    expect(trace?.states[1]?.action?.location).toBe("line 5, col 9 to line 5, col 118 of module Inv");
    expect(trace?.states[0]?.body).toBe("/\\ x = 0\n/\\ log = <<>>");
    expect(trace?.back).toBeUndefined();
    expect(trace?.stuttering).toBeUndefined();
  });

  test("finds the state inside the message when the initial state violates the invariant", () => {
    expect(traceOf("initial-state")).toEqual({
      states: [{ index: 1, action: { name: "Initial predicate" }, body: '/\\ x = 5\n/\\ y = "a"' }],
    });
  });

  test("reads where a lasso goes back to, and by which step", () => {
    const trace = traceOf("lasso");
    expect(trace?.states).toHaveLength(4);
    expect(trace?.back).toBe(2);
    expect(trace?.backAction).toEqual({
      name: "Back",
      location: "line 6, col 9 to line 6, col 23 of module Lasso",
    });
  });

  test("reads a behaviour that stutters for ever", () => {
    const trace = traceOf("stuttering");
    expect(trace?.states).toHaveLength(3);
    expect(trace?.stuttering).toBe(true);
    expect(trace?.back).toBeUndefined();
  });

  test("is not disturbed by values printed between the states", () => {
    expect(traceOf("print")?.states.map(({ body }) => body)).toEqual(["x = 0", "x = 1", "x = 2"]);
  });

  test("says that there is none", () => {
    expect(traceOf("holds")).toBeUndefined();
  });
});

describe("splitVariables", () => {
  test("joins the lines of a wrapped value", () => {
    const last = traceOf("invariant")?.states.at(-1)?.body ?? "";
    const variables = splitVariables(last);
    expect([...variables.keys()]).toEqual(["x", "log"]);
    expect(variables.get("x")).toBe("3");
    expect(variables.get("log")?.split("\n")).toHaveLength(5);
    expect(variables.get("log")).toMatch(/^<< \[value \|-> 0,[\s\S]* >>$/);
  });

  test("reads a single variable, which has no conjunction sign", () => {
    expect(splitVariables("x = <<1,\n  2>>")).toEqual(new Map([["x", "<<1,\n  2>>"]]));
  });

  test("does not take an equals sign inside a value for a variable", () => {
    const body = '/\\ text = "a = b"\n/\\ stack = ( t1 :>\n      << [ pc |-> "x = 1" ] >> )\n/\\ y = 2';
    expect([...splitVariables(body)]).toEqual([
      ["text", '"a = b"'],
      ["stack", '( t1 :>\n      << [ pc |-> "x = 1" ] >> )'],
      ["y", "2"],
    ]);
  });

  test("has nothing to say about an empty body", () => {
    expect(splitVariables("").size).toBe(0);
  });
});

/** Which steps get one more on their way back to themselves. */
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { explore } from "../support/explore.js";

const CHOICE = 'let done = false; thread("a", () => { while (maybe()) {} done = true; }';
const POLL = 'let done = false; thread("a", () => { while (!done) {} }';
const CLAIM = 'eventually("done", () => done);';

describe("spinning", () => {
  test.each([
    ["a choice, in a model without claims", `${CHOICE});`, 2],
    ["a choice", `${CHOICE}); ${CLAIM}`, 3],
    ["a choice under strong fairness", `${CHOICE}, { fairness: "strong" }); ${CLAIM}`, 3],
    ["a choice of a thread that owes nothing", `${CHOICE}, { fairness: "none" }); ${CLAIM}`, 2],
    ["polling", `${POLL}); ${CLAIM}`, 1],
    ["polling under strong fairness", `${POLL}, { fairness: "strong" }); ${CLAIM}`, 2],
  ])("%s", (_, text, distinct) => {
    expect(explore(compileText(text)).distinct).toBe(distinct);
  });
});

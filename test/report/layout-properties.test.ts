/** Whatever the counterexample and the width: no line too long, no space at an end, nothing lost, nothing live. */

import { stripVTControlCharacters } from "node:util";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { inert } from "../../src/diagnostics/render.js";
import { createColours } from "../../src/report/colours.js";
import { renderInterleaving } from "../../src/report/interleaving.js";
import { caseLines, planTable } from "../../src/report/table.js";
import { wrap } from "../../src/report/text.js";
import type { BlockedThread, Interleaving, InterleavingStep } from "../../src/trace/interleaving.js";
import { caseReport, spanAt } from "./samples.js";

const code = fc.stringMatching(/^[a-z_]{1,12}(\.[a-z_]{1,12}){0,4}(\([a-z0-9_., ]{0,30}\))?;?$/);
const text = fc.oneof(code, fc.string({ maxLength: 90 }), fc.string({ unit: "binary", maxLength: 40 }));
const file = fc.constantFrom(
  "specs/vpt.ts",
  "specs/other/vpt.ts",
  "specs/a/deep/folder/of/schedule-switch-lock.ts",
);
const span = fc.tuple(fc.integer({ min: 1, max: 99_999 }), file).map(([line, name]) => spanAt(line, name));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

type Draft = Omit<InterleavingStep, "n" | "thread" | "lock"> & {
  readonly lane: number;
  readonly lock: string | undefined;
};

const draft: fc.Arbitrary<Draft> = fc.record({
  lane: fc.nat(3),
  procedure: fc.oneof(fc.constant(""), fc.constantFrom("pt_lock", "pt_adjust_vcpu"), text),
  stack: fc.array(fc.record({ procedure: text, span }), { maxLength: 4 }),
  span,
  text,
  kind: fc.constantFrom("acquire", "release", "step"),
  lock: optional(text),
  reads: fc.array(fc.record({ path: text, value: text }), { maxLength: 3 }),
  effects: fc.array(fc.record({ path: text, from: text, to: text }), { maxLength: 3 }),
  fails: fc.boolean(),
});

const interleaving: fc.Arbitrary<Interleaving> = fc
  .record({
    names: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
    cpu: fc.oneof(fc.constant("CPU"), text),
    drafts: fc.array(draft, { maxLength: 12 }),
    firstStep: fc.constantFrom(1, 95, 9_998),
    lasso: optional(fc.integer({ min: 1, max: 12 })),
    message: text,
    waits: fc.array(
      fc.record({ lane: fc.nat(3), span, text, waitingFor: text, by: fc.array(fc.nat(3), { maxLength: 2 }) }),
      {
        maxLength: 4,
      },
    ),
  })
  .map(({ names, cpu, drafts, firstStep, lasso, message, waits }) => {
    const name = (lane: number) => names[lane % names.length]!;
    const steps = drafts.map(
      ({ lane, lock, ...rest }, index): InterleavingStep => ({
        ...rest,
        n: firstStep + index,
        thread: name(lane),
        ...(lock === undefined ? {} : { lock }),
      }),
    );
    const blocked = waits.map(
      ({ lane, by, ...rest }): BlockedThread => ({
        ...rest,
        thread: name(lane),
        heldBy: by.map(name),
        ...(by.length > 0 ? { heldSince: firstStep } : {}),
      }),
    );
    return {
      threads: names.map((each, index) => ({ name: each, cpu: `${cpu}${index}` })),
      steps,
      ...(lasso === undefined ? {} : { lasso: firstStep + lasso }),
      failure: { check: "assert", message },
      explanation: { sentences: [] },
      blocked,
      initial: [],
      contextSwitches: 0,
      contextSwitchesBefore: 0,
      stepsBefore: 0,
    };
  });

const widths = fc.integer({ min: 60, max: 200 });
const dense = (words: string) => words.replace(/\s/g, "");

test.prop([interleaving, widths], { numRuns: 300 })("fits, is tidy, inert and complete", (trace, width) => {
  const lines = renderInterleaving(trace, width, createColours(false));
  for (const line of lines) {
    expect(Array.from(line).length).toBeLessThanOrEqual(width);
    expect(line).not.toMatch(/\s$/);
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u);
  }
  const all = dense(lines.join(""));
  for (const { text: statement } of trace.steps) expect(all).toContain(dense(inert(statement)));
  expect(all).toContain(dense(inert(trace.failure.message)));
});

test.prop([interleaving, widths])("colour changes nothing but colour", (trace, width) => {
  const coloured = renderInterleaving(trace, width, createColours(true)).map((line) =>
    stripVTControlCharacters(line),
  );
  expect(coloured).toEqual(renderInterleaving(trace, width, createColours(false)));
});

const outcome = fc.record({
  name: text,
  spec: text,
  check: text,
  states: optional(fc.nat()),
  depth: fc.nat(),
  seconds: fc.nat(),
});

test.prop([fc.array(outcome, { minLength: 1, maxLength: 4 }), widths, fc.boolean()])(
  "the table of cases fits",
  (outcomes, width, asExpected) => {
    const cases = outcomes.map(({ name, spec, check, states, depth, seconds }) => {
      const { states: _, ...rest } = caseReport(name, {
        spec,
        verdict: "violated",
        check,
        asExpected,
        seconds,
      });
      return states === undefined
        ? rest
        : { ...rest, states: { generated: states, distinct: states, depth } };
    });
    const table = planTable(cases, width);
    const lines = cases.flatMap((report) => caseLines(report, table, createColours(false)));
    for (const line of lines) {
      expect(Array.from(line).length).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/\s$/);
    }
  },
);

test.prop([fc.string({ maxLength: 200 }), fc.integer({ min: -3, max: 60 }), fc.nat(8)])(
  "wrapping keeps every letter and the width",
  (words, columns, hanging) => {
    const lines = wrap(inert(words), columns, hanging);
    expect(dense(lines.join(""))).toBe(dense(inert(words)));
    for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(Math.max(columns, 1));
  },
);

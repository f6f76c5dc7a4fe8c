/** Merging hides nothing from the watch: a model with its steps merged reaches what the plain one does. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import { GUESS } from "../../src/ir/checks.js";
import type { Model } from "../../src/ir/model.js";
import { nothingReached, type Reached } from "../../src/ir/reached.js";
import { compile } from "../../src/passes/compile.js";
import { waitedFor } from "../../src/reduction/contention.js";
import { foldConstants } from "../../src/reduction/fold-constants.js";
import { reduce } from "../../src/reduction/reduce.js";
import { compileText } from "../support/compile.js";
import {
  expectSameCoverage,
  noteOutcome,
  noteStates,
  sorted,
  waitsDecideAlone,
} from "../support/coverage.js";
import { explore } from "../support/explore.js";
import { repository } from "../support/source-tree.js";
import { expectAgreement } from "./agreement.js";
import { randomSpec } from "./generate.js";
import { SMALL_SPECS } from "./small-specs.js";
import { MERGING_SPECS } from "./specs-merging.js";
import { MERGING_MORE_SPECS } from "./specs-merging-more.js";
import { MERGING_RULE_SPECS } from "./specs-merging-rules.js";

/** Random specs: LATCHWORK_FUZZ_COUNT=300 for more, LATCHWORK_FUZZ_SEED=7 for others. */
const COUNT = Number(process.env.LATCHWORK_FUZZ_COUNT ?? 80);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_261_121);

/** Plain states of a random spec that are waited for. */
const LIMIT = 4000;

function reachedIn(model: Model): Reached {
  const reached = nothingReached();
  const explored = explore(model, { onTransition: ({ outcome }) => noteOutcome(reached, outcome) });
  expect(explored.failing.has(GUESS)).toBe(false);
  noteStates(model, explored, reached);
  expectSameCoverage(model, explored, reached, exploreSync(model, { notes: true }).reached!);
  return reached;
}

function expectSame(model: Model): void {
  const folded = foldConstants({ ...model, liveness: [] });
  const { model: reduced } = reduce(folded, { purpose: "states", explore: exploreSync });
  const reached = reachedIn(reduced);
  const quiet = new Set([...reached.taken].filter((lock) => !reached.contended.has(lock)));
  for (const lock of waitedFor(folded, quiet, exploreSync).locks) reached.contended.add(lock);
  const [plain, ours] = [sorted(reachedIn(model)), sorted(reached)];
  // What a trylock misses is not to be seen here.
  const exact = waitsDecideAlone(model) && waitsDecideAlone(reduced);
  expect(exact ? ours : { ...ours, contended: plain.contended }).toEqual(plain);
}

describe("what small specs reach", () => {
  test.each([...SMALL_SPECS, ...MERGING_SPECS, ...MERGING_RULE_SPECS, ...MERGING_MORE_SPECS])(
    "$name",
    ({ text }) => expectSame(compileText(text)),
  );
});

test("what random specs reach", { timeout: 60_000 + COUNT * 2000 }, async () => {
  const property = fc.property(randomSpec({ wideSteps: true }), (text) => {
    const model = compiled(text);
    fc.pre(model !== undefined && isSmall(model));
    expectSame(model!);
  });
  await fc.assert(property, { seed: SEED, numRuns: COUNT, maxSkipsPerRun: 20 });
});

/** Undefined for a text that the language refuses. */
function compiled(text: string): Model | undefined {
  try {
    return compileText(text);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DiagnosticsError) return undefined;
    throw error;
  }
}

function isSmall(model: Model): boolean {
  return exploreSync(model, { maxStates: LIMIT }).complete;
}

describe.concurrent("TLC on the merged model", () => {
  test.each(MERGING_RULE_SPECS.filter((_, index) => index % 20 === 0))("$name", async ({ text }) => {
    const folded = foldConstants({ ...compileText(text), liveness: [] });
    await expectAgreement(reduce(folded, { purpose: "states", explore: exploreSync }).model);
  });
});

const graph = createModuleGraph(repository);
const casesOf = (file: string) =>
  lowerSpec(graph, readSpec(graph, join(repository, file))).cases.map(({ declaration, program }) => ({
    name: `${file} ${declaration.name}`,
    program,
  }));
const FILES = [
  ...readdirSync(join(repository, "test/cases")).flatMap((check) => [
    `test/cases/${check}/bad.ts`,
    `test/cases/${check}/good.ts`,
  ]),
  ...readdirSync(join(repository, "specs/litmus")).map((file) => `specs/litmus/${file}`),
];

describe("what specs reach", () => {
  test.each(FILES.flatMap(casesOf))("$name", ({ program }) => expectSame(compile(program)));
});

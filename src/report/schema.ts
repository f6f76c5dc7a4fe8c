/**
 * The JSON report as a schema: what `explain` accepts, and the source of schema/report.v1.schema.json.
 * The interfaces of reporter.ts stay the contract; a type test proves the two the same.
 */
import { z } from "zod";

const count = z.int().min(0);
const fromOne = z.int().min(1);

/** A readonly array, as in the interfaces. */
function many<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

const span = z
  .strictObject({
    file: z.string().describe("Path relative to the project root, with forward slashes"),
    line: fromOne,
    column: fromOne,
    endLine: fromOne,
    endColumn: fromOne.describe("Exclusive"),
  })
  .meta({ id: "span" });

const checkId = z.string().describe("Stable id of a check, such as unlock-not-held");

const frame = z.strictObject({ procedure: z.string(), span });
const effect = z.strictObject({
  path: z.string(),
  from: z.string(),
  to: z.string(),
  implied: z
    .literal(true)
    .exactOptional()
    .describe("The inside of a lock that the step takes or drops, or of an object that it frees"),
  inside: z
    .literal(true)
    .exactOptional()
    .describe("A field of the library's, which the call behind it changes"),
});
const read = z.strictObject({ path: z.string(), value: z.string() });

const step = z
  .strictObject({
    n: fromOne,
    thread: z.string().describe("A name of threads"),
    procedure: z.string().describe("Innermost procedure of the user's own files"),
    stack: many(frame).describe("Outermost frame first"),
    span,
    text: z.string().describe("The statement's text, white space folded"),
    kind: z.enum(["acquire", "release", "step"]),
    lock: z.string().exactOptional().describe("The lock taken or dropped"),
    shared: z.literal(true).exactOptional().describe("It is taken for reading, next to others"),
    reads: many(read),
    effects: many(effect),
    stores: many(read).exactOptional().describe("What went into the thread's store buffer"),
    frees: many(z.string()).exactOptional().describe("The objects that the step frees"),
    allocates: many(z.string()).exactOptional().describe("The objects that the step allocates"),
    fails: z.boolean().exactOptional().describe("True on the step whose check fails"),
    repeats: z.int().min(2).exactOptional().describe("How often the statement spins here"),
    switchReason: z
      .string()
      .exactOptional()
      .describe("Why the thread before left off here, or why this one has to come now"),
    essential: z
      .boolean()
      .exactOptional()
      .describe("True on the steps that a shortest telling cannot do without"),
  })
  .meta({ id: "step" });

const blocked = z
  .strictObject({
    thread: z.string(),
    span,
    text: z.string(),
    waitingFor: z.string().describe("A lock, or the condition waited for"),
    heldBy: many(z.string()).describe("The threads in the way"),
    heldSince: fromOne.exactOptional().describe("n of the step since which the first of heldBy holds it"),
  })
  .meta({ id: "blocked" });

const waitLink = z
  .strictObject({
    thread: z.string(),
    span,
    text: z.string(),
    waitingFor: z.string().describe("A lock, or the condition waited for"),
    heldBy: z.string().describe("The thread in its way: the next of the circle"),
    heldSince: fromOne.exactOptional().describe("n of the step since which heldBy holds it"),
  })
  .meta({ id: "waitLink" });

const scenarioLine = z.strictObject({
  thread: z.string(),
  text: z.string().describe("lock(A);"),
  n: fromOne.exactOptional().describe("The step that it stands for; absent where the thread waits"),
});

const explanation = z
  .strictObject({
    sentences: many(z.string()).describe("Whole sentences, to be read behind the message of the failure"),
    cycle: many(waitLink).exactOptional().describe("The circle of waits, in order"),
    scenario: many(scenarioLine).exactOptional().describe("A deadlock of locks: the locks alone"),
  })
  .meta({ id: "explanation" });

const interleaving = z
  .strictObject({
    threads: many(z.strictObject({ name: z.string(), cpu: z.string() })),
    steps: many(step),
    lasso: fromOne
      .exactOptional()
      .describe("n of the first step of the loop, for a run that repeats for ever"),
    failure: z.strictObject({ check: checkId, message: z.string(), span: span.exactOptional() }),
    explanation,
    blocked: many(blocked),
    initial: many(read).describe("All of shared memory before the first step"),
    contextSwitches: count,
    contextSwitchesBefore: count.describe("As the engine found it, before it was simplified"),
    stepsBefore: count.describe("As the engine found it, before it was simplified"),
  })
  .meta({ id: "interleaving" });

const diagnostic = z
  .strictObject({
    code: z.string(),
    span: span.exactOptional(),
    message: z.string(),
    why: z.string().exactOptional(),
    help: z.string().exactOptional(),
  })
  .meta({ id: "diagnostic" });

const expectation = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("holds") }),
    z.strictObject({ kind: z.literal("fails"), check: checkId }),
  ])
  .meta({ id: "expectation" });

const coverage = {
  unreached: many(span).describe("Statements that no thread took"),
  branches: many(z.strictObject({ span, side: z.enum(["true", "false"]) })).describe(
    "Conditions that were evaluated and never gave this answer",
  ),
  untaken: many(z.string()).describe("Locks that were never taken"),
  uncontended: many(z.string()).describe(
    "Locks for which no thread ever had to wait, and that no two ever wanted at once",
  ),
  vacuous: many(z.strictObject({ invariant: z.string(), span })).describe(
    "Invariants with a premise that no state meets, and claims about the end where no run ends",
  ),
};

const caseReport = z
  .strictObject({
    spec: z.string().describe("Path of the spec relative to the project root"),
    case: z.string(),
    expect: expectation,
    why: z.string().exactOptional(),
    source: z.string().exactOptional().describe("What the case stands for: a commit, a message, a file"),
    verdict: z.enum(["holds", "violated", "inconclusive", "error"]),
    check: checkId.exactOptional().describe("The check that failed, for verdict violated"),
    alsoFails: many(checkId).exactOptional().describe("Checks passed over to reach the expected one"),
    asExpected: z.boolean(),
    message: z.string().exactOptional(),
    states: z.strictObject({ generated: count, distinct: count, depth: count }).exactOptional(),
    steps: z.strictObject({ accesses: count, merged: count }),
    seconds: z.number().min(0),
    cached: z.boolean(),
    coverage: z.strictObject(coverage).exactOptional(),
    trace: interleaving.exactOptional(),
    diagnostics: many(diagnostic).exactOptional(),
  })
  .meta({ id: "caseReport" });

const explored = z
  .strictObject({
    spec: z.string(),
    targets: z.strictObject({
      statements: many(span),
      sides: many(z.strictObject({ span, side: z.enum(["true", "false"]) })),
      locks: many(z.string()),
      invariants: many(z.strictObject({ invariant: z.string(), span, premise: count })),
    }),
    reached: z.strictObject({
      statements: many(z.string()),
      sides: many(z.string()),
      taken: many(z.string()),
      contended: many(z.string()),
      premises: many(z.string()),
    }),
    complete: z.boolean().describe("Whether every state was explored"),
    excused: z.boolean().describe("Whether the case says that it leaves things unexplored"),
  })
  .meta({ id: "explored" });

const caseName = z.strictObject({ spec: z.string(), case: z.string() });

/** The parts that others put into documents of their own. */
export { caseReport as caseReportSchema, explored as exploredSchema };

/** Accepts a RunReport and nothing more: unknown keys are errors. */
export const runReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal("latchwork"), version: z.string() }),
  engine: z.union([
    z.strictObject({ name: z.literal("explore") }),
    z.strictObject({
      name: z.enum(["tlc", "both"]),
      version: z.string(),
      jar: z.strictObject({ source: z.string(), sha256: z.string() }),
      java: z.string(),
    }),
  ]),
  cases: many(caseReport),
  notChecked: many(caseName).exactOptional().describe("Cases that the run ended before, as --bail asks for"),
  coverage: many(z.strictObject({ spec: z.string(), ...coverage }).meta({ id: "specCoverage" }))
    .exactOptional()
    .describe("What no case of a spec explored, together"),
  strict: z.boolean().exactOptional().describe("Whether findings of coverage fail the run"),
  shard: z
    .strictObject({
      index: fromOne,
      of: fromOne,
      run: z.string().describe("The same in all shards of one run"),
      cases: many(caseName).describe("Every case of the whole run, in its order"),
      explored: many(explored),
    })
    .exactOptional()
    .describe("Which part of a run this is, and what latchwork merge needs"),
});

/** The published JSON schema (draft 2020-12) of the report. */
export function reportJsonSchema(): object {
  const schema = z.toJSONSchema(runReportSchema, {
    // Read-only is a promise of the TypeScript side and means something else in a JSON schema.
    override: ({ jsonSchema }) => void Reflect.deleteProperty(jsonSchema, "readOnly"),
  });
  return { title: "Latchwork run report, schemaVersion 1", ...schema };
}

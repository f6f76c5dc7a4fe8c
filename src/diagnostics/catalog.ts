/**
 * Everything that can be wrong with a spec, one function per code: the only place with prose about specs.
 * (What can be wrong with the machine is in tlc/diagnostics.ts.) Codes are stable; a retired one is not reused.
 */
import type { Span } from "../base/span.js";
import { didYouMean, nearest } from "../base/suggest.js";
import type { Diagnostic } from "./diagnostic.js";

/** Text that TypeScript itself cannot parse, or a type error; `text` is the compiler's own sentence. */
export const typescriptError = (span: Span, number: number, text: string): Diagnostic => ({
  code: "LW1001",
  span,
  message: text,
  why: `TypeScript refuses this (TS${number}); a spec must be a correct TypeScript module before it is read.`,
  help: "Correct it as your editor shows it.",
});

/** A statement, expression or declaration outside the language. `instead` says what to write. */
export const unsupported = (span: Span, what: string, why: string, instead: string): Diagnostic => ({
  code: "LW1002",
  span,
  message: `${what} cannot be used in a spec`,
  why,
  help: instead,
});

/** Part of the language's design that this version does not have. */
export const notYet = (span: Span, what: string, instead: string): Diagnostic => ({
  code: "LW1003",
  span,
  message: `${what} is not supported by this version of Latchwork`,
  why: "The language has a place for it, but it is not built yet, and reading it as something else could hide a bug.",
  help: instead,
});

/** `known` are the names that can be used there; `importable` those that latchwork exports. */
export const unknownName = (
  span: Span,
  name: string,
  known: Iterable<string>,
  importable: Iterable<string> = [],
): Diagnostic => ({
  code: "LW1004",
  span,
  message: `${name} is not declared here`,
  why: "A spec can name its own declarations, those of the spec files it imports, and what it imports from latchwork.",
  help: importOrSpell(name, known, [...importable]),
});

function importOrSpell(name: string, known: Iterable<string>, importable: readonly string[]): string {
  if (importable.includes(name)) return `Import it: import { ${name} } from "latchwork";`;
  const close = nearest(name, importable);
  const otherwise =
    close === undefined
      ? `Declare ${name}, or import it.`
      : `Did you mean ${close}? It is imported from "latchwork".`;
  return didYouMean(name, known, otherwise);
}

export const unknownImport = (span: Span, specifier: string): Diagnostic => ({
  code: "LW1005",
  span,
  message: `${JSON.stringify(specifier)} cannot be imported by a spec`,
  why: "Specs are read and never run, so only latchwork and other spec files mean something to Latchwork.",
  help: didYouMean(
    specifier,
    ["latchwork"],
    'Import from "latchwork", or from a spec file by a relative path such as "./locks.js".',
  ),
});

/** A relative import of a file that is not there; `known` are the specifiers of those that are. */
export const missingImport = (span: Span, specifier: string, known: Iterable<string>): Diagnostic => ({
  ...unknownImport(span, specifier),
  message: `there is no spec file ${JSON.stringify(specifier)}`,
  why: "An import between specs names a .ts file by a relative path, with .js for .ts as Node wants it.",
  help: didYouMean(specifier, known, 'Check the path; a file locks.ts beside this one is "./locks.js".'),
});

/** `declared` says that the file declares the name and keeps it to itself. */
export const unknownExport = (
  span: Span,
  name: string,
  from: string,
  known: Iterable<string>,
  declared = false,
): Diagnostic => ({
  code: "LW1006",
  span,
  message: `${from} has no export ${name}`,
  why: "The name is imported but nothing of that name is exported there.",
  help: declared
    ? `Write export before the declaration of ${name} there.`
    : didYouMean(name, known, `Remove the import, or export ${name} there.`),
});

export const unknownField = (
  span: Span,
  field: string,
  owner: string,
  known: Iterable<string>,
): Diagnostic => ({
  code: "LW1007",
  span,
  message: `${owner} has no field ${field}`,
  why: "Fields are those that the class declares.",
  help: didYouMean(field, known, `Declare ${field} in the class ${owner}.`),
});

/**
 * A method or property that a collection has not: where one that it has is near, a misspelling, and otherwise something
 * that the language may have one day. `owner` in words: `a list`.
 */
export const unknownMember = (
  span: Span,
  name: string,
  owner: string,
  known: readonly string[],
): Diagnostic => {
  const close = nearest(name, known);
  if (close === undefined) return notYet(span, `${name} on ${owner}`, `It has ${known.join(", ")}.`);
  return {
    code: "LW1085",
    span,
    message: `${owner} has no ${name}`,
    why: `What it has: ${known.join(", ")}.`,
    help: `Did you mean ${close}?`,
  };
};

export const notConstant = (span: Span, what: string): Diagnostic => ({
  code: "LW1008",
  span,
  message: `${what} must be known when the case is compiled`,
  why: "The set of objects and threads, and the initial memory, are fixed before the first step.",
  help: "Use literals, params and constants made of them.",
});

export const badDeclaration = (span: Span, what: string, why: string, instead: string): Diagnostic => ({
  code: "LW1009",
  span,
  message: what,
  why,
  help: instead,
});

export const duplicateName = (span: Span, what: string, name: string): Diagnostic => ({
  code: "LW1010",
  span,
  message: `there is a second ${what} named ${JSON.stringify(name)}`,
  why: "Reports and generated files tell them apart by name.",
  help: "Give one of them another name.",
});

export const badType = (span: Span, what: string, instead: string): Diagnostic => ({
  code: "LW1011",
  span,
  message: what,
  why: "Latchwork must know what a variable can hold to give it a place in the model.",
  help: instead,
});

export const badNumber = (span: Span, text: string): Diagnostic => ({
  code: "LW1012",
  span,
  message: `${text} is not a whole number between -2147483647 and 2147483647`,
  why: "TLC computes with 32-bit integers, and stops where a result does not fit.",
  help: "Use a smaller whole number; most designs need only a few values of a counter.",
});

export const outOfRange = (span: Span, index: number, count: number): Diagnostic => ({
  code: "LW1013",
  span,
  message: `there is no object number ${index}: ${count === 1 ? "only one exists" : `${count} exist`}, counted from 0`,
  why: "Instances are fixed when the case is compiled.",
  help: "Use a smaller index, or declare more instances.",
});

export const recursion = (span: Span, chain: readonly string[]): Diagnostic => ({
  code: "LW1014",
  span,
  message: `${chain[0]} calls itself: ${chain.join(" calls ")}`,
  why: "Procedures are copied into their callers, and a recursive one would have no end.",
  help: "Write the recursion as a loop.",
});

export const untilReadsTwice = (span: Span, reads: readonly string[]): Diagnostic => ({
  code: "LW1015",
  span,
  message: `this wait reads shared memory ${reads.length} times (${reads.join(", ")})`,
  why: "Each read is a step of its own on real hardware, so a single wait on all of them would hide interleavings.",
  help: "Read in a loop, `while (!(...)) {}`; or, if one instruction really reads them together, `atomic(() => { until(...); })`.",
});

export const waitAfterStore = (span: Span): Diagnostic => ({
  code: "LW1016",
  span,
  message: "this atomic step waits after it has written",
  why: "A step that has begun cannot wait: it would have to undo its writes.",
  help: "Put `until` first, or end the atomic step before the wait.",
});

export const notInAtomic = (span: Span, what: string): Diagnostic => ({
  code: "LW1017",
  span,
  message: `${what} cannot be used inside atomic`,
  why: "An atomic step is one indivisible step; a loop in it need not end.",
  help: "Loop outside and keep only the indivisible part in atomic.",
});

export const initiallyBlocks = (span: Span, what: string): Diagnostic => ({
  code: "LW1018",
  span,
  message: `initially ${what}`,
  why: "It runs once before any thread and must leave exactly one initial state.",
  help: "Set plain values here; let a thread do the rest.",
});

/** A value of one kind where another is needed; `instead` says how to get the right one. */
export const wrongKind = (span: Span, what: string, instead: string): Diagnostic => ({
  code: "LW1019",
  span,
  message: what,
  why: "C's conversions between kinds of values hide mistakes, and a model has none.",
  help: instead,
});

export const noCases = (span: Span): Diagnostic => ({
  code: "LW1020",
  span,
  message: "this spec has no cases",
  why: "Without a case there is nothing to check, and nothing checked must not look like success.",
  help: 'End it with: export default cases({ title: "…", "my-case": { expect: holds(), why: "…" } });',
});

export const badCase = (span: Span, what: string, instead: string): Diagnostic => ({
  code: "LW1021",
  span,
  message: what,
  why: "A case says which params it sets, which verdict it must have, and why.",
  help: instead,
});

/** A key of a case that is no param; `known` are the params and the keys that a case has anyway. */
export const unknownParam = (span: Span, name: string, known: Iterable<string>): Diagnostic => ({
  code: "LW1022",
  span,
  message: `the spec has no param ${name}`,
  why: "A case that sets a param nobody reads would check something else than it says.",
  help: didYouMean(name, known, `Declare it: const ${name} = param("${name}", …);`),
});

export const unknownCheck = (span: Span, check: string, known: readonly string[]): Diagnostic => ({
  code: "LW1023",
  span,
  message: `there is no check ${JSON.stringify(check)}`,
  why: "An expectation names the check that must fail, so that a failure for another reason is noticed.",
  help: didYouMean(check, known, `Use one of: ${known.join(", ")}.`),
});

/** `memory: "…"` of a case names none of the memory models. */
export const unknownMemoryModel = (span: Span, name: string, known: readonly string[]): Diagnostic => ({
  code: "LW1060",
  span,
  message: `there is no memory model ${JSON.stringify(name)}`,
  why: "It decides in which order others see what a thread stores, and so what the case means.",
  help: didYouMean(name, known, `Use one of: ${known.join(", ")}.`),
});

/** READ_ONCE, WRITE_ONCE and their like around something that is no shared memory. */
export const noSharedMemory = (span: Span, accessor: string, what: string): Diagnostic => ({
  code: "LW1061",
  span,
  message: `${accessor} names a field or a top-level let, and this is ${what}`,
  why: "It marks one access to memory that other threads use at the same time.",
  help: `Leave ${accessor} out, or name the shared variable itself: ${accessor}(x.field…).`,
});

export const noThreads = (span: Span, caseName: string): Diagnostic => ({
  code: "LW1024",
  span,
  message: `the case ${JSON.stringify(caseName)} has no threads`,
  why: "Nothing would run, and every claim about it would hold.",
  help: 'Declare one: thread("name", () => { … });',
});

/** A call with too few or too many arguments; `wanted` in words. */
export const wrongArguments = (span: Span, callee: string, wanted: string, found: number): Diagnostic => ({
  code: "LW1025",
  span,
  message: `${callee} takes ${wanted}, and this call has ${found}`,
  why: "Every parameter of a procedure gets its value from the call.",
  help: `Pass ${wanted}.`,
});

/** A file that is no text, or cannot be read at all. */
export const unreadable = (span: Span, what: string, instead: string): Diagnostic => ({
  code: "LW1026",
  span,
  message: what,
  why: "Nothing in the file can be trusted when part of it cannot be read.",
  help: instead,
});

/** A constant index of an array; the length is undefined where it does not matter. */
export const indexOutside = (span: Span, index: number, length: number | undefined): Diagnostic => ({
  code: "LW1042",
  span,
  message: `the index ${index} is outside the array${length === undefined ? "" : `, which has the elements 0 to ${length - 1}`}`,
  why: "C would read or write what lies beside the array in memory.",
  help: "Use an index from 0 to the length less one.",
});

export const outsideRange = (span: Span, value: number, minimum: number, maximum: number): Diagnostic => ({
  code: "LW1043",
  span,
  message: `${value} is outside the range of this number, ${minimum} to ${maximum}`,
  why: "The initial memory must be one that the declaration allows.",
  help: "Use an initial value inside the range, or a wider one.",
});

/** A pool where an array of objects would do; `what` names the use. */
export const poolMisused = (span: Span, what: string): Diagnostic => ({
  code: "LW1056",
  span,
  message: `${what} cannot be used in a spec`,
  why: "Which objects of a pool exist changes while threads run, and code knows them only by the pointers it keeps.",
  help: "Use what alloc(…) gives, or declare instances(…); every and some ask about the objects that are allocated.",
});

/** A free of something that no pool gives out; `type` is its class. */
export const freedOutsidePools = (span: Span, type: string): Diagnostic => ({
  code: "LW1057",
  span,
  message: `there is no pool of ${type}, so no ${type} can be freed`,
  why: "Only what alloc gave can be freed; an embedded object is freed with the object around it.",
  help: `Free the object around it, or declare a pool: const objects = pool(${type}, 2);`,
});

export const pathNotFound = (path: string, known: Iterable<string>): Diagnostic => ({
  code: "LW1030",
  message: `${path} does not exist`,
  why: "Latchwork was asked to check it.",
  help: didYouMean(path, known, "Check the spelling; paths are taken from the current folder."),
});

export const noSpecs = (paths: readonly string[]): Diagnostic => ({
  code: "LW1031",
  message: `no specs found in ${paths.join(", ")}`,
  why: "Nothing checked must not look like success.",
  help: "Name a .ts file or a folder with .ts files that import latchwork.",
});

export const noSuchCase = (pattern: string, known: readonly string[]): Diagnostic => ({
  code: "LW1032",
  message: `no case is named ${pattern}`,
  why: "Nothing checked must not look like success.",
  help: didYouMean(pattern, known, `The cases are: ${known.join(", ")}.`),
});

export const badSetting = (text: string, why: string, help: string): Diagnostic => ({
  code: "LW1033",
  message: `--set ${text} cannot be used`,
  why,
  help,
});

/** A --set of a name that no spec of this run declares as a param. */
export const unknownSetting = (name: string, value: unknown, known: readonly string[]): Diagnostic => {
  const why = "A setting that nobody reads would check something else than it says.";
  const list = known.length === 0 ? "These specs have no params." : `The params are: ${known.join(", ")}.`;
  const refused = badSetting(`${name}=${value}`, why, didYouMean(name, known, list));
  return { ...refused, message: `${refused.message}: there is no param ${name}` };
};

export const cannotWrite = (path: string, cause: string): Diagnostic => ({
  code: "LW1040",
  message: `${path} cannot be written: ${cause}`,
  why: "The generated model of every case is kept there. Nothing was left half-written.",
  help: "Make the folder writable, or run from a checkout where it is.",
});

export const stale = (path: string, how: "missing" | "different" | "superfluous"): Diagnostic => ({
  code: "LW1041",
  message: `${path} is ${how === "different" ? "not what its spec compiles to" : how}`,
  why: "Generated files are committed, and reviewers read them as the model of the spec.",
  help: "Run `latchwork compile` and commit the result.",
});

/** A ghost that the design reads. */
export const readsGhost = (span: Span, name: string): Diagnostic => ({
  code: "LW1070",
  span,
  message: `${name} is a ghost, and this is no ghost code`,
  why: "Ghosts exist for properties only: what threads do must not depend on them, or the model is not the design.",
  help: "Read it in ghost(() => { … }), in an invariant, or in a check inside atomic; or declare it without ghost(…).",
});

/** Ghost code that does what only the design may do; `what` is a verb with its object. */
export const changesDesign = (span: Span, what: string): Diagnostic => ({
  code: "LW1071",
  span,
  message: `this ghost code ${what}`,
  why: "Ghost code takes no step, so nothing that the design does may stand in it.",
  help: "Move it out of ghost(() => { … }); inside, change only ghosts and variables declared inside.",
});

/** A ghost that is set to the result of a call or a choice. */
export const computesGhost = (span: Span): Diagnostic => ({
  code: "LW1072",
  span,
  message: "a ghost is set by running code here",
  why: "Setting a ghost takes no step, and a call or a choice would happen inside the step before it.",
  help: "Assign the result to a local first, in a statement of its own.",
});

/** Two declarations of `lock_order` that no thread could obey. */
export const contradictoryOrders = (span: Span, lock: string): Diagnostic => ({
  code: "LW1073",
  span,
  message: `the declared orders put ${lock} before itself`,
  why: "Orders add up: where one says a before b and another b before a, no thread may take both.",
  help: "Remove the order that is wrong.",
});

/** An option of a thread that there is not. */
export const unknownOption = (span: Span, name: string, known: Iterable<string>): Diagnostic => ({
  code: "LW1065",
  span,
  message: `a thread has no option ${name}`,
  why: "An option that nobody reads would promise something that is not so.",
  help: didYouMean(name, known, `The options are: ${[...known].join(", ")}.`),
});

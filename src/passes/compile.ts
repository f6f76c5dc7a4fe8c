/**
 * Program to model: the passes in their order.
 *
 *   inline     calls and loops become one flow of instructions per thread, each shared access alone
 *   buffer     where threads have store buffers, accesses go through them (a case with `memory`)
 *   rules      checks of lock orders, guarded fields, and locks held at the end of a thread
 *   contexts   handlers are entered and left, and what they interrupt waits meanwhile
 *   split      the flow is cut into steps, one shared access each
 *   spinning   where runs are judged: a step that leads back to itself leaves a trace in the state
 *   reset      variables that are dead go back to their default
 *   initial    the memory before the first step
 *   drop       ghosts and fields of the library that nothing reads go
 *
 * What comes out has one step for each shared access; reduction/ makes it smaller.
 */
import type { Span } from "../base/span.js";
import { unsupported } from "../diagnostics/catalog.js";
import { type Diagnostic, DiagnosticsError, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { objectsOf } from "../ir/classes.js";
import {
  DONE,
  type Model,
  type ModelInvariant,
  type ModelLiveness,
  type Origin,
  type Process,
  type Term,
} from "../ir/model.js";
import { elementNames, embeddedName } from "../ir/object-names.js";
import type { Expression, Program, ThreadDeclaration } from "../ir/program.js";
import { all, contains, TRUE } from "../ir/terms.js";
import { ownersByClass } from "./allocation.js";
import { asHandler, guardSteps } from "./contexts.js";
import { withCpus } from "./cpus.js";
import { dropUnread } from "./drop-unread.js";
import { createFlowBuilder } from "./flow.js";
import { declaredVariables, runInitially } from "./initial.js";
import { ghostContext } from "./inline-ghost.js";
import { createContext, inlineThread } from "./inline-statements.js";
import { enforceLockRules } from "./lock-rules.js";
import { createStepNamer } from "./name-steps.js";
import { premisesOf } from "./premises.js";
import { pureTerm } from "./pure-terms.js";
import { resetDeadLocals } from "./reset-dead-locals.js";
import { showSpinning } from "./spinning.js";
import { splitIntoSteps } from "./split.js";
import { bufferAccesses, storeBufferOf } from "./store-buffers.js";

export interface CompileOptions {
  /** False keeps dead variables: the same verdicts with more states, which is how the pass is tested. */
  readonly resetDeadLocals: boolean;
}

/** Throws a DiagnosticsError for a program that means something no model can. */
export function compile(program: Program, options: CompileOptions = { resetDeadLocals: true }): Model {
  const diagnostics: Diagnostic[] = [];
  const nameStep = createStepNamer();
  const processes = program.threads
    .filter((thread) => thread.parameter === undefined || thread.arguments.length > 0)
    .flatMap((thread) => compileThread(program, thread, nameStep, options, diagnostics));
  const { whole, cpus } = withCpus(program, processes);
  const declared: Model = {
    spec: program.spec,
    case: program.case,
    title: program.title,
    params: program.params,
    memory: program.memory,
    objects: objectsByClass(whole),
    embedded: embeddedObjects(whole),
    arrays: arraysOfObjects(whole),
    owners: ownersByClass(whole),
    cpus,
    variables: declaredVariables(whole),
    processes,
    invariants: compileInvariants(program, diagnostics),
    liveness: compileLiveness(program, diagnostics),
  };
  const variables = runInitially(program, declared, diagnostics);
  if (diagnostics.length > 0) throw new DiagnosticsError(sortDiagnostics(unique(diagnostics)));
  return dropUnread({ ...declared, variables });
}

/** A procedure is written out once per call, and what is wrong with it is found each time. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

function compileThread(
  program: Program,
  thread: ThreadDeclaration,
  nameStep: (origin: Origin) => string,
  options: CompileOptions,
  diagnostics: Diagnostic[],
): Process[] {
  const inlined = bufferAccesses(inlineThread(program, thread, diagnostics), program);
  const body = enforceLockRules(program, inlined, diagnostics);
  const flow = asHandler(program, thread, body);
  const cut = guardSteps(program, thread, splitIntoSteps(flow, nameStep, diagnostics));
  // Behind everything that makes steps: one that leads back to itself must not arise later.
  const split = program.liveness.length === 0 ? cut : showSpinning(cut, thread.fairness, nameStep);
  const names = flow.locals.map((local) => local.name);
  const steps = options.resetDeadLocals
    ? resetDeadLocals(split)
    : split.map((step) => ({ ...step, live: names }));
  const threads =
    thread.parameter === undefined
      ? [{ name: thread.name, argument: undefined }]
      : thread.arguments.map((argument) => ({ name: `${thread.name}(${argument})`, argument }));
  const process: Process = {
    name: thread.name,
    parameter: thread.parameter?.name,
    threads,
    daemon: thread.daemon,
    fairness: thread.fairness,
    locals: flow.locals,
    entry: steps[0]?.label ?? DONE,
    steps,
  };
  const buffer = storeBufferOf(process, flow.origin, nameStep);
  return buffer === undefined ? [process] : [process, buffer];
}

function objectsByClass(program: Program): Map<string, string[]> {
  return new Map(program.classes.map(({ name }) => [name, objectsOf(program, name)]));
}

function embeddedObjects(program: Program): Map<string, Map<string, string>> {
  return new Map(
    program.classes.flatMap((type) =>
      type.embedded
        .filter(({ count }) => count === undefined)
        .map(({ field }): [string, Map<string, string>] => {
          const owners = objectsOf(program, type.name);
          return [`${type.name}.${field}`, new Map(owners.map((name) => [name, embeddedName(name, field)]))];
        }),
    ),
  );
}

function arraysOfObjects(program: Program): Map<string, Map<string, string[]>> {
  return new Map(
    program.classes.flatMap((type) =>
      type.embedded.flatMap(({ field, count }): [string, Map<string, string[]>][] => {
        if (count === undefined) return [];
        const owners = objectsOf(program, type.name);
        const arrays = new Map(owners.map((name) => [name, elementNames(name, field, count)]));
        return [[`${type.name}.${field}`, arrays]];
      }),
    ),
  );
}

/** An invariant whose evaluation would follow a null pointer is false. */
function compileInvariants(program: Program, diagnostics: Diagnostic[]): ModelInvariant[] {
  return program.invariants.map(({ name, when, condition, span }) => {
    const { term, claims } = compileCondition(program, name, condition, span, diagnostics);
    // What a premise reads may be null where a claim does not hold: the claims come first.
    // One about the end of a run presupposes that some run ends: TRUE in such a state.
    const premises = when === "end" ? [TRUE] : premisesOf(term).map((premise) => all([...claims, premise]));
    return { name, when, condition: all([...claims, term]), premises, span };
  });
}

/** A condition over a state, and what must be true for it to have a value at all. */
function compileCondition(
  program: Program,
  name: string,
  condition: Expression,
  span: Span,
  diagnostics: Diagnostic[],
): { readonly term: Term; readonly claims: readonly Term[] } {
  const outer = createContext(program, name, createFlowBuilder(), new Map(), diagnostics);
  const { term, claims } = pureTerm(ghostContext(outer), condition);
  if (mentionsThread(term) || claims.some((claim) => mentionsThread(claim.condition))) {
    diagnostics.push(noThread(span));
  }
  return { term, claims: claims.map((claim) => claim.condition) };
}

function compileLiveness(program: Program, diagnostics: Diagnostic[]): ModelLiveness[] {
  return program.liveness.map((property): ModelLiveness => {
    if (property.check === "never_stuck") return property;
    const { name, span } = property;
    // A condition that would follow a null pointer is false.
    const go = (condition: Expression) => {
      const { term, claims } = compileCondition(program, name, condition, span, diagnostics);
      return all([...claims, term]);
    };
    if (property.check !== "leads_to") return { ...property, condition: go(property.condition) };
    return { ...property, condition: go(property.condition), consequence: go(property.consequence) };
  });
}

function mentionsThread(term: Term): boolean {
  return contains(term, ({ kind }) => kind === "current");
}

function noThread(span: Span): Diagnostic {
  return unsupported(
    span,
    "an invariant or claim that calls a procedure with current() in it",
    "No thread runs an invariant or a claim.",
    "Write a procedure that takes the thread, or compare fields.",
  );
}

/**
 * Steps merged by rules that are wrong, to see whether the random programs would notice. Each is a rule that somebody
 * could think of; see test/soundness/specs-merging.ts for the reasons.
 */
import type { Block, Model, Process, Step } from "../../src/ir/model.js";
import { visitBlocks } from "../../src/ir/terms.js";
import type { Suite } from "./themes.js";

/** What a step of an unreduced model does. */
export type StepKind =
  | "acquire"
  | "acquire-shared"
  | "trial"
  | "release"
  | "wait"
  | "cpu"
  | "store"
  | "load"
  | "none";

export interface UnsoundRule {
  readonly name: string;
  readonly suite: Suite;
  /** Whether `next` may join a step that already does `path`. */
  readonly joins: (path: readonly StepKind[], next: StepKind) => boolean;
}

const isAcquire = (kind: StepKind | undefined) => kind === "acquire" || kind === "acquire-shared";
const isAccess = (kind: StepKind) => kind === "load" || kind === "store" || kind === "none";
const isInside = (path: readonly StepKind[]) => isAcquire(path[0]) && !path.slice(1).some(isOutside);
const isOutside = (kind: StepKind) => !isAccess(kind);
const section = (path: readonly StepKind[], next: StepKind) =>
  isInside(path) && (isAccess(next) || next === "release");
const last = (path: readonly StepKind[]) => path.findLast((kind) => kind !== "none");

export const UNSOUND_RULES: readonly UnsoundRule[] = [
  { name: "a section is one step, whoever else uses the data", suite: "locks", joins: section },
  {
    name: "a section is one step, whatever the pointer to the lock does meanwhile",
    suite: "pointers",
    joins: section,
  },
  {
    name: "a section is one step, whoever frees the object or looks at the list",
    suite: "data",
    joins: section,
  },
  { name: "a section is one step under weak memory", suite: "memory", joins: section },
  {
    name: "a section of a reader is one step, also where it stores",
    suite: "locks",
    joins: (path, next) => path[0] === "acquire-shared" && section(path, next),
  },
  {
    name: "a lock that is tried is taken and given back in one step",
    suite: "locks",
    joins: (path, next) => path.length === 1 && isAcquire(path[0]) && next === "release",
  },
  {
    name: "two acquires are one step",
    suite: "locks",
    joins: (path, next) => path.every((kind) => isAcquire(kind) || kind === "none") && isAcquire(next),
  },
  {
    name: "two acquires are one step with what is in between",
    suite: "locks",
    joins: (path, next) =>
      isAcquire(path[0]) && path.every((kind) => isAcquire(kind) || isAccess(kind)) && isAcquire(next),
  },
  {
    name: "a choice and an acquire are one step",
    suite: "locks",
    joins: (path, next) => path.every((kind) => kind === "none") && isAcquire(next),
  },
  {
    name: "a store and an acquire are one step",
    suite: "locks",
    joins: (path, next) => last(path) === "store" && isAcquire(next),
  },
  {
    name: "a release and an acquire are one step",
    suite: "locks",
    joins: (path, next) => last(path) === "release" && isAcquire(next),
  },
  {
    name: "a store and a wait are one step",
    suite: "waits",
    joins: (path, next) => last(path) === "store" && next === "wait",
  },
  {
    name: "two stores are one step",
    suite: "locks",
    joins: (path, next) => path.length === 1 && path[0] === "store" && next === "store",
  },
  {
    name: "a load and a store are one step",
    suite: "locks",
    joins: (path, next) => path.length === 1 && path[0] === "load" && next === "store",
  },
  {
    name: "interrupts off and a wait are one step",
    suite: "interrupts",
    joins: (path, next) => path.length === 1 && path[0] === "cpu" && next === "wait",
  },
  {
    name: "a store and interrupts off are one step",
    suite: "interrupts",
    joins: (path, next) => path.length === 1 && path[0] === "store" && next === "cpu",
  },
  {
    name: "what runs with interrupts off is one step",
    suite: "interrupts",
    joins: (path, next) =>
      path[0] === "cpu" && path.slice(1).every(isAccess) && (isAccess(next) || next === "cpu"),
  },
  {
    name: "an acquire and what follows are one step, with interrupts on",
    suite: "interrupts",
    joins: (path, next) => isAcquire(path[0]) && section(path, next),
  },
  {
    name: "a wait and what follows are one step",
    suite: "waits",
    joins: (path, next) =>
      path[0] === "wait" && path.slice(1).every(isAccess) && (isAccess(next) || isAcquire(next)),
  },
];

/** The model with its steps merged by the rule. */
export function mergedBy({ joins }: UnsoundRule, model: Model): Model {
  return { ...model, processes: model.processes.map((process) => mergeSteps(process, joins)) };
}

/** Past this many steps in one there is no need to go on. */
const LONGEST = 8;

function mergeSteps(process: Process, joins: UnsoundRule["joins"]): Process {
  const byLabel = new Map(process.steps.map((step) => [step.label, step]));
  const kinds = new Map(process.steps.map((step) => [step.label, kindOf(step)]));
  const grown = (body: Block, labels: readonly string[]): Block => {
    const { end } = body;
    if (end.kind === "branch") {
      const { whenTrue, whenFalse } = end;
      return {
        ...body,
        end: { ...end, whenTrue: grown(whenTrue, labels), whenFalse: grown(whenFalse, labels) },
      };
    }
    const next = byLabel.get(end.label);
    if (next === undefined || labels.includes(end.label) || labels.length === LONGEST) return body;
    const path = labels.map((label) => kinds.get(label)!);
    if (!joins(path, kinds.get(end.label)!)) return body;
    const rest = grown(next.body, [...labels, end.label]);
    return { actions: [...body.actions, ...rest.actions], end: rest.end };
  };
  const live = process.locals.map(({ name }) => name);
  return {
    ...process,
    steps: process.steps.map((step) => ({ ...step, live, body: grown(step.body, [step.label]) })),
  };
}

function kindOf(step: Step): StepKind {
  let kind: StepKind = "none";
  visitBlocks(step.body, (block) => {
    for (const action of block.actions) {
      if (action.kind === "lock") {
        const acquired = action.mode === "shared" ? "acquire-shared" : "acquire";
        kind = action.event === "release" ? "release" : action.tried ? "trial" : acquired;
        return;
      }
    }
    for (const action of block.actions) {
      if (["acquire", "acquire-shared", "trial", "release"].includes(kind)) return;
      // That a handler is on top is no wait of the step's own.
      if (action.kind === "await") kind = action.because === undefined ? "wait" : kind;
      else if (action.kind === "store" && action.ghost !== true) {
        if (action.variable.startsWith("Cpu.")) kind = "cpu";
        else if (kind !== "wait" && kind !== "cpu") kind = "store";
      } else if (kind === "none" && JSON.stringify(action).includes('"kind":"read"')) kind = "load";
    }
    if (kind === "none" && block.end.kind === "branch") {
      if (JSON.stringify(block.end.condition).includes('"kind":"read"')) kind = "load";
    }
  });
  return kind;
}

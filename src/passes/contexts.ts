/**
 * Execution contexts. A handler is entered when its CPU lets it, runs to its end, and may come again. Everything else on
 * a CPU waits while a handler is on top of it, and while another task there has preemption off. Handlers enter between
 * any two steps of what they interrupt, because that is when the conditions below are looked at.
 *
 *   hardirq   enters while interrupts are on, over a task or a softirq; runs with interrupts off
 *   softirq   enters over a task only, while softirqs and interrupts are on
 */
import { must } from "../base/assert.js";
import { freshName } from "../base/fresh-name.js";
import type { Action, Block, Origin, Step, Term } from "../ir/model.js";
import type { Program, ThreadDeclaration } from "../ir/program.js";
import { all, binary, constant, not } from "../ir/terms.js";
import { type Flow, type Instruction, type Label, withLabels } from "./flow.js";
import { fieldName } from "./inline-context.js";

const CPU: Term = { kind: "cpu" };
const SELF: Term = { kind: "current" };

type CpuField = "irqs_off" | "softirqs_off" | "handler" | "below" | "pinned";

/** A field of the CPU as its own hardware sees it: looking at it is no access of the thread. */
function own(program: Program, field: CpuField, origin: Origin): Term {
  const variable = fieldName(must(program.cpuClass, "the class of CPUs"), field);
  return { kind: "read", variable, object: CPU, span: origin.span, ghost: true };
}

function set(program: Program, field: CpuField, value: Term, origin: Origin): Action {
  const variable = fieldName(must(program.cpuClass, "the class of CPUs"), field);
  return { kind: "store", variable, object: CPU, value, ghost: true, origin };
}

/** The code of a handler: entered, run and left, again and again. Other threads' code is returned as it is. */
export function asHandler(program: Program, thread: ThreadDeclaration, flow: Flow): Flow {
  if (thread.context === "task") return flow;
  const { origin } = flow;
  const entry = entryOf(thread, origin);
  const instructions: Instruction[] = [];
  const locals = [...flow.locals];
  const [start, body, end, exit]: Label[] = [{ at: 0 }, { at: -1 }, { at: -1 }, { at: -1 }];
  const act = (action: Action) => instructions.push({ kind: "action", action });
  const rounds = freshName("rounds", new Set(locals.map(({ name }) => name)));
  if (thread.times !== undefined) {
    const enter: Label = { at: instructions.length + 1 };
    const condition = binary("<", { kind: "local", name: rounds }, constant(thread.times));
    instructions.push({ kind: "branch", condition, whenTrue: enter, whenFalse: exit!, origin: entry });
    locals.push({ name: rounds, type: { kind: "number" } });
  }
  instructions.push({ kind: "boundary", origin: entry });
  for (const action of entering(program, thread, entry)) act(action);
  if (thread.times !== undefined) {
    const value = binary("+", { kind: "local", name: rounds }, constant(1));
    act({ kind: "assign", local: rounds, value, origin: entry });
  }
  body!.at = instructions.length;
  const moved = ({ at }: Label): Label => ({ at: at + body!.at });
  for (const instruction of flow.instructions) {
    const isExit = instruction.kind === "exit";
    instructions.push(isExit ? { kind: "jump", to: end! } : withLabels(instruction, moved));
  }
  end!.at = instructions.length;
  instructions.push({ kind: "boundary", origin });
  for (const action of leaving(program, thread, origin)) act(action);
  // The next interrupt must not be waited for with the return from this one.
  instructions.push({ kind: "settled" }, { kind: "jump", to: start! });
  exit!.at = instructions.length;
  instructions.push({ kind: "exit" });
  return { origin, instructions, locals, regions: [] };
}

/** As a trace shows it. */
function entryOf({ context }: ThreadDeclaration, origin: Origin): Origin {
  return { ...origin, text: `(${context} enters)` };
}

function entering(program: Program, { context }: ThreadDeclaration, origin: Origin): Action[] {
  const read = (field: CpuField) => own(program, field, origin);
  const interruptsOn = not(read("irqs_off"));
  const tasksOnly = [
    binary("===", read("handler"), constant(null)),
    binary("===", read("softirqs_off"), constant(0)),
  ];
  const condition = context === "hardirq" ? interruptsOn : all([interruptsOn, ...tasksOnly]);
  const enter: Action = { kind: "await", condition, idle: true, whom: [], because: "entry", origin };
  if (context === "softirq") return [enter, set(program, "handler", SELF, origin)];
  return [
    enter,
    set(program, "below", read("handler"), origin),
    set(program, "handler", SELF, origin),
    set(program, "irqs_off", constant(true), origin),
  ];
}

function leaving(program: Program, { context }: ThreadDeclaration, flow: Origin): Action[] {
  const origin = { ...flow, text: `(${context} returns)` };
  if (context === "softirq") return [set(program, "handler", constant(null), origin)];
  return [
    set(program, "handler", own(program, "below", origin), origin),
    set(program, "below", constant(null), origin),
    set(program, "irqs_off", constant(false), origin),
  ];
}

/** The steps of a thread, each of them taken only while the CPU runs this thread. */
export function guardSteps(
  program: Program,
  thread: ThreadDeclaration,
  steps: readonly Step[],
): readonly Step[] {
  const guards = guardsOf(program, thread);
  return steps.map((step) => {
    if (isEntry(step.body)) return { ...step, optional: true };
    if (guards.length === 0) return step;
    const { actions, end } = step.body;
    const { origin } = step;
    return { ...step, body: { actions: [...guards.map((guard) => guard(origin)), ...actions], end } };
  });
}

/** Whether the step is the one in which a handler waits to be entered. */
function isEntry({ actions, end }: Block): boolean {
  if (actions.some((action) => action.kind === "await" && action.because === "entry")) return true;
  return end.kind === "branch" && (isEntry(end.whenTrue) || isEntry(end.whenFalse));
}

type Guard = (origin: Origin) => Action;

function guardsOf(program: Program, thread: ThreadDeclaration): Guard[] {
  const sharing = program.threads.filter((other) => other.cpus.some((cpu) => thread.cpus.includes(cpu)));
  const isInterrupted = sharing.some(({ context }) =>
    thread.context === "task" ? context !== "task" : thread.context === "softirq" && context === "hardirq",
  );
  const guards: Guard[] = [];
  if (isInterrupted) {
    const on: Term = thread.context === "task" ? constant(null) : SELF;
    guards.push((origin) => waitFor("interrupted", own(program, "handler", origin), [on], origin));
  }
  if (thread.context === "task" && sharesCpu(program, thread)) {
    guards.push((origin) =>
      waitFor("preempted", own(program, "pinned", origin), [constant(null), SELF], origin),
    );
  }
  return guards;
}

/** Whether two tasks are on one of the thread's CPUs. */
function sharesCpu(program: Program, thread: ThreadDeclaration): boolean {
  const tasks = program.threads.filter(({ context }) => context === "task");
  const places = tasks.flatMap(({ cpus }) => cpus);
  return thread.cpus.some((cpu) => places.filter((place) => place === cpu).length > 1);
}

function waitFor(
  because: "interrupted" | "preempted",
  holder: Term,
  allowed: readonly Term[],
  origin: Origin,
): Action {
  const conditions = allowed.map((value) => binary("===", holder, value));
  const condition = conditions.reduce((left, right) => binary("||", left, right));
  const whom: Term[] = [{ kind: "present", element: holder }];
  return { kind: "await", condition, idle: false, whom, because, origin };
}

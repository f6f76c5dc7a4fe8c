/** The memory before the first step: what the declarations say, then what `initially` does to it. */
import { initiallyBlocks } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { NoValue } from "../interpreter/numbers.js";
import {
  formatValue,
  gather,
  initialState,
  type RunningThread,
  type State,
  valueAt,
} from "../interpreter/state.js";
import { runStep } from "../interpreter/step.js";
import { descends } from "../ir/classes.js";
import { DONE, type Model, type Process, type Value, type Variable } from "../ir/model.js";
import type { Program } from "../ir/program.js";
import { partsOf } from "../ir/terms.js";
import { allocationVariables } from "./allocation.js";
import { asksForCpu } from "./cpus.js";
import { initialValue } from "./initial-value.js";
import { fieldName, type Runner } from "./inline-context.js";
import { inlineBody } from "./inline-statements.js";
import { resetDeadLocals } from "./reset-dead-locals.js";
import { splitIntoSteps } from "./split.js";

/** `initially` is straight set-up code; one that runs longer than this loops. */
const MAXIMAL_STEPS = 10_000;

/** The shared variables as declared. */
export function declaredVariables(program: Program): Variable[] {
  const fields = program.classes.flatMap((type) =>
    type.fields.map((field): Variable => {
      const objects = program.objects.filter((object) => descends(program.classes, object.class, type.name));
      const initial = new Map(
        objects.map((object) => [object.name, initialValue(program, object.class, field)]),
      );
      return {
        name: fieldName(type.name, field.name),
        class: type.name,
        field: field.name,
        type: field.type,
        ...(field.ghost === true ? { ghost: true } : {}),
        ...(type.library ? { library: true } : {}),
        initial,
      };
    }),
  );
  const globals = program.globals.map(
    ({ name, type, initial, ghost }): Variable => ({
      name,
      class: undefined,
      field: name,
      type,
      ...(ghost === true ? { ghost } : {}),
      initial: new Map([["", initial]]),
    }),
  );
  return [...fields, ...globals, ...allocationVariables(program)];
}

/** The model's variables after `initially`, run by the interpreter. */
export function runInitially(program: Program, model: Model, diagnostics: Diagnostic[]): readonly Variable[] {
  const first = program.initially[0];
  if (first === undefined) return model.variables;
  const { span } = first;
  // Nothing runs beside it: it writes to memory itself, whatever the memory model.
  const alone: Program = { ...program, memory: "sc" };
  const body = { body: program.initially, span };
  const runner: Runner = { context: "task", placed: false };
  const flow = inlineBody(alone, "initially", body, new Map(), diagnostics, runner, true);
  let n = 0;
  const steps = resetDeadLocals(splitIntoSteps(flow, () => `initially_${n++}`, diagnostics));
  if (diagnostics.length > 0) return model.variables;
  if (asksForCpu(steps)) {
    diagnostics.push(initiallyBlocks(span, "leaves or takes a lock, or changes the state of a CPU"));
    return model.variables;
  }
  // No object or thread of a spec has this name.
  const instance = { name: "initially()", argument: undefined };
  const process: Process = {
    name: "initially",
    parameter: undefined,
    threads: [instance],
    daemon: false,
    fairness: "weak",
    locals: flow.locals,
    entry: steps[0]?.label ?? DONE,
    steps,
  };
  const running: RunningThread = { process, instance };
  const single: Model = { ...model, processes: [process] };
  const state = runToEnd(single, running, initialState(single), (what) => {
    diagnostics.push(initiallyBlocks(span, what));
  });
  return model.variables.map((variable) => ({
    ...variable,
    initial: new Map(
      [...variable.initial.keys()].map((object) => [
        object,
        gather(variable, object, (at) => valueAt(state.memory, at)),
      ]),
    ),
  }));
}

function runToEnd(model: Model, running: RunningThread, start: State, refuse: (what: string) => void): State {
  let state = start;
  for (let steps = 0; state.threads.get(running.instance.name)?.at !== DONE; steps++) {
    const result = computed(() => runStep(model, state, running));
    if (typeof result === "string") {
      refuse(`computes what has no value: ${result}`);
      return state;
    }
    const { outcomes, wait } = result;
    const only = outcomes[0];
    if (only === undefined || outcomes.length > 1 || steps > MAXIMAL_STEPS) {
      if (wait !== undefined) refuse("waits for something");
      else refuse(outcomes.length > 1 ? "chooses" : "does not end");
      return state;
    }
    for (const event of only.events) {
      if (event.kind === "acquire") refuse(`leaves or takes a lock (${event.lock})`);
      if (event.kind === "write" && mentions(event.to, running.instance.name)) {
        refuse("stores the running thread, which has ended before any other starts");
      }
      if (event.kind === "fail") refuse(`fails ${event.check} (${formatValue(event.subject)})`);
    }
    state = only.state;
  }
  return state;
}

/** The result, or what it would have to compute and cannot. */
function computed<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof NoValue) return error.message;
    throw error;
  }
}

/** Whether the value is, or holds, the reference. */
function mentions(value: Value, ref: string): boolean {
  if (value === null || typeof value !== "object") return false;
  if ("ref" in value) return value.ref === ref;
  return partsOf(value).some((part) => mentions(part, ref));
}

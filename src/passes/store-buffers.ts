/**
 * Weak memory: what each access of a thread does where threads have store buffers (`tso`, `pso`). Runs on the flow,
 * after everything is written out, so that no construct of the language can forget it: an access is an ordinary
 * instruction unless it is known to be something else.
 *
 *   ordinary            loads look into the thread's own buffer first, stores enter the buffer
 *   inside `release`    the same, and under pso each store is ordered behind the stores before it
 *   inside `atomic`     a locked instruction: it has waited for an empty buffer, and works on memory itself
 *   of a ghost          none of the hardware's: it is there at once, for whoever looks
 *
 * One store buffer per thread then brings the stores to memory, at any time: a process of its own with one step.
 */
import type { Action, Block, Buffered, Origin, Process, Step, Term, ThreadInstance } from "../ir/model.js";
import type { Program } from "../ir/program.js";
import { mapActionTerms, mapTerm, not, visitBlocks } from "../ir/terms.js";
import type { Flow, Instruction } from "./flow.js";

/** The flow with every access marked; the same flow under `sc`. */
export function bufferAccesses(flow: Flow, { memory, cpuClass }: Program): Flow {
  if (memory === "sc") return flow;
  const instructions = flow.instructions.map((instruction, at) => {
    const mode = modeAt(flow, at);
    if (mode === "locked") return instruction;
    return bufferInstruction(instruction, mode, (variable) => isRegister(variable, cpuClass));
  });
  return { ...flow, instructions, regions: [] };
}

/** A release step inside a locked one is part of it; a locked one may stand at the end of a release step. */
function modeAt({ regions }: Flow, at: number): "locked" | Buffered {
  const around = regions.filter(({ from, to }) => from <= at && at < to);
  if (around.some(({ kind }) => kind === "locked")) return "locked";
  return around.length > 0 ? "release" : "plain";
}

/** The flags of a CPU are in the CPU: its own code and its interrupts see them at once. */
function isRegister(variable: string, cpuClass: string | undefined): boolean {
  return cpuClass !== undefined && variable.startsWith(`${cpuClass}.`);
}

type IsDirect = (variable: string) => boolean;

function bufferInstruction(instruction: Instruction, mode: Buffered, isDirect: IsDirect): Instruction {
  if (instruction.kind === "branch") {
    return { ...instruction, condition: forwarded(instruction.condition, isDirect) };
  }
  if (instruction.kind !== "action") return instruction;
  const action = mapActionTerms(instruction.action, (term) => forwarded(term, isDirect));
  return { kind: "action", action: bufferedAction(action, mode, isDirect) };
}

function bufferedAction(action: Action, mode: Buffered, isDirect: IsDirect): Action {
  if (action.kind === "store") {
    return action.ghost === true || isDirect(action.variable) ? action : { ...action, buffered: mode };
  }
  return action.kind === "unlink" ? { ...action, buffered: mode } : action;
}

function forwarded(term: Term, isDirect: IsDirect): Term {
  const inner = mapTerm(term, (child) => forwarded(child, isDirect));
  if (inner.kind === "read") {
    return inner.ghost === true || isDirect(inner.variable) ? inner : { ...inner, forwarded: true };
  }
  return inner.kind === "linked" ? { ...inner, forwarded: true } : inner;
}

/** The store buffers of a process's threads; undefined where the threads never fill them. */
export function storeBufferOf(
  process: Process,
  origin: Origin,
  nameStep: (origin: Origin) => string,
): Process | undefined {
  if (!process.steps.some(({ body }) => storesInto(body))) return undefined;
  const name = `store buffer of ${process.name}`;
  const [frame] = origin.frames;
  const own: Origin = {
    ...origin,
    frames: frame === undefined ? [] : [{ ...frame, procedure: name }],
    // It belongs to the thread as a whole and to no statement: see statementOf.
    text: name,
  };
  const label = nameStep(own);
  // Waiting for stores is rest. Whoever runs processes fairly must run this one so: hardware keeps no store for ever.
  const step: Step = {
    label,
    body: {
      actions: [
        { kind: "await", condition: not({ kind: "buffer-empty" }), idle: true, whom: [], origin: own },
        { kind: "drain", origin: own },
      ],
      end: { kind: "goto", label, resets: [] },
    },
    live: [],
    origin: own,
  };
  const threads = process.threads.map(
    (thread): ThreadInstance => ({
      name: `store buffer of ${thread.name}`,
      argument: undefined,
      drains: thread.name,
    }),
  );
  const nobody = { parameter: undefined, daemon: true, fairness: "weak" } as const;
  return { name, ...nobody, threads, locals: [], entry: label, steps: [step] };
}

function storesInto(body: Block): boolean {
  let stores = false;
  visitBlocks(body, ({ actions }) => {
    stores ||= actions.some((action) => "buffered" in action && action.buffered !== undefined);
  });
  return stores;
}

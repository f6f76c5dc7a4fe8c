/**
 * A thread as one straight list of instructions with jumps: calls are gone, every shared access stands alone, and
 * a `boundary` marks each place where another thread may come between. Between `inline` (which writes it) and
 * `split` (which cuts it into steps).
 */
import { freshName } from "../base/fresh-name.js";
import type { Action, Local, Origin, Term, Test } from "../ir/model.js";
import type { Type } from "../ir/program.js";

/** A place to jump to; `at` is the index of the instruction that follows it. */
export interface Label {
  at: number;
}

export type Instruction =
  | { readonly kind: "action"; readonly action: Action }
  | {
      readonly kind: "branch";
      readonly condition: Term;
      readonly test?: Test | undefined;
      readonly whenTrue: Label;
      readonly whenFalse: Label;
      readonly origin: Origin;
    }
  | { readonly kind: "jump"; readonly to: Label }
  /** What follows, up to the next boundary, is one step. */
  | { readonly kind: "boundary"; readonly origin: Origin }
  /** Ghost code stands before this: a wait behind the next boundary must not delay it. */
  | { readonly kind: "settled" }
  | { readonly kind: "exit" };

/** Instructions from `from` to before `to` that are one step of the hardware: see passes/store-buffers.ts. */
export interface Region {
  readonly from: number;
  readonly to: number;
  readonly kind: "locked" | "release";
}

export interface Flow {
  /** Where the thread itself is declared: the place of a step that does nothing. */
  readonly origin: Origin;
  readonly instructions: readonly Instruction[];
  readonly locals: readonly Local[];
  readonly regions: readonly Region[];
}

/**
 * A copy of the flow with actions before and behind instructions; jumps to an instruction lead to what now stands before
 * it. Added actions belong to the step of the instruction that they stand beside.
 */
export function withActions(
  flow: Flow,
  added: (instruction: Instruction) => {
    readonly before?: readonly Action[];
    readonly after?: readonly Action[];
  },
): Flow {
  const instructions: Instruction[] = [];
  const moved: number[] = [];
  const asInstruction = (action: Action): Instruction => ({ kind: "action", action });
  for (const instruction of flow.instructions) {
    moved.push(instructions.length);
    const { before = [], after = [] } = added(instruction);
    instructions.push(...before.map(asInstruction), instruction, ...after.map(asInstruction));
  }
  moved.push(instructions.length);
  const relabel = ({ at }: Label): Label => ({ at: moved[at] ?? at });
  return { ...flow, instructions: instructions.map((instruction) => withLabels(instruction, relabel)) };
}

/** A copy of the instruction that leads to the labels that `relabel` gives for its own. */
export function withLabels(instruction: Instruction, relabel: (label: Label) => Label): Instruction {
  if (instruction.kind === "jump") return { ...instruction, to: relabel(instruction.to) };
  if (instruction.kind !== "branch") return instruction;
  const { whenTrue, whenFalse } = instruction;
  return { ...instruction, whenTrue: relabel(whenTrue), whenFalse: relabel(whenFalse) };
}

/** Grows a flow; the only mutable thing among the passes. */
export interface FlowBuilder {
  readonly instructions: Instruction[];
  readonly locals: Map<string, Local>;
  readonly names: Set<string>;
  readonly regions: Region[];
}

export function createFlowBuilder(): FlowBuilder {
  return { instructions: [], locals: new Map(), names: new Set(), regions: [] };
}

export function emit(builder: FlowBuilder, action: Action): void {
  builder.instructions.push({ kind: "action", action });
}

export function newLabel(): Label {
  return { at: -1 };
}

export function placeLabel(builder: FlowBuilder, label: Label): void {
  label.at = builder.instructions.length;
}

export function jump(builder: FlowBuilder, to: Label): void {
  builder.instructions.push({ kind: "jump", to });
}

/**
 * The thread's variable for `key`. A procedure is active at most once per thread (there is no recursion), so all
 * copies of it can share its variables: the key is the declaration, not the copy.
 */
export function localFor(builder: FlowBuilder, key: string, base: string, type: Type): string {
  const known = builder.locals.get(key);
  if (known !== undefined) return known.name;
  const name = freshName(base, builder.names);
  builder.names.add(name);
  builder.locals.set(key, { name, type });
  return name;
}

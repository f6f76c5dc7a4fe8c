/** What a flow can do from one instruction on before the next boundary: within the step that stands there. */
import type { Action } from "../ir/model.js";
import { isSharedAccess, readsShared } from "../ir/terms.js";
import type { Flow, Instruction } from "./flow.js";

/** Whether something that other threads, or a property, can see or cause happens before the next boundary. */
export function reachesAccess(flow: Flow, start: number): boolean {
  // Who holds a lock, and ghosts, are no shared memory, but they belong to the access before them.
  const belongs = (action: Action) => action.kind === "lock" || action.kind === "store";
  return reaches(flow, start, (action) => belongs(action) || isSharedAccess(action), readsShared);
}

/** Whether the thread can come to its end. */
export function exits(flow: Flow): boolean {
  const seen = new Set<number>();
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const instruction = flow.instructions[at];
    if (instruction === undefined || seen.has(at)) continue;
    seen.add(at);
    if (instruction.kind === "exit") return true;
    if (instruction.kind === "jump") open.push(instruction.to.at);
    else if (instruction.kind === "branch") open.push(instruction.whenTrue.at, instruction.whenFalse.at);
    else open.push(at + 1);
  }
  return false;
}

/** Whether the thread may have to wait before the next boundary. */
export function reachesWait(flow: Flow, start: number): boolean {
  return reaches(
    flow,
    start,
    (action) => action.kind === "await",
    () => false,
  );
}

function reaches(
  { instructions }: Flow,
  start: number,
  matches: (action: Action) => boolean,
  matchesCondition: (condition: Extract<Instruction, { kind: "branch" }>["condition"]) => boolean,
): boolean {
  const seen = new Set<number>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const instruction = instructions[at];
    if (instruction === undefined || seen.has(at)) continue;
    seen.add(at);
    switch (instruction.kind) {
      case "boundary":
      case "exit":
        break;
      case "settled":
        open.push(at + 1);
        break;
      case "jump":
        open.push(instruction.to.at);
        break;
      case "branch":
        if (matchesCondition(instruction.condition)) return true;
        open.push(instruction.whenTrue.at, instruction.whenFalse.at);
        break;
      case "action":
        if (matches(instruction.action)) return true;
        open.push(at + 1);
        break;
    }
  }
  return false;
}

/** Instructions that are reached from more than one place: where branches come together, and where loops begin. */
export function joinsOf({ instructions }: Flow): Set<number> {
  const entered = new Set<number>();
  const joins = new Set<number>();
  const enter = (at: number) => {
    if (entered.has(at)) joins.add(at);
    entered.add(at);
  };
  instructions.forEach((instruction, at) => {
    if (instruction.kind === "jump") enter(instruction.to.at);
    else if (instruction.kind === "branch") {
      enter(instruction.whenTrue.at);
      enter(instruction.whenFalse.at);
    } else if (instruction.kind !== "exit") enter(at + 1);
  });
  return joins;
}

/** What can be wrong with a model once it is explored, or with those who explore it: data in, prose out. */
import type { Diagnostic } from "./diagnostic.js";

/** A thread that runs ahead of its store buffer for ever: no model of it is finite. */
export const storeBufferOverflow = (spec: string, name: string): Diagnostic => ({
  code: "LW1062",
  message: `a store buffer overflows in ${spec}, case ${name}`,
  why: "A thread stores again and again without waiting for its stores to reach memory, so there is no end of states.",
  help: 'Put smp_mb() or a lock into the loop that stores, bound the loop, or check the case with memory: "sc".',
});

export const doesNotReplay = (spec: string, name: string, reason: string): Diagnostic => ({
  code: "LW9001",
  message: `the counterexample of ${spec}, case ${name}, does not run in Latchwork's own interpreter: ${reason}`,
  why: "TLC and the interpreter disagree about the model. This is a defect in Latchwork, and the verdict cannot be trusted.",
  help: "Run it again with --keep, and report it with the spec and the files that stay.",
});

/** The explorer met a limit, and there is no verdict. `growing` is a place whose value never stopped growing. */
export const exploreStopped = (
  spec: string,
  name: string,
  stoppedBy: "states" | "memory" | "signal" | "time" | "overflow",
  distinct: number,
  growing: string | undefined,
): Diagnostic => {
  const where = `${spec}, case ${name}`;
  if (growing !== undefined) return endless(spec, name, { place: growing, way: [], distinct });
  if (stoppedBy === "signal" || stoppedBy === "time") {
    return { code: "LW3011", message: `the exploration of ${where} was interrupted`, help: "Run it again." };
  }
  if (stoppedBy === "overflow") {
    return {
      code: "LW3011",
      message: `a number or a store buffer overflows in ${where}`,
      why: "A plain number has 32 bits, and a store buffer holds 16 stores.",
      help: "Give the field a width (u8, u16, int(lo, hi)), or bound the loop that stores.",
    };
  }
  return {
    code: "LW3011",
    message: `the explorer is out of memory after ${distinct} states of ${where}`,
    why: "It keeps all states in memory.",
    help: "Use fewer objects or rounds, or --engine tlc, which keeps states on disk.",
  };
};

/**
 * A model without an end of states: `place` is what grows, `way` the statements on which it does, `distinct` the number of
 * states looked at.
 */
export const endless = (
  spec: string,
  name: string,
  {
    place,
    way,
    distinct,
  }: { readonly place: string; readonly way: readonly string[]; readonly distinct: number },
): Diagnostic => ({
  code: "LW3012",
  message: `there seems to be no end of states in ${spec}, case ${name}: ${place} grows and grows`,
  why: [`After ${distinct} states it still reached values that it had not had before.`, ...way].join("\n  "),
  help: "Bound it: give a number a width (u8, int(0, 3)) or count modulo something, and limit how often a loop adds to a list.",
});

/** A thread in which a case was asked about came to an end: `reason` as Node.js puts it. */
export const caseThreadLost = (spec: string, name: string, reason: string): Diagnostic => ({
  code: "LW3014",
  message: `the work on ${spec}, case ${name}, was lost: ${reason}`,
  why: "Its thread ended before there was an answer, most often because there was no memory left. The other cases are not touched by it.",
  help: "Run it again with --max-workers 1, or make the case smaller.",
});

export const enginesDisagree = (spec: string, name: string, difference: string): Diagnostic => ({
  code: "LW9002",
  message: `TLC and the explorer disagree about ${spec}, case ${name}: ${difference}`,
  why: "Both explore the same model, so one of them is wrong. This is a defect in Latchwork, and neither verdict can be trusted.",
  help: "Run it again with --keep, and report it with the spec and the files that stay.",
});

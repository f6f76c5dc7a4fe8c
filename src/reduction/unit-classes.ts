/**
 * How each unit moves against the steps of other threads: the classes of facts/merging.md, which follow Lipton's. A unit
 * that is not known to move in any direction is a non-mover, which is always right.
 */
import type { Model, Term } from "../ir/model.js";
import { contains, termsOf, variablesWritten, visitBlocks, visitTerm } from "../ir/terms.js";
import { type Access, isPrivate, isTurn, type ModelAccesses, type Unit } from "./accesses.js";
import type { ClaimReliance, Claims } from "./claims.js";
import type { Guesses, Refuted, Reliance } from "./guesses.js";
import { isOnGroup, type LockProtocol } from "./lock-protocols.js";
import type { Nesting } from "./nesting.js";
import type { OwnWaits } from "./own-waits.js";
import { awaitsOf, mayFindNothing } from "./waits.js";

/** Whether the unit could as well come before the last step of another thread, or after the next one. */
export type Direction = "both" | "right" | "left" | "none";

export interface UnitClass {
  readonly direction: Direction;
  /** It may have to wait. */
  readonly blocks: boolean;
  /** There is a wait in it, be it one that is always over. */
  readonly waits: boolean;
  /** Its wait is sure to end, as long as these locks are given back: see nesting.ts. */
  readonly endsBy: ReadonlySet<string> | undefined;
  /** It changes memory in a way that what is asked behind it in the same step cannot look through. */
  readonly opaque: boolean;
  /** It writes what a claim reads, or what says whom a thread waits for. */
  readonly seen: boolean;
  /** It takes or gives back a lock, or looks at one. */
  readonly onLock: boolean;
  /** One of its checks may fail, and the thread stop. */
  readonly mayFail: boolean;
  /** Why the step must end behind it. */
  readonly ends: string | undefined;
  /** Why it does not move in both directions, for people; undefined where it does. */
  readonly reason: string | undefined;
  /** What this class stands on. */
  readonly relied: readonly Reliance[];
  /** Claims that read what it writes, and see it within the step. */
  readonly claimed: readonly ClaimReliance[];
}

/** What the classes of units are made of, besides what is guessed. */
export interface ClassContext {
  readonly accesses: ModelAccesses;
  readonly protocols: readonly LockProtocol[];
  readonly guesses: Guesses;
  readonly nesting: Nesting;
  readonly ownWaits: OwnWaits;
  /** Whether claims about runs read what the access writes. */
  readonly isVisible: (access: Access) => boolean;
  /** Whether any claim reads what the access writes, or a report of who waits for whom. */
  readonly isTold: (access: Access) => boolean;
  /** Claims about states. */
  readonly claims: Claims;
  /** Variables that say whose turn it is on a CPU. */
  readonly turns: ReadonlySet<string>;
}

/** The variables that say whose turn it is: those that the waits of interrupted and preempted threads read. */
export function turnVariables(model: Model): Set<string> {
  const variables = new Set<string>();
  for (const { body } of model.processes.flatMap(({ steps }) => steps)) {
    visitBlocks(body, ({ actions }) => {
      for (const action of actions) {
        if (!isTurn(action)) continue;
        for (const term of termsOf(action)) variablesIn(term, variables);
      }
    });
  }
  return variables;
}

/** The variables that say whom a thread waits for: a wait that is put off must not put that off. */
export function variablesNamedByWaits(model: Model): Set<string> {
  const variables = new Set<string>();
  for (const step of model.processes.flatMap(({ steps }) => steps)) {
    for (const { whom } of awaitsOf(step)) for (const term of whom) variablesIn(term, variables);
  }
  return variables;
}

/** Adds the variables that the term reads. */
export function variablesIn(term: Term, variables: Set<string>): void {
  visitTerm(term, (inner) => {
    if (inner.kind === "read") variables.add(inner.variable);
    if (inner.kind === "linked") for (const name of inner.variables) variables.add(name);
  });
}

/** The class of a unit, as long as only these guesses are known to be false. */
export function classOf(context: ClassContext, unit: Unit, refuted: Refuted): UnitClass {
  const relied: Reliance[] = [];
  const claimed: ClaimReliance[] = [];
  const { model } = context.accesses;
  const waits = awaitsOf(unit.step);
  const lockAccesses = context.protocols.map((protocol) => ({
    protocol,
    accesses: unit.sites
      .flatMap((site) => site.accesses)
      .filter((access) => isOnGroup(protocol.group, access)),
  }));
  const touched = lockAccesses.filter(
    ({ protocol, accesses }) => accesses.length > 0 || protocol.movers.has(unit),
  );
  const onLock = touched.length > 0;
  const areOver = context.ownWaits.areOver(unit, refuted);
  const mayWait = waits.some((wait) => !isTurn(wait));
  const blocks = (mayWait && !areOver) || mayFindNothing(unit.step);
  const endsBy = context.nesting.endsBy(unit, refuted);
  const ends = context.claims.endsBehind(unit, refuted);
  const seen = unit.sites
    .flatMap((site) => site.accesses)
    .some((access) => access.writes && context.isTold(access));
  const common = {
    onLock,
    waits: mayWait,
    mayFail: makesChecks(unit),
    endsBy,
    opaque: isOpaque(model, unit),
    seen,
    ends,
  };
  const stays = (reason: string): UnitClass => ({
    ...common,
    direction: "none",
    blocks,
    reason,
    relied: [],
    claimed: [],
  });

  if (model.memory !== "sc" && (unit.sites.length > 0 || usesBuffer(unit)))
    return stays(`memory is ${model.memory}`);
  for (const site of unit.sites) {
    for (const access of site.accesses) {
      if (context.turns.has(access.variable)) return stays("it decides whose turn it is on the CPU");
      if (access.writes) {
        const unseen = context.isVisible(access) ? undefined : context.claims.relianceFor(access, refuted);
        if (unseen === undefined) return stays(`a claim of the spec reads ${access.variable}`);
        claimed.push(...unseen);
      }
      if (touched.some(({ accesses }) => accesses.includes(access))) continue;
      if (isPrivate(context.accesses, unit, access)) continue;
      const reliance = context.guesses.relianceFor(access, site, refuted);
      if (reliance === undefined) return stays(reasonFor(access));
      relied.push(reliance);
    }
  }
  if (touched.length > 1) return stays("it is about more than one lock");
  const moves = (direction: Direction, waitsForIt: boolean, reason: string | undefined): UnitClass => ({
    ...common,
    direction,
    blocks: waitsForIt,
    reason,
    relied,
    claimed,
  });
  const [only] = touched;
  if (only === undefined) return blocks ? stays("it may have to wait") : moves("both", false, undefined);
  const mover = only.protocol.movers.get(unit);
  if (mover === undefined) return stays("what it does to the lock is not understood");
  if (waits.some(isTurn))
    return moves("none", mover.waits, "a handler or another task may come in on its CPU");
  // Besides waiting for the lock it waits for something else, or chooses among what may be nothing.
  if ((mover.waitsForMore && !areOver) || mayFindNothing(unit.step)) return stays("it may have to wait");
  const waitsForIt = mover.waits && !areOver;
  if (mover.right && mover.left && !waitsForIt) return moves("both", false, undefined);
  if (mover.right) return moves("right", waitsForIt, "it takes a lock");
  if (mover.left && !waitsForIt) return moves("left", false, "it gives back a lock");
  return moves("none", waitsForIt, "others can tell whether the lock is held");
}

function usesBuffer({ step }: Unit): boolean {
  let found = false;
  visitBlocks(step.body, ({ actions, end }) => {
    for (const action of actions) {
      found ||= action.kind === "fence" || action.kind === "drain" || variablesWritten(action).length > 0;
      found ||= termsOf(action).some((term) => contains(term, ({ kind }) => kind === "buffer-empty"));
    }
    found ||= end.kind === "branch" && contains(end.condition, ({ kind }) => kind === "buffer-empty");
  });
  return found;
}

function reasonFor({ variable, writes }: Access): string {
  return writes
    ? `no lock protects every access to ${variable}`
    : `no lock protects this read of ${variable}`;
}

/** The guard of a step looks through stores of whole variables: see emit/guards.ts. */
function isOpaque({ variables }: Model, { step }: Unit): boolean {
  let found = false;
  visitBlocks(step.body, ({ actions }) => {
    for (const action of actions) {
      if (action.kind === "unlink") found = true;
      if (action.kind !== "store") continue;
      const type = variables.find(({ name }) => name === action.variable)?.type.kind;
      found ||= action.index !== undefined || action.buffered !== undefined;
      found ||= type === "list" || type === "array" || type === "map";
    }
  });
  return found;
}

function makesChecks({ step }: Unit): boolean {
  let found = false;
  visitBlocks(step.body, ({ actions }) => {
    found ||= actions.some(({ kind }) => kind === "check");
  });
  return found;
}

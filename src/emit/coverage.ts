/**
 * A module that extends the one of a case and watches what its run reaches. Its one invariant is always true; on the
 * way it evaluates what each thread's next step would do, and prints a mark the first time it comes by. The case's own
 * module knows nothing of it, and stays the same whether it is watched or not.
 *
 * TLC's registers (TLCSet, TLCGet) say which marks have been printed; each worker has registers of its own, so a mark
 * may be printed once per worker. A step of which all marks are printed is not evaluated any more: that is what keeps
 * the watch cheap.
 */
import { bug, must, unreachable } from "../base/assert.js";
import type { Span } from "../base/span.js";
import { GUESS } from "../ir/checks.js";
import {
  acquiredIn,
  isDeadEnd,
  lockObjects,
  possibleLocks,
  type Side,
  spokenProcesses,
} from "../ir/coverage.js";
import type { Block, Model, Process, Step, Term } from "../ir/model.js";
import {
  awaitedLocks,
  type Met,
  metBehind,
  metKey,
  metOnSide,
  missedLocks,
  NOTHING_MET,
} from "../ir/reached.js";
import { visitBlocks } from "../ir/terms.js";
import { bufferWrite } from "./buffer-writes.js";
import { add, deeper, type Lines, lines } from "./layout.js";
import { AT_END, type EmittedModule } from "./module.js";
import { printWhole, storeWrite, unlinkWrite, variableKey, versionOf } from "./steps.js";
import { printElements, printTerm, type TermContext, termContext } from "./terms.js";

/** What a printed mark says has happened. */
export type Mark =
  /** A step was taken along one way, through these statements and answers. */
  | { readonly kind: "way"; readonly statements: readonly Span[]; readonly sides: readonly Side[] }
  | { readonly kind: "taken"; readonly lock: string }
  /** A thread stood before the lock and could not have it, or could have it and so could another. */
  | { readonly kind: "contended"; readonly lock: string }
  /** One premise of an invariant held. */
  | { readonly kind: "premise"; readonly invariant: string; readonly premise: number };

export interface Watch {
  /** Name of the module, and of its file. */
  readonly module: string;
  readonly text: string;
  /** The invariant that TLC has to check, behind all others. */
  readonly operator: string;
  /** By the number that TLC prints. */
  readonly marks: readonly Mark[];
}

/** How a mark is printed. */
const PRINTED = /^<<"latchwork reached", (\d+)>>$/;

/** The number of the mark that a line of TLC's output prints, or undefined for any other line. */
export function readMark(line: string): number | undefined {
  const number = PRINTED.exec(line)?.[1];
  return number === undefined ? undefined : Number(number);
}

interface Names {
  readonly hit: string;
  readonly way: string;
  readonly done: string;
  readonly taken: string;
  readonly wants: string;
  readonly contended: string;
  readonly locks: string;
}

interface Builder {
  readonly model: Model;
  readonly names: Names;
  readonly marks: Mark[];
  readonly locks: readonly string[];
}

/**
 * Registers that are no marks. OPEN: the labels that still have marks to print. WANTED: who would take which lock next,
 * in the state that is being looked at. The two marks of each lock come behind them.
 */
const OPEN = 0;
const WANTED = 1;
const FIRST_LOCK = 2;

const takenMark = (index: number): number => FIRST_LOCK + 2 * index;

/** The watch for a case. */
export function emitWatch(model: Model, emitted: EmittedModule): Watch {
  const { naming } = emitted;
  const claim = (name: string) => naming.table.claim(name);
  const module = claim(`${naming.module}_watch`);
  const names: Names = {
    hit: claim("WatchHit"),
    way: claim("WatchWay"),
    done: claim("WatchDone"),
    taken: claim("WatchTaken"),
    wants: claim("WatchWants"),
    contended: claim("WatchContended"),
    locks: claim("WatchLocks"),
  };
  const none: Mark = { kind: "way", statements: [], sides: [] };
  const builder: Builder = { model, names, marks: [none, none], locks: lockObjects(model) };
  for (const lock of builder.locks) {
    builder.marks.push({ kind: "taken", lock }, { kind: "contended", lock });
  }
  const steps = lines();
  const threads = spokenProcesses(model).map((process) => {
    const operator = claim(`Watch_${process.name}`);
    printProcess(builder, emitted, process, operator, steps);
    return { operator, process };
  });
  const operator = claim("Watch");
  printWatch(builder, emitted, operator, threads, steps);
  const out = lines();
  add(out, `---- MODULE ${module} ----`);
  add(out, `\\* Watches what a run of ${naming.module} reaches. Always true; not part of the model.`);
  add(out, `EXTENDS ${naming.module}`);
  add(out, "");
  printRegisters(builder, emitted, out);
  const text = [...out.text, ...steps.text, "=".repeat(78), ""].join("\n");
  return { module, text, operator, marks: builder.marks };
}

function printRegisters(
  { model, names, marks, locks }: Builder,
  { naming }: EmittedModule,
  out: Lines,
): void {
  const labels = spokenProcesses(model).flatMap(({ steps }) =>
    steps.map(({ label }) => naming.labels.get(label)),
  );
  const pairs = locks.map((lock, index) => `${must(naming.objects.get(lock), lock)} :> ${takenMark(index)}`);
  const known = `lock_ \\in DOMAIN ${names.locks}`;
  for (const line of [
    `ASSUME \\A i_ \\in ${FIRST_LOCK}..${marks.length} : TLCSet(i_, FALSE)`,
    `ASSUME TLCSet(${WANTED}, {})`,
    `ASSUME TLCSet(${OPEN}, {${labels.map((label) => `"${label}"`).join(", ")}})`,
    `${names.hit}(n_) ==`,
    '  IF TLCGet(n_) THEN TRUE ELSE TLCSet(n_, TRUE) /\\ PrintT(<<"latchwork reached", n_>>)',
    `${names.done}(label_, marks_) ==`,
    "  IF \\A any_ \\in marks_ : \\E i_ \\in any_ : TLCGet(i_)",
    `  THEN TLCSet(${OPEN}, TLCGet(${OPEN}) \\ {label_}) ELSE TRUE`,
    `${names.way}(n_, label_, marks_) ==`,
    `  IF TLCGet(n_) THEN TRUE ELSE ${names.hit}(n_) /\\ ${names.done}(label_, marks_)`,
    `${names.locks} == ${pairs.length === 0 ? "<<>>" : pairs.join(" @@ ")}`,
    `${names.taken}(lock_) == IF ${known} THEN ${names.hit}(${names.locks}[lock_]) ELSE TRUE`,
    `${names.contended}(lock_) == IF ${known} THEN ${names.hit}(${names.locks}[lock_] + 1) ELSE TRUE`,
    `${names.wants}(t_, lock_, shares_) ==`,
    `  IF ~(${known}) THEN TRUE ELSE IF TLCGet(${names.locks}[lock_] + 1) THEN TRUE`,
    `  ELSE IF \\E w_ \\in TLCGet(${WANTED}) : w_[1] = lock_ /\\ w_[2] # t_ /\\ ~(w_[3] /\\ shares_)`,
    `  THEN ${names.hit}(${names.locks}[lock_] + 1)`,
    `  ELSE TLCSet(${WANTED}, TLCGet(${WANTED}) \\union {<<lock_, t_, shares_>>})`,
    "",
  ]) {
    add(out, line);
  }
}

function printProcess(
  builder: Builder,
  { naming }: EmittedModule,
  process: Process,
  operator: string,
  out: Lines,
): void {
  const { model } = builder;
  const context = termContext({ model, naming, process, self: "t_", indexLocals: true });
  add(out, `${operator}(t_) ==`);
  const inner = deeper(out);
  process.steps.forEach((step, index) => {
    const label = must(naming.labels.get(step.label), step.label);
    add(inner, `${index === 0 ? "CASE" : "  []"} pc[t_] = "${label}" -> (`);
    const text = printStepWatch(builder, process, context, step, label);
    for (const line of text) add(deeper(deeper(inner)), line);
    add(inner, "  )");
  });
  add(inner, process.steps.length === 0 ? "TRUE" : "  [] OTHER -> TRUE");
  add(out, "");
}

function printWatch(
  builder: Builder,
  { naming }: EmittedModule,
  operator: string,
  threads: readonly { readonly operator: string; readonly process: Process }[],
  out: Lines,
): void {
  const { model, names, marks } = builder;
  add(out, `${operator} ==`);
  const inner = deeper(out);
  add(inner, `/\\ IF TLCGet(${WANTED}) = {} THEN TRUE ELSE TLCSet(${WANTED}, {})`);
  for (const { operator: watched, process } of threads) {
    const set = process.threads.map(({ name }) => must(naming.threads.get(name), name)).join(", ");
    add(inner, `/\\ \\A t_ \\in {${set}} : IF pc[t_] \\in TLCGet(${OPEN}) THEN ${watched}(t_) ELSE TRUE`);
  }
  const context = termContext({ model, naming, self: "t_", indexLocals: true });
  for (const invariant of model.invariants) {
    invariant.premises.forEach((premise, index) => {
      const n = marks.push({ kind: "premise", invariant: invariant.name, premise: index }) - 1;
      const condition = printTerm(context, premise);
      const holds = invariant.when === "always" ? condition : `${AT_END} /\\ (${condition})`;
      add(inner, `/\\ IF TLCGet(${n}) THEN TRUE ELSE IF ${holds} THEN ${names.hit}(${n}) ELSE TRUE`);
    });
  }
  add(inner, "/\\ TRUE");
}

/** What a way through a step has met so far. */
interface Way {
  readonly met: Met;
  /** Calls that note the locks taken; they are evaluated where the way ends. */
  readonly taken: readonly string[];
  /** The call that notes that the thread stands before the first of them, and can have it. */
  readonly wants: string | undefined;
  /** The way as far as the last unit that is whole, in a merged step: a thread that has to wait behind it went so far. */
  readonly whole: Way | undefined;
}

/** Stands for what a step still has to show while the step is still being printed: sets of marks, one of each. */
const MARKS = "@marks@";

/**
 * A step as a condition that is true and that, by being evaluated, follows every way the step can go: the tree of the
 * step itself, with LET for what is assigned and stored.
 */
function printStepWatch(
  builder: Builder,
  process: Process,
  start: TermContext,
  step: Step,
  label: string,
): string[] {
  const { names, model } = builder;
  const ways = new Map<string, number>();
  // Not every way, of which a merged step may have many: one way for each statement and each answer.
  const shownBy = new Map<string, Set<number>>();
  const showing = (target: string, n: number) =>
    shownBy.set(target, (shownBy.get(target) ?? new Set()).add(n));
  // As long as a lock that the step may take or wait for has an open mark, so has the step.
  const noteLock = (term: Term) => {
    for (const lock of possibleLocks(model, process, term)) {
      const index = builder.locks.indexOf(lock);
      if (index < 0) continue;
      showing(`${lock} taken`, takenMark(index));
      showing(`${lock} contended`, takenMark(index) + 1);
    }
  };
  for (const term of acquiredIn(step.body)) noteLock(term);
  const locks = waitsOrLocks(step.body);

  const done = `${names.done}("${label}", ${MARKS})`;

  const finish = (way: Way, out: Lines) => {
    const { statements, sides } = way.met;
    const key = metKey(way.met);
    let n = ways.get(key);
    if (n === undefined) {
      const mark: Mark = { kind: "way", statements: [...statements.values()], sides: [...sides.values()] };
      n = builder.marks.push(mark) - 1;
      ways.set(key, n);
      for (const target of [...statements.keys(), ...sides.keys()]) showing(target, n);
    }
    // The last mark of a step with locks may have been printed at another step.
    if (!locks) add(out, `${names.way}(${n}, "${label}", ${MARKS})`);
    else {
      const wants = way.wants === undefined ? [] : [way.wants];
      add(out, [`${names.hit}(${n})`, ...new Set(way.taken), ...wants, done].join(" /\\ "));
    }
  };

  const contended = (context: TermContext, terms: readonly Term[], out: Lines) => {
    const calls = new Set(terms.map((lock) => `${names.contended}(${printTerm(context, lock)})`));
    for (const term of terms) noteLock(term);
    add(out, [...calls, done].join(" /\\ "));
  };

  const choose = (condition: string, whenTrue: () => void, whenFalse: () => void, out: Lines) => {
    add(out, `IF ${condition} THEN (`);
    whenTrue();
    add(out, ") ELSE (");
    whenFalse();
    add(out, ")");
  };

  const bind = (context: TermContext, key: string, value: string, out: Lines): TermContext => {
    const { version, inner } = versionOf(context, key);
    add(out, `LET ${version} == ${value} IN`);
    return inner;
  };

  const go = (context: TermContext, block: Block, from: number, before: Way, out: Lines): void => {
    const action = block.actions[from];
    if (action === undefined) return end(context, block, before, out);
    const way = { ...before, met: metBehind(before.met, action) };
    const rest = (next: TermContext, where: Lines, after: Way = way) =>
      go(next, block, from + 1, after, where);
    const buffered = bufferWrite(action);
    if (buffered !== undefined) {
      return rest(bind(context, variableKey(buffered.variable), printWhole(context, buffered), out), out);
    }
    switch (action.kind) {
      case "fence":
      case "drain":
        return rest(context, out);
      case "pass":
        return rest(context, out, action.joint === true ? { ...before, whole: before } : way);
      case "assign":
        return rest(bind(context, action.local, printTerm(context, action.value), out), out);
      case "store": {
        const value = printWhole(context, storeWrite(action));
        return rest(bind(context, variableKey(action.variable), value, out), out);
      }
      case "unlink": {
        let next = context;
        for (const variable of action.variables) {
          next = bind(next, variableKey(variable), printWhole(next, unlinkWrite(action, variable)), out);
        }
        return rest(next, out);
      }
      case "await": {
        const waiting = awaitedLocks(block.actions.slice(from));
        const wait = () => {
          if (way.whole !== undefined) {
            finish(way.whole, deeper(out));
            add(out, "/\\");
          }
          contended(context, waiting, deeper(out));
        };
        return choose(printTerm(context, action.condition), () => rest(context, deeper(out)), wait, out);
      }
      case "check": {
        // Where merging stands on what is false, nothing that was reached counts.
        if (action.check === GUESS) {
          const wrong = () => add(deeper(out), "TRUE");
          const holds = printTerm(context, action.condition);
          return choose(holds, () => rest(context, deeper(out), before), wrong, out);
        }
        if (isDeadEnd(action)) return finish(way, out);
        const fail = () => finish(way, deeper(out));
        return choose(printTerm(context, action.condition), () => rest(context, deeper(out)), fail, out);
      }
      case "choose": {
        const { version, inner } = versionOf(context, action.local);
        add(out, `\\A ${version} \\in ${printElements(context, action.domain)} : (`);
        rest(inner, deeper(out));
        add(out, ")");
        return;
      }
      case "lock": {
        if (action.event === "release") return rest(context, out);
        const lock = printTerm(context, action.lock);
        const shares = action.mode === "shared" ? "TRUE" : "FALSE";
        // Behind the first lock of the way a thread holds something already: who could get there is not known.
        const wants = way.wants ?? `${names.wants}(t_, ${lock}, ${shares})`;
        return rest(context, out, { ...way, taken: [...way.taken, `${names.taken}(${lock})`], wants });
      }
      case "guess":
        return bug("a guess reached the emitter");
    }
    unreachable(action);
  };

  const end = (context: TermContext, block: Block, before: Way, out: Lines): void => {
    const branch = block.end;
    if (branch.kind === "goto") return finish(before, out);
    const side = (taken: boolean, next: Block) => () => {
      const missed = missedLocks(branch, taken);
      if (missed.length > 0) {
        contended(context, missed, deeper(out));
        add(out, "/\\");
      }
      go(context, next, 0, { ...before, met: metOnSide(before.met, branch, taken) }, deeper(out));
    };
    const { whenTrue, whenFalse } = branch;
    choose(printTerm(context, branch.condition), side(true, whenTrue), side(false, whenFalse), out);
  };

  const out = lines();
  go(start, step.body, 0, { met: NOTHING_MET, taken: [], wants: undefined, whole: undefined }, out);
  const sets = [...shownBy.values()].map((any) => `{${[...any].sort((a, b) => a - b).join(", ")}}`);
  const all = `{${[...new Set(sets)].join(", ")}}`;
  return out.text.map((line) => line.replaceAll(MARKS, all));
}

/** Whether the step has to do with locks: it may wait, or take one. */
function waitsOrLocks(body: Block): boolean {
  let found = acquiredIn(body).length > 0;
  visitBlocks(body, ({ actions }) => {
    found ||= actions.some(({ kind }) => kind === "await");
  });
  return found;
}

/**
 * Which objects and threads a term can lead to: one set for each local of each thread and each variable, whatever the
 * order of the steps. Andersen's inclusion constraints (1994), solved by going over all steps until nothing changes.
 * Threads of one process are told apart, because each of them knows its own argument and its own CPU from those of others.
 */
import { must } from "../base/assert.js";
import type { Action, Model, Process, Term, ThreadInstance, Value } from "../ir/model.js";
import { mapTerm, partsOf, visitBlocks } from "../ir/terms.js";

export type Names = ReadonlySet<string>;

/** What the names bound by quantifiers around a term can be. */
export type Bound = ReadonlyMap<string, Names>;

const NOTHING_BOUND: Bound = new Map();

const NOTHING: Names = new Set();

/** A process, or only some of its threads. */
type Threads = Pick<Process, "name" | "threads">;

export interface PointsTo {
  /** Names of the objects and threads that evaluating the term can give, in a step of the process or in a claim. */
  of(process: Threads | undefined, term: Term, bound?: Bound): Names;
  /** Calls `visit` with the term and everything inside it, and what the names bound there can be. */
  visit(process: Threads | undefined, term: Term, visit: (term: Term, bound: Bound) => void): void;
}

export function pointsTo(model: Model): PointsTo {
  const locals = new Map<string, Set<string>>();
  const variables = new Map<string, Set<string>>();
  const setIn = (map: Map<string, Set<string>>, key: string) => {
    const known = map.get(key) ?? new Set<string>();
    map.set(key, known);
    return known;
  };
  const localKey = (thread: ThreadInstance | undefined, name: string) => `${thread?.name}/${name}`;
  for (const { name, initial } of model.variables) {
    for (const value of initial.values()) collect(value, setIn(variables, name));
  }

  const of: PointsTo["of"] = (process, term, bound = NOTHING_BOUND) => {
    const threads: readonly (ThreadInstance | undefined)[] = process?.threads ?? [undefined];
    const [first] = threads;
    if (threads.length === 1) return ofThread(first, term, bound);
    return new Set(threads.flatMap((thread) => [...ofThread(thread, term, bound)]));
  };

  const ofThread = (thread: ThreadInstance | undefined, term: Term, bound: Bound): Names => {
    const go = (child: Term) => ofThread(thread, child, bound);
    switch (term.kind) {
      case "value": {
        const names = new Set<string>();
        collect(term.value, names);
        return names;
      }
      case "current":
        return only(thread?.name);
      case "argument":
        return only(thread?.argument);
      case "cpu":
        return only(model.cpus.get(thread?.name ?? ""));
      case "local":
        return locals.get(localKey(thread, term.name)) ?? NOTHING;
      case "bound":
        return must(bound.get(term.name), `what ${term.name} is bound to`);
      case "read":
        return variables.get(term.variable) ?? NOTHING;
      case "embedded":
        return through(model.embedded.get(`${term.class}.${term.field}`), go(term.object));
      case "elements":
        return through(model.arrays.get(`${term.class}.${term.field}`), go(term.object));
      case "owner":
        return through(model.owners.get(term.class), go(term.object));
      case "conditional":
        return new Set([...go(term.whenTrue), ...go(term.whenFalse)]);
      case "unary":
      case "binary":
      case "quantifier":
      case "has":
      case "size":
      case "index-of":
      case "wrap":
      case "linked":
      case "buffer-empty":
        return NOTHING;
      default:
        return within(term, inside(threadsOf(thread), term, bound));
    }
    function within(whole: Term, inner: Bound): Names {
      const names = new Set<string>();
      mapTerm(whole, (child) => {
        for (const name of ofThread(thread, child, inner)) names.add(name);
        return child;
      });
      return names;
    }
  };

  /** What names are bound to inside the term. */
  function inside(process: Threads | undefined, term: Term, bound: Bound): Bound {
    switch (term.kind) {
      case "quantifier":
      case "subset":
      case "each":
        return new Map(bound).set(term.variable, of(process, term.domain, bound));
      case "reduce": {
        const inner = new Map(bound).set(term.variable, of(process, term.domain, bound));
        // The sum is made of what it starts with and what the body adds, again and again.
        for (let sum = of(process, term.initial, bound), size = -1; size !== sum.size; ) {
          size = sum.size;
          inner.set(term.sum, sum);
          sum = new Set([...sum, ...of(process, term.body, inner)]);
        }
        return inner;
      }
      default:
        return bound;
    }
  }

  const visit: PointsTo["visit"] = (process, term, tell) => {
    const go = (inner: Term, bound: Bound) => {
      tell(inner, bound);
      const within = inside(process, inner, bound);
      mapTerm(inner, (child) => {
        go(child, within);
        return child;
      });
    };
    go(term, NOTHING_BOUND);
  };

  const flow = (thread: ThreadInstance, action: Action): boolean => {
    const into = (target: Set<string>, source: Names) => {
      const before = target.size;
      for (const name of source) target.add(name);
      return target.size > before;
    };
    if (action.kind === "assign")
      return into(
        setIn(locals, localKey(thread, action.local)),
        ofThread(thread, action.value, NOTHING_BOUND),
      );
    if (action.kind === "choose")
      return into(
        setIn(locals, localKey(thread, action.local)),
        ofThread(thread, action.domain, NOTHING_BOUND),
      );
    if (action.kind === "store")
      return into(setIn(variables, action.variable), ofThread(thread, action.value, NOTHING_BOUND));
    return false;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const process of model.processes) {
      for (const { body } of process.steps) {
        visitBlocks(body, ({ actions }) => {
          for (const thread of process.threads) {
            for (const action of actions) changed = flow(thread, action) || changed;
          }
        });
      }
    }
  }
  return { of, visit };
}

function only(name: string | undefined): Names {
  return name === undefined ? NOTHING : new Set([name]);
}

/** The thread alone, as a process. */
function threadsOf(thread: ThreadInstance | undefined): Threads | undefined {
  return thread && { name: thread.name, threads: [thread] };
}

function collect(value: Value, names: Set<string>): void {
  if (value !== null && typeof value === "object" && "ref" in value) names.add(value.ref);
  for (const part of partsOf(value)) collect(part, names);
}

function through(table: ReadonlyMap<string, string | readonly string[]> | undefined, owners: Names): Names {
  return new Set([...owners].flatMap((owner) => table?.get(owner) ?? []));
}

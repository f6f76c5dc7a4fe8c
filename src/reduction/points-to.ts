/**
 * Which objects and threads a term can lead to: one set for each local of a process and each variable, whatever the
 * order of the steps. Andersen's inclusion constraints (1994), solved by going over all steps until nothing changes.
 */
import { must } from "../base/assert.js";
import type { Action, Model, Process, Term, Value } from "../ir/model.js";
import { mapTerm, partsOf, visitBlocks } from "../ir/terms.js";

export type Names = ReadonlySet<string>;

/** What the names bound by quantifiers around a term can be. */
export type Bound = ReadonlyMap<string, Names>;

const NOTHING_BOUND: Bound = new Map();

const NOTHING: Names = new Set();

export interface PointsTo {
  /** Names of the objects and threads that evaluating the term can give, in a step of the process or in a claim. */
  of(process: Process | undefined, term: Term, bound?: Bound): Names;
  /** Calls `visit` with the term and everything inside it, and what the names bound there can be. */
  visit(process: Process | undefined, term: Term, visit: (term: Term, bound: Bound) => void): void;
}

export function pointsTo(model: Model): PointsTo {
  const locals = new Map<string, Set<string>>();
  const variables = new Map<string, Set<string>>();
  const setIn = (map: Map<string, Set<string>>, key: string) => {
    const known = map.get(key) ?? new Set<string>();
    map.set(key, known);
    return known;
  };
  const localKey = (process: Process | undefined, name: string) => `${process?.name}/${name}`;
  for (const { name, initial } of model.variables) {
    for (const value of initial.values()) collect(value, setIn(variables, name));
  }

  const of = (process: Process | undefined, term: Term, bound: Bound = NOTHING_BOUND): Names => {
    const go = (child: Term) => of(process, child, bound);
    switch (term.kind) {
      case "value": {
        const names = new Set<string>();
        collect(term.value, names);
        return names;
      }
      case "current":
        return new Set(process?.threads.map(({ name }) => name));
      case "argument":
        return new Set(process?.threads.flatMap(({ argument }) => argument ?? []));
      case "cpu":
        return new Set(process?.threads.flatMap(({ name }) => model.cpus.get(name) ?? []));
      case "local":
        return locals.get(localKey(process, term.name)) ?? new Set();
      case "bound":
        return must(bound.get(term.name), `what ${term.name} is bound to`);
      case "read":
        return variables.get(term.variable) ?? new Set();
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
        return within(term, inside(process, term, bound));
    }
    function within(whole: Term, inner: Bound): Names {
      const names = new Set<string>();
      mapTerm(whole, (child) => {
        for (const name of of(process, child, inner)) names.add(name);
        return child;
      });
      return names;
    }
  };

  /** What names are bound to inside the term. */
  function inside(process: Process | undefined, term: Term, bound: Bound): Bound {
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

  const flow = (process: Process, action: Action): boolean => {
    const into = (target: Set<string>, source: Names) => {
      const before = target.size;
      for (const name of source) target.add(name);
      return target.size > before;
    };
    if (action.kind === "assign")
      return into(setIn(locals, localKey(process, action.local)), of(process, action.value));
    if (action.kind === "choose")
      return into(setIn(locals, localKey(process, action.local)), of(process, action.domain));
    if (action.kind === "store") return into(setIn(variables, action.variable), of(process, action.value));
    return false;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const process of model.processes) {
      for (const { body } of process.steps) {
        visitBlocks(body, ({ actions }) => {
          for (const action of actions) changed = flow(process, action) || changed;
        });
      }
    }
  }
  return { of, visit };
}

function collect(value: Value, names: Set<string>): void {
  if (value !== null && typeof value === "object" && "ref" in value) names.add(value.ref);
  for (const part of partsOf(value)) collect(part, names);
}

function through(table: ReadonlyMap<string, string | readonly string[]> | undefined, owners: Names): Names {
  return new Set([...owners].flatMap((owner) => table?.get(owner) ?? []));
}

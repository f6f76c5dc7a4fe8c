/** What the cases of a run reached, compared with what their models have. */
import type { Span } from "../base/span.js";
import { bySpan, type Side, sideKey, spanKey, type Targets, targetsOf } from "../ir/coverage.js";
import type { Model, Symmetry } from "../ir/model.js";
import { premiseKey, type Reached } from "../ir/reached.js";
import type { Coverage, ExploredRecord, SpecCoverage } from "../report/reporter.js";

/** One case of a spec. */
export interface Explored {
  readonly spec: string;
  readonly targets: Targets;
  readonly reached: Reached;
  /** Whether every state was explored: only then does it mean something that a target was not reached. */
  readonly complete: boolean;
  /** Whether the case says itself that it leaves things unexplored: it then has no findings of its own. */
  readonly excused: boolean;
}

/**
 * What a run up to symmetry stands for: where one lock was taken, so is each that can take its place. Exact where memory
 * begins the same under every change of places; where not, a lock may count that no run comes to.
 */
export function closed(reached: Reached, symmetry: Symmetry | undefined): Reached {
  const group = symmetry?.group ?? [];
  const images = (names: ReadonlySet<string>) =>
    new Set([...names].flatMap((name) => [name, ...group.map((change) => change.get(name) ?? name)]));
  return { ...reached, taken: images(reached.taken), contended: images(reached.contended) };
}

/** What is to be compared at the end of a case. */
export function explored(
  spec: string,
  model: Model,
  reached: Reached,
  { complete, excused }: { readonly complete: boolean; readonly excused: boolean },
): Explored {
  return { spec, targets: targetsOf(model), reached, complete, excused };
}

/** The same as plain data, for a file. */
export function recordOf({ reached, ...rest }: Explored): ExploredRecord {
  const { statements, sides, taken, contended, premises } = reached;
  return {
    ...rest,
    reached: {
      statements: [...statements],
      sides: [...sides],
      taken: [...taken],
      contended: [...contended],
      premises: [...premises],
    },
  };
}

/** The inverse of {@link recordOf}. */
export function exploredIn({ reached, ...rest }: ExploredRecord): Explored {
  const { statements, sides, taken, contended, premises } = reached;
  return {
    ...rest,
    reached: {
      statements: new Set(statements),
      sides: new Set(sides),
      taken: new Set(taken),
      contended: new Set(contended),
      premises: new Set(premises),
    },
  };
}

/** What the case left unexplored, whatever others explored. */
export function coverageOf(one: Explored): Coverage {
  return uncovered([one], [one]);
}

/** For each spec what its cases together left unexplored, in the order of the cases. */
export function coverageBySpec(cases: readonly Explored[]): SpecCoverage[] {
  const specs = [...new Set(cases.filter(({ complete }) => complete).map(({ spec }) => spec))];
  return specs.map((spec) => {
    const all = cases.filter((each) => each.spec === spec);
    const asking = all.filter(({ complete, excused }) => complete && !excused);
    return { spec, ...uncovered(asking, all) };
  });
}

/** Targets of the cases `asking` that none of `all` reached. */
function uncovered(asking: readonly Explored[], all: readonly Explored[]): Coverage {
  const anyHas = (kind: "statements" | "sides" | "taken" | "contended", key: string) =>
    all.some(({ reached }) => reached[kind].has(key));
  const statements = byKey(
    asking.flatMap(({ targets }) => targets.statements),
    spanKey,
  );
  const sides = byKey(
    asking.flatMap(({ targets }) => targets.sides),
    sideKey,
  );
  const other = ({ span, side }: Side): Side => ({ span, side: side === "true" ? "false" : "true" });
  const locks = new Set(asking.flatMap(({ targets }) => targets.locks));
  const taken = new Set(asking.flatMap(({ reached }) => [...reached.taken]));
  return {
    unreached: statements.filter((span) => !anyHas("statements", spanKey(span))).sort(bySpan),
    // Of a condition that was never evaluated the statement says so already.
    branches: sides
      .filter((side) => !anyHas("sides", sideKey(side)) && anyHas("sides", sideKey(other(side))))
      .sort((a, b) => bySpan(a.span, b.span)),
    untaken: [...locks].filter((lock) => !anyHas("taken", lock)).sort(),
    uncontended: [...taken].filter((lock) => !anyHas("contended", lock)).sort(),
    vacuous: vacuous(asking, all),
  };
}

function byKey<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** An invariant is put to the test by a case in which each of its premises holds somewhere. */
function vacuous(
  asking: readonly Explored[],
  all: readonly Explored[],
): { readonly invariant: string; readonly span: Span }[] {
  const stated = asking.flatMap(({ targets }) => targets.invariants);
  const named = byKey(stated, ({ invariant }) => invariant);
  const tested = (name: string) =>
    all.some(({ targets, reached }) => {
      const premises = targets.invariants.filter(({ invariant }) => invariant === name);
      return (
        premises.length > 0 &&
        premises.every(({ premise }) => reached.premises.has(premiseKey(name, premise)))
      );
    });
  return named
    .filter(({ invariant }) => !tested(invariant))
    .map(({ invariant, span }) => ({ invariant, span }))
    .sort((a, b) => bySpan(a.span, b.span));
}

/**
 * Returns every variable of a thread to its default as soon as nobody reads it again. States that differ only in
 * such a variable are one state then; which steps exist and what they do is unchanged.
 */
import { must } from "../base/assert.js";
import { type Block, DONE, type Step } from "../ir/model.js";
import { assignedLocal, localsOf, termsOf } from "../ir/terms.js";

type Live = ReadonlyMap<string, ReadonlySet<string>>;

/** The same steps with `live` and `resets` filled in. */
export function resetDeadLocals(steps: readonly Step[]): Step[] {
  const live = liveness(steps);
  return steps.map((step) => {
    const entry = must(live.get(step.label), "the live variables of a step");
    return { ...step, live: [...entry].sort(), body: addResets(step.body, entry, live) };
  });
}

/** Which variables may still be read, by label: the least fixed point of the usual backward equations. */
function liveness(steps: readonly Step[]): Live {
  const live = new Map<string, Set<string>>([[DONE, new Set()]]);
  for (const step of steps) live.set(step.label, new Set());
  for (let changed = true; changed; ) {
    changed = false;
    for (const step of steps.toReversed()) {
      const before = must(live.get(step.label), "the live variables of a step").size;
      const after = liveInto(step.body, live);
      if (after.size > before) changed = true;
      live.set(step.label, after);
    }
  }
  return live;
}

function liveInto(block: Block, live: Live): Set<string> {
  const { end } = block;
  const names = new Set<string>();
  if (end.kind === "goto") {
    for (const name of must(live.get(end.label), `the live variables at ${end.label}`)) names.add(name);
  } else {
    for (const part of [
      localsOf(end.condition),
      liveInto(end.whenTrue, live),
      liveInto(end.whenFalse, live),
    ]) {
      for (const name of part) names.add(name);
    }
  }
  for (const action of block.actions.toReversed()) {
    const assigned = assignedLocal(action);
    if (assigned !== undefined) names.delete(assigned);
    for (const term of termsOf(action)) for (const name of localsOf(term)) names.add(name);
  }
  return names;
}

function addResets(block: Block, held: ReadonlySet<string>, live: Live): Block {
  const after = new Set(held);
  for (const action of block.actions) {
    const assigned = assignedLocal(action);
    if (assigned !== undefined) after.add(assigned);
  }
  const { end } = block;
  if (end.kind === "branch") {
    return {
      ...block,
      end: {
        ...end,
        whenTrue: addResets(end.whenTrue, after, live),
        whenFalse: addResets(end.whenFalse, after, live),
      },
    };
  }
  const needed = must(live.get(end.label), `the live variables at ${end.label}`);
  const resets = [...after].filter((name) => !needed.has(name)).sort();
  return { ...block, end: { ...end, resets } };
}

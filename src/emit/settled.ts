/**
 * A step without what is settled by the time it is asked. Merging puts several accesses into one step, and each brings its
 * own checks: that the lock is held, that the object was not freed, that a number has no more than 16 bits. Nobody else moves
 * in between, so what was true and has not been written since is still true. What comes out does the same in every state
 * and is shorter: in the translation each check is a way of its own, with a list of all that it leaves alone.
 */
import type { Action, Block, Step } from "../ir/model.js";
import { assignedLocal, localsOf, termsOf } from "../ir/terms.js";
import { answerOf, behind, type Fact, learn, simplified } from "./facts.js";

/** The step without checks and branches that go one way only, and without branches that do the same on both ways. */
export function withoutSettled(step: Step): Step {
  return { ...step, body: shorter(step.body, []) };
}

function shorter(block: Block, before: readonly Fact[]): Block {
  const actions: Action[] = [];
  let facts = before;
  for (const action of block.actions) {
    if (action.kind === "check") {
      const condition = simplified(facts, action.condition);
      if (answerOf(condition) !== true) actions.push({ ...action, condition });
    } else {
      actions.push(action);
    }
    facts = behind(facts, action);
  }
  const { end } = block;
  if (end.kind === "goto") return { actions, end };
  const condition = simplified(facts, end.condition);
  const whenTrue = shorter(end.whenTrue, learn(facts, end.condition, true));
  const whenFalse = shorter(end.whenFalse, learn(facts, end.condition, false));
  const answer = answerOf(condition) ?? (effect(whenTrue) === effect(whenFalse) ? true : undefined);
  if (answer === undefined) return { actions, end: { ...end, condition, whenTrue, whenFalse } };
  const taken = answer ? whenTrue : whenFalse;
  return { actions: [...actions, ...taken.actions], end: taken.end };
}

/** Everything that the block does to the state: equal texts, equal effects. */
function effect(block: Block): string {
  const aside = new Set(["origin", "span", "test", "message", "subject"]);
  return JSON.stringify(block, (key, value: unknown) => {
    if (aside.has(key)) return undefined;
    if (key === "actions" && Array.isArray(value)) {
      return value.filter(({ kind }) => kind !== "pass" && kind !== "lock");
    }
    return value instanceof Map ? [...value] : value; // the parts of a record
  });
}

/**
 * The step with its checks side by side where they can be: each waits for the next one while nothing but locals is assigned,
 * and none that it reads. Only for TLA+, where a definition is evaluated when somebody asks for it: what has no value
 * where the first check fails is still not asked for.
 */
export function withChecksTogether(step: Step): Step {
  return { ...step, body: together(step.body) };
}

function together({ actions, end }: Block): Block {
  const moved: Action[] = [];
  for (const action of actions) {
    if (action.kind === "check") moved.push(...takeBack(moved));
    moved.push(action);
  }
  if (end.kind === "goto") return { actions: moved, end };
  return {
    actions: moved,
    end: { ...end, whenTrue: together(end.whenTrue), whenFalse: together(end.whenFalse) },
  };
}

/** Takes off the last checks that stand side by side, if they can wait. */
function takeBack(actions: Action[]): Action[] {
  const end = actions.findLastIndex(({ kind }) => kind === "check") + 1;
  const between = actions.slice(end);
  if (!between.every(({ kind }) => kind === "assign" || kind === "lock" || kind === "pass")) return [];
  const start = actions.findLastIndex(({ kind }, index) => index < end && kind !== "check") + 1;
  const read = new Set(
    actions
      .slice(start, end)
      .flatMap(termsOf)
      .flatMap((term) => [...localsOf(term)]),
  );
  if (between.map(assignedLocal).some((local) => local !== undefined && read.has(local))) return [];
  return actions.splice(start, end - start);
}

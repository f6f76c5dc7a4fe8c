/**
 * Makes spinning visible, for models with liveness properties. In TLA+ a step that changes nothing is no step: where
 * `while (maybe()) {}` is one step, fairness would force the thread to choose the way out, and a claim that it gets
 * out would wrongly hold. Through a step of its own on the way back, going round is a move like any other.
 *
 * A thread that chooses nothing needs this only under strong fairness: there, spinning on a flag that comes and goes
 * would be forced to meet it, while a thread that really runs may read it at the wrong moment each time. Under weak
 * fairness going round without any change and standing still are the same.
 */
import type { Block, Origin, Step } from "../ir/model.js";
import type { Fairness } from "../ir/program.js";
import { visitBlocks } from "../ir/terms.js";

/** The same steps, and behind each that may lead straight back to itself one that does nothing but lead back. */
export function showSpinning(
  steps: readonly Step[],
  fairness: Fairness,
  nameStep: (origin: Origin) => string,
): Step[] {
  if (fairness === "none") return [...steps];
  return steps.flatMap((step) => {
    if (!returns(step) || (fairness === "weak" && !chooses(step))) return [step];
    const label = nameStep(step.origin);
    const back: Block = { actions: [], end: { kind: "goto", label: step.label, resets: [] } };
    return [
      { ...step, body: redirect(step.body, step.label, label) },
      { label, body: back, live: step.live, origin: step.origin },
    ];
  });
}

function returns(step: Step): boolean {
  let found = false;
  visitBlocks(step.body, ({ end }) => {
    found ||= end.kind === "goto" && end.label === step.label;
  });
  return found;
}

function chooses(step: Step): boolean {
  let found = false;
  visitBlocks(step.body, ({ actions }) => {
    found ||= actions.some(({ kind }) => kind === "choose");
  });
  return found;
}

/** The block with every exit to one label leading to another. */
function redirect(block: Block, from: string, to: string): Block {
  const { end } = block;
  if (end.kind === "goto") return end.label === from ? { ...block, end: { ...end, label: to } } : block;
  const [whenTrue, whenFalse] = [redirect(end.whenTrue, from, to), redirect(end.whenFalse, from, to)];
  return { ...block, end: { ...end, whenTrue, whenFalse } };
}

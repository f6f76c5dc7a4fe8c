/** The marks that a watched run of TLC prints, as what was reached. */
import { type Mark, readMark, type Watch } from "../emit/coverage.js";
import { sideKey, spanKey } from "../ir/coverage.js";
import { premiseKey, type Reached } from "../ir/reached.js";

/** Takes a line of TLC's output; true where it is a mark, which is then noted in `reached`. */
export function noteLine({ marks }: Watch, reached: Reached, line: string): boolean {
  const number = readMark(line);
  if (number === undefined) return false;
  const mark = marks[number];
  if (mark !== undefined) noteMark(mark, reached);
  return true;
}

function noteMark(mark: Mark, reached: Reached): void {
  switch (mark.kind) {
    case "way":
      for (const span of mark.statements) reached.statements.add(spanKey(span));
      for (const side of mark.sides) reached.sides.add(sideKey(side));
      break;
    case "premise":
      reached.premises.add(premiseKey(mark.invariant, mark.premise));
      break;
    default:
      reached[mark.kind].add(mark.lock);
  }
}

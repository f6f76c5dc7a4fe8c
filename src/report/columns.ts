/**
 * Column widths for the diagram: as wide as the text needs while there is room, then narrower evenly, because
 * a narrow diagram can be pasted into a commit message and a needlessly wide one cannot.
 */

/** Columns left free between two lanes. */
export const gap = 3;

/** Below this a statement is broken so often that a list reads better. */
export const leastWidth = 22;

/**
 * Divides `available` columns. `natural` is what each lane would like; short lanes keep that and the long ones
 * share the rest. Returns undefined where a lane that wants more would get less than {@link leastWidth}.
 */
export function fitColumns(natural: readonly number[], available: number): readonly number[] | undefined {
  let room = available - gap * (natural.length - 1);
  let open = natural.length;
  const fitted = [...natural];
  for (const index of natural.map((_, each) => each).sort((a, b) => natural[a]! - natural[b]!)) {
    const share = Math.floor(room / open);
    fitted[index] = Math.min(natural[index]!, share);
    if (fitted[index] < natural[index]! && fitted[index] < leastWidth) return undefined;
    room -= fitted[index];
    open -= 1;
  }
  return fitted;
}

/** Where each lane starts, counted from the left edge of the first. */
export function laneStarts(widths: readonly number[]): readonly number[] {
  let next = 0;
  return widths.map((width) => {
    const start = next;
    next += width + gap;
    return start;
  });
}

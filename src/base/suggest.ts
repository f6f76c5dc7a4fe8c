/** "Did you mean": the known name nearest to a mistyped one. */

/**
 * Optimal string alignment distance (Damerau-Levenshtein without repeated edits of one place): insertions,
 * deletions, substitutions and swaps of neighbours, each of cost 1.
 */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      }
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The nearest of `known`, or undefined when none is near: at most one edit for every three letters. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: { name: string; cost: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const cost = distance(name.toLowerCase(), candidate.toLowerCase());
    if (cost <= limit && (best === undefined || cost < best.cost)) best = { name: candidate, cost };
  }
  return best?.name;
}

/** The sentence that suggests the nearest of `known`, or `otherwise` where none is near. */
export function didYouMean(name: string, known: Iterable<string>, otherwise: string): string {
  const suggestion = nearest(name, known);
  return suggestion === undefined ? otherwise : `Did you mean ${suggestion}?`;
}

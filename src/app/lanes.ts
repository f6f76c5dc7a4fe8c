/** Work in a few lanes at once, results in the order of the items. */
import { availableParallelism } from "node:os";

/** A JVM at work keeps a core busy; more of them at once than cores only make each other slow. */
export const LANES = Math.max(1, Math.min(2, availableParallelism()));

/** Calls `work` for each item, `lanes` at a time; the first failure ends the lanes and is thrown. */
export async function inLanes<T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** Work in a few lanes at once, results in the order of the items. */

/**
 * Calls `work` for each item, `lanes` at a time. After a failure nothing more is begun, and it is thrown once what was
 * under way has ended.
 */
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
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}

/** The same, begun with the smallest by `sizeOf`; of equal ones with the first. */
export async function smallestFirst<T, R>(
  items: readonly T[],
  lanes: number,
  sizeOf: (item: T) => number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const sizes = items.map(sizeOf);
  const order = [...items.keys()].sort((a, b) => sizes[a]! - sizes[b]! || a - b);
  const results: R[] = new Array(items.length);
  await inLanes(order, lanes, async (index) => {
    results[index] = await work(items[index]!);
  });
  return results;
}

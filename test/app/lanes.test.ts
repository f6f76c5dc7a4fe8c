import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inLanes, smallestFirst } from "../../src/app/lanes.js";

test("results come in the order of the items, and never more at once than there are lanes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (waits, lanes) => {
        let running = 0;
        let most = 0;
        const results = await inLanes(waits, lanes, async (wait, index) => {
          most = Math.max(most, ++running);
          await delay(wait);
          running--;
          return index;
        });
        expect(results).toEqual(waits.map((_, index) => index));
        expect(most).toBeLessThanOrEqual(lanes);
      },
    ),
    { numRuns: 30 },
  );
});

test("the first failure is thrown, and nothing new is begun", async () => {
  const begun: number[] = [];
  const work = inLanes([0, 1, 2, 3], 1, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("no");
  });
  await expect(work).rejects.toThrow("no");
  expect(begun).toEqual([0, 1]);
});

test("the smallest are begun first, and results come in the order of the items", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 12 }), async (sizes) => {
      const begun: number[] = [];
      const results = await smallestFirst(
        sizes,
        1,
        (size) => size,
        async (size) => {
          begun.push(size);
          return size + 1;
        },
      );
      expect(begun).toEqual(sizes.toSorted((a, b) => a - b));
      expect(results).toEqual(sizes.map((size) => size + 1));
    }),
  );
});

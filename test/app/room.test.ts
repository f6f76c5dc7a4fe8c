import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, roomOn, thisMachine } from "../../src/app/room.js";

const GIGABYTE = 2 ** 30;
const tlc = { tlcWorkers: 1, asksTlc: true, asksExplorer: false };

test.each([
  ["two cores, plenty of memory: Java chooses", { cores: 2, memory: 24 * GIGABYTE }, tlc, { lanes: 2 }],
  [
    "many cores: each has its share",
    { cores: 16, memory: 64 * GIGABYTE },
    tlc,
    { lanes: 16, maxHeap: "3072m" },
  ],
  ["little memory: fewer at a time", { cores: 16, memory: 2 * GIGABYTE }, tlc, { lanes: 3 }],
  ["a container too small for one", { cores: 4, memory: GIGABYTE / 2 }, tlc, { lanes: 1 }],
  [
    "large heaps: as many as fit",
    { cores: 16, memory: 64 * GIGABYTE },
    { ...tlc, maxHeap: "20g" },
    { lanes: 2, maxHeap: "20g" },
  ],
  [
    "one heap too large is taken as it is",
    { cores: 4, memory: GIGABYTE },
    { ...tlc, maxHeap: "8g" },
    { lanes: 1, maxHeap: "8g" },
  ],
  [
    "threads of TLC are workers",
    { cores: 8, memory: 64 * GIGABYTE },
    { ...tlc, tlcWorkers: 4 },
    { lanes: 2 },
  ],
  [
    "what was asked for, where it fits",
    { cores: 2, memory: 64 * GIGABYTE },
    { ...tlc, maxWorkers: 3 },
    { lanes: 3 },
  ],
])("%s", (_, machine, request, room) => {
  const { explorerBytes, ...found } = roomOn(machine, request);
  expect(found).toEqual(room);
  expect(explorerBytes).toBe(Math.min(4 * GIGABYTE, Math.floor((machine.memory * 0.4) / room.lanes)));
});

test("all heaps together leave room for the rest", () => {
  fc.assert(
    fc.property(
      fc.record({ cores: fc.integer({ min: 1, max: 256 }), memory: fc.integer({ min: 512, max: 2 ** 20 }) }),
      fc.record(
        {
          maxWorkers: fc.integer({ min: 1, max: 300 }),
          tlcWorkers: fc.integer({ min: 1, max: 64 }),
          maxHeap: fc.integer({ min: 1, max: 2 ** 16 }).map((megabytes) => `${megabytes}m`),
          asksTlc: fc.constant(true),
          asksExplorer: fc.boolean(),
        },
        { requiredKeys: ["tlcWorkers", "asksTlc", "asksExplorer"] },
      ),
      ({ cores, memory }, request) => {
        const bytes = memory * 2 ** 20;
        const { lanes, maxHeap, explorerBytes } = roomOn({ cores, memory: bytes }, request);
        expect(lanes).toBeGreaterThanOrEqual(1);
        expect(lanes).toBeLessThanOrEqual(request.maxWorkers ?? cores);
        expect(lanes * explorerBytes).toBeLessThanOrEqual(bytes * 0.4);
        const heap = maxHeap === undefined ? bytes / 4 : bytesOf(maxHeap);
        if (lanes > 1) expect(lanes * heap).toBeLessThanOrEqual(bytes * (request.asksExplorer ? 0.5 : 0.75));
      },
    ),
  );
});

test.each([
  ["512m", 2 ** 29],
  ["4G", 2 ** 32],
  ["2k", 2048],
  ["4096", 4096],
])("%s", (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test("this machine has a core and some memory", () => {
  const { cores, memory } = thisMachine();
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(memory).toBeGreaterThan(2 ** 27);
});

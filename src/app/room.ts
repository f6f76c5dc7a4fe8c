/** How many cases fit on the machine at a time, and how much memory each TLC may then use. */
import { availableParallelism, totalmem } from "node:os";

export interface Machine {
  readonly cores: number;
  /** In bytes; of the container, where there is one. */
  readonly memory: number;
}

export interface RoomRequest {
  /** From --max-workers. */
  readonly maxWorkers?: number;
  readonly tlcWorkers: number;
  /** From --max-heap, in Java's notation. */
  readonly maxHeap?: string;
  /** False where the explorer alone is asked: it is one thread, whatever else waits for it. */
  readonly asksTlc: boolean;
  readonly asksExplorer: boolean;
}

export interface Room {
  /** Cases at a time. */
  readonly lanes: number;
  /** What each exploration may use, in bytes. */
  readonly explorerBytes: number;
  /** In Java's notation; absent where Java's own choice, a quarter of the memory for each, leaves enough. */
  readonly maxHeap?: string;
}

const MEGABYTE = 2 ** 20;
/** What a TLC can do a small case in; fewer at a time are better than less for each. */
const LEAST_HEAP = 512 * MEGABYTE;
/** The rest is for the operating system, for what a JVM needs beside its heap, and for this process. */
const FOR_HEAPS = 0.75;
/** The same where the explorer is at work in this process as well. */
const FOR_HEAPS_BESIDE_EXPLORER = 0.5;
/** What all explorations at a time may use; merging needs memory beside it. */
const FOR_EXPLORERS = 0.4;
/** States of a case that need more are better kept on a disk, by TLC. */
const MOST_FOR_EXPLORER = 4 * 2 ** 30;
/** Java's own choice. */
const OF_ITSELF = 0.25;

export function thisMachine(): Machine {
  const limit = process.constrainedMemory();
  const memory = totalmem();
  // Without a limit it is 0, or a number larger than any machine.
  return { cores: availableParallelism(), memory: limit > 0 ? Math.min(limit, memory) : memory };
}

/** The heaps of all lanes together fit into the memory, unless one alone was asked for that does not. */
export function roomOn({ cores, memory }: Machine, request: RoomRequest): Room {
  const wanted = request.maxWorkers ?? Math.max(1, Math.floor(cores / request.tlcWorkers));
  const explorerBytes = (lanes: number) =>
    Math.min(MOST_FOR_EXPLORER, Math.floor((memory * FOR_EXPLORERS) / lanes));
  if (!request.asksTlc) return { lanes: wanted, explorerBytes: explorerBytes(wanted) };
  const heaps = memory * (request.asksExplorer ? FOR_HEAPS_BESIDE_EXPLORER : FOR_HEAPS);
  const given = request.maxHeap === undefined ? undefined : bytesOf(request.maxHeap);
  const lanes = Math.max(1, Math.min(wanted, Math.floor(heaps / (given ?? LEAST_HEAP))));
  const room = { lanes, explorerBytes: explorerBytes(lanes) };
  if (request.maxHeap !== undefined) return { ...room, maxHeap: request.maxHeap };
  if (lanes * OF_ITSELF * memory <= heaps) return room;
  return { ...room, maxHeap: `${Math.floor(heaps / lanes / MEGABYTE)}m` };
}

/** `512m`, `4g`, `100000k`, or a number of bytes. */
export function bytesOf(size: string): number {
  const units: Readonly<Record<string, number>> = { k: 2 ** 10, m: MEGABYTE, g: 2 ** 30 };
  const unit = units[size.slice(-1).toLowerCase()];
  return unit === undefined ? Number(size) : Number(size.slice(0, -1)) * unit;
}

/** What the sentences about one counterexample are made from. */
import type { Model } from "../ir/model.js";
import { Accesses } from "./gaps.js";
import { freedObjects, type Holder, holders } from "./holders.js";
import type { InterleavingThread } from "./interleaving.js";
import type { Row } from "./rows.js";
import { type Wording, wordingFor } from "./wording.js";

export interface Story {
  readonly model: Model;
  /** What is told, in order; sentences count from 1. */
  readonly rows: readonly Row[];
  readonly threads: readonly InterleavingThread[];
  readonly words: Wording;
  readonly accesses: Accesses;
  /** Who holds which lock in the end. */
  readonly held: ReadonlyMap<string, readonly Holder[]>;
  /** Who has freed which object. */
  readonly freed: ReadonlyMap<string, Holder>;
}

/** The story of these rows, whose threads have these columns. */
export function storyOf(model: Model, rows: readonly Row[], threads: readonly InterleavingThread[]): Story {
  const spans = rows.map(({ origin }) => origin.span);
  return {
    model,
    rows,
    threads,
    words: wordingFor(threads, spans),
    accesses: new Accesses(model, rows),
    held: holders(rows),
    freed: freedObjects(model, rows),
  };
}

/** `step 3 (line 14)`. */
export function stepWords({ rows, words }: Pick<Story, "rows" | "words">, n: number): string {
  const row = rows[n - 1];
  return row === undefined ? `step ${n}` : `step ${n} (${words.place(row.origin.span)})`;
}

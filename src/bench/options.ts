/** How much `npm run bench` does. */
export interface BenchOptions {
  /** Only cases whose spec and name contain this. */
  readonly only: string | undefined;
  /** The larger cases, once, without growth and without TLC on unmerged models. */
  readonly quick: boolean;
}

/** In seconds. */
export const TLC_LIMIT = 120;
export const GROWTH_TLC_LIMIT = 30;

/** What a search may take. */
export const LIMITS = { states: 5_000_000, seconds: 60 };
export const GROWTH_LIMITS = { states: 1_500_000, seconds: 12 };

/** Fewer unmerged states than this say little about merging. */
export const WORTH_MERGING = 1000;
/** Fewer states than this say little about speed. */
export const WORTH_TIMING = 200_000;

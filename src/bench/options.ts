/** How much `npm run bench` does: as much as fits into three quarters of an hour on a machine that does nothing else. */
export interface BenchOptions {
  /** Only cases whose spec and name contain this, or one of the parts. */
  readonly only: string | undefined;
  /** The larger cases, once, without growth and without TLC on unmerged models. */
  readonly quick: boolean;
}

/** In seconds. */
export const TLC_LIMIT = 60;
export const GROWTH_TLC_LIMIT = 30;

/** What a search may take. */
export const LIMITS = { states: 2_000_000, seconds: 10 };
export const GROWTH_LIMITS = { states: 1_500_000, seconds: 12 };

/** Fewer unmerged states than this say little about merging. */
export const WORTH_MERGING = 1000;
/** Fewer states than this say little about speed. */
export const WORTH_TIMING = 200_000;
/** TLC is given unmerged models up to this many states: a minute of its time tells no more than ten seconds. */
export const MOST_FOR_TLC = 300_000;

/** For one of the plain tools beside the suite, in seconds. */
export const SUITE_TOOL_LIMIT = 120;

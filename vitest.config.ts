import { defineConfig } from "vitest/config";
import LongestFirst from "./test/support/longest-first.js";

/** Random programs for as long as one likes; two JVMs at a time. */
const FUZZ = {
  extends: true as const,
  test: { name: "fuzz", include: ["test/fuzz/*.fuzz.ts"], maxConcurrency: 2 },
};

export default defineConfig({
  resolve: { alias: { latchwork: new URL("./src/index.ts", import.meta.url).pathname } },
  test: {
    // TLC and the translator are whole JVMs: two files at a time keep a two-core machine honest.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/support/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/browser/**"],
          // Loading Latchwork takes a worker longer than most files: it is loaded once. What a test changes it puts back.
          isolate: false,
        },
      },
      {
        // The built command with real Java and TLC.
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "./test/support/build.ts",
          testTimeout: 120_000,
        },
      },
      {
        // The HTML report in a real Chromium.
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: "./test/support/build.ts",
        },
      },
      // Only where scripts/fuzz.mjs asks for it.
      ...(process.env.LATCHWORK_FUZZ === undefined ? [] : [FUZZ]),
    ],
  },
});

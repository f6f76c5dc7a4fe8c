import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { latchwork: new URL("./src/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    // TLC and the translator are whole JVMs: two files at a time keep a two-core machine honest.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

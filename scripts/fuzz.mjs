/**
 * Random programs for as long as one likes: `npm run fuzz -- --count 2000 --tlc 50 --seed 7 --only locks`. Exit code 1
 * where one of them shows a defect; the smallest such program is printed, to be pasted into a spec.
 * With --net, whether the programs would notice wrong rules for merging steps.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    tlc: { type: "string", default: "0" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    only: { type: "string" },
    net: { type: "boolean", default: false },
  },
});
const options = {
  count: Number(values.count),
  tlc: Number(values.tlc),
  seed: Number(values.seed),
  only: values.only,
};
const again = [
  "npm run fuzz --",
  `--count ${options.count} --tlc ${options.tlc} --seed ${options.seed}`,
  ...(options.only === undefined ? [] : [`--only ${options.only}`]),
  ...(values.net ? ["--net"] : []),
].join(" ");
console.log(again);
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const file = values.net ? "test/fuzz/net.fuzz.ts" : "test/fuzz/long.fuzz.ts";
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", file, "--project", "fuzz", "--disable-console-intercept"],
  { cwd: root, stdio: "inherit", env: { ...process.env, LATCHWORK_FUZZ: JSON.stringify(options) } },
);
if (status !== 0) console.log(`failed; once more with: ${again}`);
process.exitCode = status ?? 1;

/** A watch that is edited under: by the explorer alone, without Java. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { Project, type Started } from "../support/command.js";
import { asExpected } from "./specs.js";

let project: Project;
let running: Started | undefined;
afterEach(async () => {
  running?.process.kill("SIGKILL");
  await running?.ended;
  project?.remove();
});

/** What is printed from now on, until it has these words. */
function printed(started: Started, words: RegExp): Promise<string> {
  return new Promise((done, failed) => {
    let text = "";
    const listen = (chunk: string) => {
      text += chunk;
      if (words.test(text)) done(text);
    };
    for (const stream of [started.process.stdout, started.process.stderr]) stream?.on("data", listen);
    void started.ended.then(({ stderr }) => failed(new Error(`it ended: ${stderr}`)));
  });
}

test("each save is answered, what is wrong is said, and Ctrl-C ends it", async () => {
  const shared = `export const n = 2;\n`;
  project = new Project({
    "specs/refs.ts": asExpected
      .replace("let refs = 2;", "let refs = n;")
      .replace(/^/, 'import { n } from "../lib/shared.js";\n'),
    "lib/shared.ts": shared,
  });
  const path = join(project.path, "specs/refs.ts");
  const text = readFileSync(path, "utf8");
  running = project.start(["watch", "specs", "--engine", "explore"]);
  await printed(running, /2 cases: 2 as expected/);
  const save = async (name: string, content: string, words: RegExp) => {
    const answer = printed(running!, words);
    writeFileSync(join(project.path, name), content);
    return answer;
  };
  const refused = await save("specs/refs.ts", text.replace("refs--", "regs--"), /Did you mean refs/);
  expect(refused).toMatch(/^\nspecs\/refs\.ts changed\n/);
  expect(refused).toContain("LW1004");
  // Only what has changed is asked about.
  const again = await save(
    "specs/refs.ts",
    text.replace("both can see 0", "both see 0"),
    /2 cases: 2 as expected/,
  );
  expect(again).toMatch(/locked .* cached\n/);
  expect(again).toMatch(/unlocked .* s\n/);
  // A file outside of the folder that a spec imports.
  const other = await save("lib/shared.ts", "export const n = 3;\n", /1 NOT as expected/);
  expect(other).toMatch(/^\nlib\/shared\.ts changed\n/);
  // A new spec.
  await save("specs/more.ts", asExpected, /4 cases: /);
  await delay(50);
  running.process.kill("SIGINT");
  const { exitCode, stderr } = await running.ended;
  expect(exitCode).toBe(130);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(project.leftovers()).toEqual([]);
});

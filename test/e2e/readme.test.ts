/**
 * The README is true: its first spec is checked, and every command that it shows prints what it shows. After a change
 * of the output: UPDATE_README=1 npx vitest run test/e2e/readme.test.ts
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "../support/command.js";
import { repository } from "../support/source-tree.js";

const read = (name: string) => readFileSync(join(repository, name), "utf8");
const readme = read("README.md");
const session = /^```text\n\$ npx latchwork (.*)\n([\s\S]*?)```$/gm;
const firstSpec = /^```ts\n([\s\S]*?)```$/m.exec(readme)?.[1] ?? "";

let project: Project;
beforeAll(() => {
  project = new Project({ "specs/vpt/vpt.ts": read("specs/vpt/vpt.ts"), "specs/refs.ts": firstSpec });
});
afterAll(() => project?.remove());

test.each([...readme.matchAll(session)].map(([, command]) => command!))("latchwork %s", async (command) => {
  const { exitCode, stdout } = await project.run(command.split(" "));
  expect(exitCode).toBe(0);
  if (process.env.UPDATE_README) update(command, stdout);
  const shown = [...read("README.md").matchAll(session)].find((match) => match[1] === command)?.[2];
  expect(withoutSeconds(shown ?? "")).toBe(withoutSeconds(stdout));
});

test("the first spec is short", () => {
  expect(firstSpec.trim().split("\n").length).toBeLessThan(30);
});

test("its links lead somewhere", () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link!);
  expect(links.filter((link) => !existsSync(join(repository, link)))).toEqual([]);
});

test("CI runs its test command", () => {
  const command = /Run all tests:\n\n {4}(.*)\n/.exec(readme)?.[1];
  expect(read(".ci/run").trimEnd().split("\n").at(-1)).toBe(command);
});

function update(command: string, stdout: string): void {
  const text = read("README.md").replace(session, (block, shown: string) =>
    shown === command ? `\`\`\`text\n$ npx latchwork ${command}\n${stdout.trimEnd()}\n\`\`\`` : block,
  );
  writeFileSync(join(repository, "README.md"), text);
}

function withoutSeconds(text: string): string {
  return text.replace(/\d+\.\d+ s$/gm, "? s").trim();
}

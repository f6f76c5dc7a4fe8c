/** The action as GitHub would run it: its shell steps, with the built command, a runner's files, and a gh that takes notes. */
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { bin, type Ended, Project, run } from "../support/command.js";
import { repository } from "../support/source-tree.js";
import { asExpected, flipped } from "./specs.js";

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const action = parse(readFileSync(join(repository, "action.yml"), "utf8"));
const steps: readonly Step[] = action.runs.steps;
const scripts = steps.filter((step) => step.run !== undefined);

let project: Project;
/** Programs that stand in for those of a runner. */
let programs: string;
let temporary: string;
let output: string;
let summary: string;
beforeEach(() => {
  project = new Project({ "specs/refs.ts": asExpected });
  programs = project.emptyFolder("programs");
  temporary = project.emptyFolder("runner");
  output = join(temporary, "output");
  summary = join(temporary, "summary");
  const installed = join(project.path, "node_modules/.bin/latchwork");
  mkdirSync(dirname(installed), { recursive: true });
  symlinkSync(bin, installed);
  for (const file of [output, summary]) writeFileSync(file, "");
});
afterEach(() => project.remove());

function program(name: string, text: string): void {
  const path = join(programs, name);
  writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path, 0o755);
}

/** A step by its name, as the runner starts a shell; `env` is what its expressions would have given. */
function shell(name: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const step = scripts.find((each) => each.name === name);
  expect(Object.keys(env).sort()).toEqual(Object.keys(step?.env ?? {}).sort());
  const file = join(temporary, "step.sh");
  writeFileSync(file, step?.run ?? "exit 99");
  return run("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
    cwd: project.path,
    env: {
      ...env,
      PATH: `${programs}:${process.env.PATH}`,
      RUNNER_TEMP: temporary,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_REPOSITORY: "some/where",
      GITHUB_ACTIONS: "true",
      TMPDIR: project.temporary,
    },
  });
}

interface Use {
  readonly uses: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Every step of a workflow, or of a part of one, that uses an action. */
function usesOf(value: unknown): Use[] {
  if (typeof value !== "object" || value === null) return [];
  return "uses" in value ? [value as Use] : Object.values(value).flatMap(usesOf);
}

const CHECK = { LW_PATHS: "", LW_ARGS: "--engine explore", LW_VERSION: "latest", LW_COMPARE: "" };
const outputs = () =>
  Object.fromEntries(
    readFileSync(output, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("=")),
  );

test("nothing from outside is part of a script", () => {
  expect(scripts.length).toBeGreaterThan(2);
  for (const { run: text, shell: name } of scripts) {
    expect(text).not.toContain("${{");
    expect(name).toBe("bash");
  }
  const inputs = Object.keys(action.inputs);
  const used = [...JSON.stringify(action.runs).matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(inputs.sort());
});

test("docs/CI.md has every input with its default, and its examples use no other", () => {
  const text = readFileSync(join(repository, "docs/CI.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([\w-]+)` \| (.*?) ?\| /gm)].map(([, name, value]) => [name, value]);
  const defaults = Object.entries<{ default: string }>(action.inputs).map(([name, input]) => [
    name,
    name === "token" ? "the job's" : input.default === "" ? "" : `\`${input.default}\``,
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(defaults));
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, example]) => parse(example ?? ""));
  expect(examples.length).toBeGreaterThan(2);
  const used = usesOf(examples).filter(({ uses }) => uses === "OWNER/latchwork@VERSION");
  expect(used.length).toBeGreaterThan(2);
  for (const { with: inputs = {} } of used)
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
});

test("a check leaves every report, its exit code and a summary", async () => {
  writeFileSync(join(project.path, "specs/refs.ts"), flipped);
  const ended = await shell("Check", CHECK);
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/^::error file=specs\/refs\.ts,line=\d+/m);
  const folder = join(temporary, "latchwork");
  expect(outputs()).toEqual({ folder, "exit-code": "1", txt: "true", md: "true", sarif: "true" });
  for (const ending of ["txt", "md", "html", "json", "xml", "sarif"])
    expect(existsSync(join(folder, `report.${ending}`)), ending).toBe(true);
  expect(readFileSync(summary, "utf8")).toContain("NOT as expected");
  const verdict = await shell("Verdict", { LW_CODE: "1" });
  expect(verdict.exitCode).toBe(1);
  const told = await shell("Report", { LW_FOLDER: folder });
  expect(told.stdout).toMatch(/^::stop-commands::([0-9a-f]{32})\n[\s\S]*\n::\1::\n$/);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are what a shell would expand
test("words are words, whatever a shell would make of them", async () => {
  const ended = await shell("Check", {
    ...CHECK,
    LW_PATHS: "specs/$(touch${IFS}hit) `touch hit` *",
    LW_COMPARE: "nothing; touch hit",
  });
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(outputs()["exit-code"]).toBe("2");
  expect(ended.stderr).toContain("specs/$(touch${IFS}hit)");
  expect(project.files()).not.toContain("hit");
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: so far

test("a base report is compared with; a run that never began counts as one that could not do its job", async () => {
  await shell("Check", CHECK);
  writeFileSync(join(project.path, "base.json"), readFileSync(join(temporary, "latchwork/report.json")));
  writeFileSync(join(project.path, "specs/refs.ts"), flipped.replace("locked: {", "other: {"));
  await shell("Check", { ...CHECK, LW_COMPARE: "base.json" });
  expect(readFileSync(join(temporary, "latchwork/report.md"), "utf8")).toContain("Changes against the base");
  expect((await shell("Verdict", { LW_CODE: "" })).exitCode).toBe(2);
});

test("one comment: written the first time, changed after that, its text from a file", async () => {
  const calls = join(temporary, "calls");
  program(
    "gh",
    `printf '%s\\n' "$*" >> '${calls}'; case "$*" in *--paginate*) cat '${temporary}/ids' ;; esac`,
  );
  mkdirSync(join(temporary, "latchwork"));
  writeFileSync(join(temporary, "latchwork/report.md"), "### `$(touch hit)`\n");
  const comment = { GH_TOKEN: "t", LW_FOLDER: join(temporary, "latchwork"), LW_PULL: "7" };
  for (const ids of ["", "41\n52\n"]) {
    writeFileSync(join(temporary, "ids"), ids);
    const { exitCode, stderr } = await shell("Comment", comment);
    expect(exitCode, stderr).toBe(0);
  }
  const body = `--field body=@${temporary}/latchwork/comment.md`;
  const made = readFileSync(calls, "utf8")
    .split("\n")
    .filter((line) => line.includes("--method"));
  expect(made).toEqual([
    `api --method POST repos/some/where/issues/7/comments ${body}`,
    `api --method PATCH repos/some/where/issues/comments/41 ${body}`,
  ]);
  expect(readFileSync(join(temporary, "latchwork/comment.md"), "utf8")).toBe(
    "<!-- latchwork -->\n### `$(touch hit)`\n",
  );
});

/** The action as GitHub would run it: its shell steps, with the built command, a runner's files, and a gh that takes notes. */
import { spawnSync } from "node:child_process";
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
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
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
function shell(
  name: string,
  env: Readonly<Record<string, string>>,
  workspace = project.path,
): Promise<Ended> {
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
      GITHUB_WORKSPACE: workspace,
      GITHUB_ACTIONS: "true",
      TMPDIR: project.temporary,
    },
  });
}

/** Inputs of the actions that ours stands on, as their own action.yml has them: only those that it gives. */
const KNOWN_INPUTS: Readonly<Record<string, readonly string[]>> = {
  "actions/setup-java@v5": ["distribution", "java-version"],
  "actions/cache@v4": ["path", "key", "restore-keys"],
  "actions/upload-artifact@v4": ["name", "path", "overwrite"],
  "github/codeql-action/upload-sarif@v4": ["sarif_file", "category"],
};

interface Situation {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  readonly eventName?: string;
}

/** The steps that run, by their names or by what they use: their conditions, as GitHub would evaluate them. */
function stepsThatRun({ inputs = {}, outputs = {}, event = {}, eventName = "push" }: Situation): string[] {
  const defaults = Object.entries<{ default: string }>(action.inputs).map(([name, each]) => [
    name,
    each.default,
  ]);
  const given = { ...Object.fromEntries(defaults), ...inputs };
  const github = { event, event_name: eventName };
  const runs = ({ if: condition = "success()" }: Step) => {
    const script = condition
      .replace(/([\w-]+(?:\.[\w-]+)+)/g, (path) => `at(${JSON.stringify(path)})`)
      .replaceAll("!=", "!==")
      .replace(/(?<![!=])==(?!=)/g, "===");
    const at = (path: string) =>
      path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], {
        inputs: given,
        github,
        steps: { check: { outputs } },
      });
    return (
      new Function("at", "always", "success", `return (${script});`)(
        at,
        () => true,
        () => true,
      ) === true
    );
  };
  return steps.filter(runs).map(({ name, uses }) => name ?? uses?.split("@")[0] ?? "");
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

test("every action that it uses is named with a version, and given inputs that it has", () => {
  const used = steps.filter(({ uses }) => uses !== undefined);
  expect(used.map(({ uses }) => uses)).toEqual(Object.keys(KNOWN_INPUTS));
  for (const { uses = "", with: given = {} } of used) {
    expect(uses).toMatch(/^[\w-]+(\/[\w-]+)+@v\d+$/);
    expect(KNOWN_INPUTS[uses]).toEqual(expect.arrayContaining(Object.keys(given)));
  }
});

test("what a step is said to put out, its script does; and nothing else is asked of it", () => {
  const asked = [...JSON.stringify(action).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
  expect(asked.length).toBeGreaterThan(5);
  for (const [, id, name] of asked) {
    const script = steps.find((step) => step.id === id)?.run ?? "";
    const isWritten =
      script.includes(`echo "${name}=`) || new RegExp(`for name in [\\w ]*\\b${name}\\b`).test(script);
    expect(isWritten, `${id}.${name}`).toBe(true);
  }
});

test("which steps run: of a push, of a pull request, of one from a fork, where nothing came out", () => {
  const outputs = { txt: "true", md: "true", sarif: "true" };
  const pull = (fork: boolean) => ({ pull_request: { number: 7, head: { repo: { fork } } } });
  const always = ["actions/setup-java", "actions/cache", "Check"];
  const reported = [...always, "Report", "actions/upload-artifact"];
  const sarif = "github/codeql-action/upload-sarif";
  expect(stepsThatRun({ outputs })).toEqual([...reported, sarif, "Verdict"]);
  const own = { outputs, eventName: "pull_request", event: pull(false) };
  expect(stepsThatRun(own)).toEqual([...reported, sarif, "Comment", "Verdict"]);
  expect(stepsThatRun({ ...own, event: pull(true) })).toEqual([...reported, "Verdict"]);
  expect(stepsThatRun({ eventName: "pull_request", event: pull(false) })).toEqual([...always, "Verdict"]);
  const bare = { "java-version": "", cache: "false", artifact: "", comment: "false", sarif: "false" };
  expect(stepsThatRun({ ...own, inputs: bare })).toEqual(["Check", "Report", "Verdict"]);
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

test("a project in a subfolder is annotated, and has its alerts, where the repository has its files", async () => {
  writeFileSync(join(project.path, "specs/refs.ts"), flipped);
  const ended = await shell("Check", CHECK, dirname(project.path));
  expect(ended.stdout).toMatch(/^::error file=project\/specs\/refs\.ts,line=\d+/m);
  const log = JSON.parse(readFileSync(join(temporary, "latchwork/report.sarif"), "utf8"));
  const { artifactLocation } = log.runs[0].results[0].locations[0].physicalLocation;
  expect(artifactLocation.uri).toBe("project/specs/refs.ts");
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

/** A gh that keeps the comments of one pull request, and finds them with the expression that it is given. */
const KEEPING_GH = `#!/usr/bin/env bash
set -eu
shift
for word in "$@"; do case "$word" in body=@*) body="$(cat "\${word#body=@}"; echo .)"; body="\${body%.}" ;; esac; done
case "$*" in
  *--paginate*) jq -r "\${*: -1}" "$COMMENTS" ;;
  *PATCH*) id="\${3##*/}"; jq --arg body "$body" --argjson id "$id" 'map(if .id == $id then .body = $body else . end)' "$COMMENTS" > "$COMMENTS.new" ;;
  *POST*) jq --arg body "$body" '. + [{ id: (1 + ([.[].id] | max)), user: { type: "Bot" }, body: $body }]' "$COMMENTS" > "$COMMENTS.new" ;;
esac
if [ -f "$COMMENTS.new" ]; then mv "$COMMENTS.new" "$COMMENTS"; fi
`;
const hasJq = spawnSync("jq", ["--version"]).status === 0;

test.skipIf(!hasJq)(
  "the one comment is found among those of others, and says what the last run said",
  async () => {
    const path = join(temporary, "comments.json");
    const others = [
      { id: 3, user: { type: "User" }, body: "<!-- latchwork --> is how your comments begin" },
      { id: 4, user: { type: "Bot" }, body: "another program" },
    ];
    writeFileSync(path, JSON.stringify(others));
    const keeping = KEEPING_GH.replaceAll("$COMMENTS", path);
    writeFileSync(join(programs, "gh"), keeping);
    chmodSync(join(programs, "gh"), 0o755);
    mkdirSync(join(temporary, "latchwork"));
    const comment = { GH_TOKEN: "t", LW_FOLDER: join(temporary, "latchwork"), LW_PULL: "7" };
    for (const text of ["first run\n", "second run\n"]) {
      writeFileSync(join(temporary, "latchwork/report.md"), text);
      const { exitCode, stderr } = await shell("Comment", comment);
      expect(exitCode, stderr).toBe(0);
    }
    const bodies = JSON.parse(readFileSync(path, "utf8")).map(({ body }: { body: string }) => body);
    expect(bodies).toEqual([...others.map(({ body }) => body), "<!-- latchwork -->\nsecond run\n"]);
  },
);

/** Running the built command as a user does: as a process, in a project of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { filesIn, repository } from "./source-tree.js";

export const bin = join(repository, "bin/latchwork.js");

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly cwd: string;
  /** Added to the environment of the tests; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What would change the output, and belongs to whoever runs the tests. */
const NEUTRAL = {
  CI: undefined,
  COLUMNS: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  NODE_OPTIONS: undefined,
  VITEST: undefined,
};

export function start(command: string, args: readonly string[], { cwd, env }: RunOptions): Started {
  const merged = { ...process.env, ...NEUTRAL, ...env };
  const child = spawn(command, args, { cwd, env: merged, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...output }));
  });
  return { process: child, ended };
}

export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return start(command, args, options).ended;
}

/** A project in a folder of its own, with a temporary folder of its own: what a run leaves behind shows. */
export class Project {
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), "latchwork-e2e-")));
  readonly path = join(this.#base, "project");
  readonly temporary = join(this.#base, "tmp");

  /** @param files texts by path; a package.json is added where there is none */
  constructor(files: Readonly<Record<string, string>>) {
    mkdirSync(this.temporary);
    // What is remembered of one test's runs is kept here, and no other test's.
    mkdirSync(join(this.path, "node_modules"), { recursive: true });
    for (const [name, text] of Object.entries({ "package.json": '{ "private": true }\n', ...files })) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
  }

  start(args: readonly string[], env: RunOptions["env"] = {}): Started {
    return start(process.execPath, [bin, ...args], {
      cwd: this.path,
      env: { TMPDIR: this.temporary, ...env },
    });
  }

  /** `latchwork ...args` in the project. */
  run(args: readonly string[], env: RunOptions["env"] = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** Paths of all files, but for installed packages. */
  files(): string[] {
    return filesIn(this.path, ["node_modules"]);
  }

  /** What is in the temporary folder. */
  leftovers(): string[] {
    return filesIn(this.temporary);
  }

  /** An empty folder outside the project. */
  emptyFolder(name: string): string {
    const folder = join(this.#base, name);
    mkdirSync(folder);
    return folder;
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** The real java on PATH, for runs whose PATH is emptied. */
export function javaPath(): string {
  const folder = (process.env.PATH ?? "").split(delimiter).find((each) => existsSync(join(each, "java")));
  if (folder === undefined) throw new Error("these tests need a java on PATH");
  return realpathSync(join(folder, "java"));
}

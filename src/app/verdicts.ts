/**
 * Verdicts of earlier runs. A verdict is remembered under everything that decides it: what was read of the case, with
 * the place of every statement, since a counterexample is told in them; the engine and its options; the jar and the Java;
 * and the code of Latchwork. How long it may take and how much memory it may use decide whether there is a verdict, and
 * not which, and one that there is not is never remembered.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { digest, digestText } from "../cache/digest.js";
import { asModels, asVerdict } from "../cache/entries.js";
import type { VerdictEntry } from "../cache/schemas.js";
import type { CaseReport } from "../report/reporter.js";
import type { Tools } from "../tlc/tools.js";
import type { CheckedCase } from "./check-case.js";
import type { CheckRequest } from "./check-request.js";
import { type Explored, exploredIn, recordOf } from "./coverage.js";
import { type GeneratedFile, generatedFolder } from "./generated.js";
import type { Remembering } from "./remembering.js";

/** What an earlier run found. */
export interface Remembered {
  readonly report: CaseReport;
  readonly explored?: Explored;
  /** As TLC names itself. */
  readonly tlcVersion?: string;
  /** Files of generated/ that are not as that run left them. */
  readonly missing: readonly GeneratedFile[];
}

export interface Verdicts {
  /** `content` is the digest of the compiled case of this spec. */
  find(spec: string, content: string): Remembered | undefined;
  /** Keeps what was found, where it is a verdict; `files` are those of generated/. */
  keep(content: string, checked: CheckedCase, files: readonly GeneratedFile[]): Promise<void>;
}

export interface VerdictsRequest extends Remembering {
  readonly root: string;
  readonly options: Pick<CheckRequest, "engine" | "reduce" | "unmergedStates" | "coverage" | "tlcWorkers">;
  /** Absent where the explorer alone is asked. */
  readonly tools: Tools | undefined;
  /** Whether the models belong into generated/. */
  readonly keepsModels: boolean;
}

export function openVerdicts(request: VerdictsRequest): Verdicts {
  const { store, build, options, tools } = request;
  const { engine, reduce, unmergedStates, coverage, tlcWorkers } = options;
  const byTlc = tools && { jar: tools.jar.sha256, java: tools.java.version, coverage, tlcWorkers };
  const keyOf = (content: string) =>
    digest({ what: "verdict", build, content, engine, reduce, unmergedStates, byTlc });
  return {
    find(spec, content) {
      const key = keyOf(content);
      const entry = store.read("verdict", key, asVerdict);
      // The name leads to files, so it is not taken from there.
      if (entry?.report.spec !== spec) return undefined;
      const missing = request.keepsModels ? missingModels(request, key, entry) : [];
      return missing && { ...rememberedIn(entry), missing };
    },
    async keep(content, checked, files) {
      if (!isFinal(request, checked)) return;
      // Loaded by now: the translator has run with it as well.
      const { isUnchanged } = await import("../tlc/jar.js");
      if (tools !== undefined && !(await isUnchanged(tools.jar))) return;
      const key = keyOf(content);
      const texts = files.map(({ text }) => text);
      // First: who finds the verdict can rely on them.
      if (texts.length > 0) await store.write("models", key, texts);
      await store.write("verdict", key, entryOf(checked, files));
    },
  };
}

/** Whether it would be said again: a verdict, and one with all that was asked for. */
function isFinal({ options, tools }: VerdictsRequest, { report, explored }: CheckedCase): boolean {
  const isVerdict = report.verdict === "holds" || report.verdict === "violated";
  return isVerdict && (tools === undefined || !options.coverage || explored !== undefined);
}

function entryOf({ report, explored, version }: CheckedCase, files: readonly GeneratedFile[]): VerdictEntry {
  return {
    report,
    ...(explored === undefined ? {} : { explored: recordOf(explored) }),
    ...(version === undefined ? {} : { tlcVersion: version }),
    models: files.map(({ path, text }) => {
      const [, module = "", ending = ""] = /([^/]*?)(\.tla|\.cfg|\.map\.json)$/.exec(path) ?? [];
      return { module, ending: ending as VerdictEntry["models"][number]["ending"], sha256: digestText(text) };
    }),
  };
}

function rememberedIn({ report, explored, tlcVersion }: VerdictEntry): Omit<Remembered, "missing"> {
  return {
    report: { ...report, cached: true },
    ...(explored === undefined ? {} : { explored: exploredIn(explored) }),
    ...(tlcVersion === undefined ? {} : { tlcVersion }),
  };
}

/** Those that are not there as they should be; undefined where they cannot be had without translating again. */
function missingModels(
  { root, store }: VerdictsRequest,
  key: string,
  { report, models }: VerdictEntry,
): readonly GeneratedFile[] | undefined {
  const pathOf = (index: number) => {
    const { module, ending } = models[index]!;
    return `${generatedFolder(report.spec)}/${module}${ending}`;
  };
  const stale = [...models.keys()].filter(
    (index) => textDigest(join(root, pathOf(index))) !== models[index]!.sha256,
  );
  if (stale.length === 0) return [];
  const texts = store.read("models", key, asModels);
  const isWhole = stale.every((index) => digestText(texts?.[index] ?? "") === models[index]!.sha256);
  return isWhole ? stale.map((index) => ({ path: pathOf(index), text: texts![index]! })) : undefined;
}

function textDigest(path: string): string | undefined {
  try {
    return digestText(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** From paths to compiled cases: reading, lowering, passes and emission of everything that was asked for. */
import { relative } from "node:path";
import { badSetting, noSpecs, noSuchCase } from "../diagnostics/catalog.js";
import { type Diagnostic, DiagnosticsError, fail, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { moduleNameOf } from "../emit/naming.js";
import { type LoweredSpec, lowerSpec, unknownOverrides } from "../frontend/lower-case.js";
import { createModuleGraph, type ModuleGraph } from "../frontend/modules.js";
import { type CaseDeclaration, claimsToBeSpec, readSpec, type SpecFile } from "../frontend/spec.js";
import type { Model } from "../ir/model.js";
import type { MemoryModel } from "../ir/program.js";
import { compile } from "../passes/compile.js";
import type { SpecPath } from "./project.js";

/** Everything about a case that needs no Java. */
export interface CompiledCase {
  /** Relative to the project root. */
  readonly spec: string;
  readonly declaration: CaseDeclaration;
  /** Of the module that stands for it in generated/: unique among the cases of the spec. */
  readonly module: string;
  /** The same for the module that is asked about whole runs. */
  readonly runsModule: string | undefined;
  /** One step for each shared access. */
  readonly model: Model;
}

export interface LoadRequest {
  readonly root: string;
  readonly paths: readonly SpecPath[];
  /** Values from --set, as text. */
  readonly settings: readonly string[];
  /** From --memory: instead of what the cases name. */
  readonly memory?: MemoryModel;
  /** Names of cases, or patterns with `*`; empty for all. */
  readonly casePatterns: readonly string[];
}

export interface LoadedSpecs {
  /** Absolute paths of the specs, for the type check. */
  readonly files: readonly string[];
  readonly specs: readonly SpecFile[];
  /** What is wrong with them, as far as the front end sees; the cases mean nothing unless this is empty. */
  readonly diagnostics: readonly Diagnostic[];
  /** Compiles the chosen cases. Throws a DiagnosticsError. */
  readonly compileCases: () => CompiledCase[];
}

/** Reads and lowers the specs. Throws a DiagnosticsError for usage errors; errors in specs are in the result. */
export function loadSpecs(request: LoadRequest): LoadedSpecs {
  const graph = createModuleGraph(request.root);
  const specs = readSpecs(graph, request);
  const overrides = parseSettings(request.settings);
  const lowered = specs.map((spec) => lowerSpec(graph, spec, overrides, request.memory));
  const diagnostics = sortDiagnostics(uniqueByText(lowered.flatMap((spec) => spec.diagnostics)));
  if (diagnostics.length === 0) diagnostics.push(...unknownOverrides(overrides, lowered));
  return {
    files: specs.map((spec) => spec.path),
    specs,
    diagnostics,
    compileCases: () => compileCases(lowered, request.casePatterns),
  };
}

/** In a folder, a file that no spec imports and that declares no cases is somebody's forgotten spec. */
function readSpecs(graph: ModuleGraph, { root, paths }: LoadRequest): SpecFile[] {
  const read = paths.map(({ path, named }) => ({ named, spec: readSpec(graph, path) }));
  const imported = new Set(read.flatMap(({ spec }) => spec.module.imports.map((module) => module.path)));
  const specs = read
    .filter(({ named, spec }) => named || claimsToBeSpec(spec.module) || !imported.has(spec.path))
    .map(({ spec }) => spec);
  if (specs.length === 0) fail(noSpecs(paths.map(({ path }) => relative(root, path))));
  return specs;
}

/** `k=v` pairs; the front end gives each value the type of its param. */
function parseSettings(settings: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at <= 0) fail(badSetting(setting, "It has no name and value.", "Write --set name=value."));
    values.set(setting.slice(0, at), setting.slice(at + 1));
  }
  return values;
}

function compileCases(lowered: readonly LoweredSpec[], patterns: readonly string[]): CompiledCase[] {
  const names = lowered.flatMap(({ cases }) => cases.map(({ declaration }) => declaration.name));
  for (const pattern of patterns) {
    if (!names.some((name) => matches(pattern, name))) fail(noSuchCase(pattern, names));
  }
  const diagnostics: Diagnostic[] = [];
  const compiled = lowered.flatMap(({ spec, cases }) => {
    const taken = new Set<string>();
    return cases.flatMap(({ declaration, program }): CompiledCase[] => {
      const module = moduleNameOf(declaration.name, taken);
      const asksAboutRuns = program.liveness.length > 0;
      const runsModule = asksAboutRuns ? moduleNameOf(`${declaration.name}-runs`, taken) : undefined;
      const wanted = patterns.length === 0 || patterns.some((pattern) => matches(pattern, declaration.name));
      if (!wanted) return [];
      try {
        return [{ spec: spec.name, declaration, module, runsModule, model: compile(program) }];
      } catch (error) {
        if (!(error instanceof DiagnosticsError)) throw error;
        diagnostics.push(...error.diagnostics);
        return [];
      }
    });
  });
  if (diagnostics.length > 0) throw new DiagnosticsError(sortDiagnostics(uniqueByText(diagnostics)));
  return compiled;
}

/** Names are matched whole; `*` stands for anything. */
function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*");
  return new RegExp(`^${source}$`).test(name);
}

function uniqueByText(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

/** From paths to compiled cases: reading, lowering, passes and emission of everything that was asked for. */
import { relative } from "node:path";
import { badSetting, noSpecs } from "../diagnostics/catalog.js";
import { type Diagnostic, DiagnosticsError, fail, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { moduleNameOf } from "../emit/naming.js";
import { type LoweredSpec, lowerSpec, unknownOverrides } from "../frontend/lower-case.js";
import { createModuleGraph, type ModuleGraph } from "../frontend/modules.js";
import { type CaseDeclaration, claimsToBeSpec, readSpec, type SpecFile } from "../frontend/spec.js";
import type { Model } from "../ir/model.js";
import type { MemoryModel, Program } from "../ir/program.js";
import { compile } from "../passes/compile.js";
import { isWanted, refuseUnknownCases } from "./case-pattern.js";
import type { SpecPath } from "./project.js";
import { isInShard, type Shard } from "./shard.js";

/** What the names of a case are. */
interface NamedCase {
  /** Relative to the project root. */
  readonly spec: string;
  readonly declaration: CaseDeclaration;
  /** Of the module that stands for it in generated/: unique among the cases of the spec. */
  readonly module: string;
  /** The same for the module that is asked about whole runs. */
  readonly runsModule: string | undefined;
}

/** A case as it was read: all that decides what it compiles to. */
export interface ReadCase extends NamedCase {
  readonly program: Program;
}

/** Everything about a case that needs no Java. */
export interface CompiledCase extends NamedCase {
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
  readonly shard?: Shard;
  /** What belongs to the same run, and need not be read. */
  readonly elsewhere?: Elsewhere;
  /** Told the absolute paths of the specs before they are lowered. */
  readonly onRead?: (files: readonly string[]) => void;
}

/** Specs of a run that are known already. */
export interface Elsewhere {
  readonly caseNames: readonly string[];
  /** Absolute paths of the files that they import themselves. */
  readonly imports: readonly string[];
}

export interface LoadedSpecs {
  /** Absolute paths of the specs, for the type check. */
  readonly files: readonly string[];
  readonly specs: readonly SpecFile[];
  /** The specs, and the files beside them that are parts of specs. */
  readonly read: readonly SpecFile[];
  /** What is wrong with them, as far as the front end sees; the cases mean nothing unless this is empty. */
  readonly diagnostics: readonly Diagnostic[];
  /** The cases that were asked for. Throws a DiagnosticsError where there are none of that name. */
  readonly readCases: () => ReadCase[];
}

/** Reads and lowers the specs. Throws a DiagnosticsError for usage errors; errors in specs are in the result. */
export function loadSpecs(request: LoadRequest): LoadedSpecs {
  const graph = createModuleGraph(request.root);
  const { specs, read } = readSpecs(graph, request);
  const files = specs.map((spec) => spec.path);
  request.onRead?.(files);
  const overrides = parseSettings(request.settings);
  const lowered = specs.map((spec) => lowerSpec(graph, spec, overrides, request.memory));
  const diagnostics = sortDiagnostics(uniqueByText(lowered.flatMap((spec) => spec.diagnostics)));
  if (diagnostics.length === 0) diagnostics.push(...unknownOverrides(overrides, lowered));
  return {
    files,
    specs,
    read,
    diagnostics,
    readCases: () => readCases(lowered, request),
  };
}

/** In a folder, a file that no spec imports and that declares no cases is somebody's forgotten spec. */
function readSpecs(
  graph: ModuleGraph,
  { root, paths, elsewhere }: LoadRequest,
): Pick<LoadedSpecs, "specs" | "read"> {
  const read = paths.map(({ path, named }) => ({ named, spec: readSpec(graph, path) }));
  const imported = new Set(read.flatMap(({ spec }) => spec.module.imports.map((module) => module.path)));
  for (const path of elsewhere?.imports ?? []) imported.add(path);
  const specs = read
    .filter(({ named, spec }) => named || claimsToBeSpec(spec.module) || !imported.has(spec.path))
    .map(({ spec }) => spec);
  if (specs.length === 0 && elsewhere === undefined)
    fail(noSpecs(paths.map(({ path }) => relative(root, path))));
  return { specs, read: read.map(({ spec }) => spec) };
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

function readCases(
  lowered: readonly LoweredSpec[],
  { casePatterns, shard, elsewhere }: LoadRequest,
): ReadCase[] {
  const names = lowered.flatMap(({ cases }) => cases.map(({ declaration }) => declaration.name));
  refuseUnknownCases(casePatterns, [...(elsewhere?.caseNames ?? []), ...names]);
  return lowered.flatMap(({ spec, cases }) => {
    const taken = new Set<string>();
    return cases.flatMap(({ declaration, program }): ReadCase[] => {
      const module = moduleNameOf(declaration.name, taken);
      const asksAboutRuns = program.liveness.length > 0;
      const runsModule = asksAboutRuns ? moduleNameOf(`${declaration.name}-runs`, taken) : undefined;
      const { name } = declaration;
      if (!isWanted(casePatterns, name) || !isInShard(shard, { spec: spec.name, case: name })) return [];
      return [{ spec: spec.name, declaration, module, runsModule, program }];
    });
  });
}

/** Compiles cases. Throws a DiagnosticsError with what is wrong in any of them. */
export function compileCases(cases: readonly ReadCase[]): CompiledCase[] {
  const diagnostics: Diagnostic[] = [];
  const compiled = cases.flatMap(({ program, ...named }): CompiledCase[] => {
    try {
      return [{ ...named, model: compile(program) }];
    } catch (error) {
      if (!(error instanceof DiagnosticsError)) throw error;
      diagnostics.push(...error.diagnostics);
      return [];
    }
  });
  if (diagnostics.length > 0) throw new DiagnosticsError(sortDiagnostics(uniqueByText(diagnostics)));
  return compiled;
}

function uniqueByText(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

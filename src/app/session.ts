/**
 * What `check` and `compile` have in common: read the specs, find the tools, check types while Java is at work.
 * Nothing is written and no verdict is told before the specs are known to be right.
 */
import { type Diagnostic, DiagnosticsError } from "../diagnostics/diagnostic.js";
import { checkTypes, mergeDiagnostics, type TypeCheck } from "../frontend/type-check.js";
import type { MemoryModel } from "../ir/program.js";
import { findTools, type Tools } from "../tlc/tools.js";
import {
  type CompiledCase,
  compileCases,
  type Elsewhere,
  type LoadedSpecs,
  loadSpecs,
  type ReadCase,
} from "./load.js";
import { findRoot, findSpecPaths, type SpecPath } from "./project.js";
import type { Shard } from "./shard.js";

/** What the user asked for; everything that comes from the command line or the environment. */
export interface SessionRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files and folders; empty for the project's specs. */
  readonly paths: readonly string[];
  readonly casePatterns: readonly string[];
  readonly settings: readonly string[];
  /** Instead of the memory model that each case names. */
  readonly memory?: MemoryModel;
  /** Only this part of the cases. */
  readonly shard?: Shard;
  readonly java?: string;
  readonly tlcJar?: string;
  /** Checks types elsewhere, beside this thread: then it begins as soon as it is known which files are specs. */
  readonly checkTypes?: (root: string, paths: readonly string[]) => Promise<TypeCheck>;
  readonly signal?: AbortSignal;
  /** Told of a download, in bytes. */
  readonly onDownload?: (received: number, total: number | undefined) => void;
  /** Told of things worth a line, such as a damaged file in the cache. */
  readonly onNote?: (note: string) => void;
}

export interface Session {
  readonly root: string;
  readonly loaded: LoadedSpecs;
  readonly cases: readonly ReadCase[];
  /** Compiles cases of the session. Rejects with a DiagnosticsError with what is wrong in any of them. */
  readonly compile: (cases: readonly ReadCase[]) => Promise<CompiledCase[]>;
  /**
   * Resolves once the specs have passed TypeScript's own check, to the texts that it saw by absolute path; rejects with
   * a DiagnosticsError. Unless types are checked elsewhere, the check begins with the first call and keeps this thread busy
   * for a while: the moment for it is when Java has been started.
   */
  readonly typesChecked: () => Promise<TypeCheck["sources"]>;
  /** Only where they were asked for. */
  readonly tools: Promise<Tools> | undefined;
}

export interface SessionOptions {
  /** False where nothing is asked of TLC. */
  readonly needsTools: boolean;
  /** The tools, where they are found already. */
  readonly tools?: Tools;
  /** Instead of the files that the request's paths name. */
  readonly specPaths?: readonly SpecPath[];
  readonly elsewhere?: Elsewhere;
}

/** Reads the specs. Throws a DiagnosticsError with every error of every spec. */
export async function openSession(request: SessionRequest, options: SessionOptions): Promise<Session> {
  const root = findRoot(request.cwd);
  const paths = options.specPaths ?? findSpecPaths(root, request.cwd, request.paths);
  const { settings, casePatterns, memory, shard } = request;
  const { elsewhere } = options;
  let typing: Promise<TypeCheck> | undefined;
  const typesOf = (files: readonly string[]) => {
    typing ??= (request.checkTypes ?? typesHere)(root, files);
    // Whoever needs it awaits it.
    typing.catch(() => undefined);
    return typing;
  };
  const types = () => typesOf(loaded.files);
  const loaded = loadSpecs({
    root,
    paths,
    settings,
    casePatterns,
    ...(memory === undefined ? {} : { memory }),
    ...(shard === undefined ? {} : { shard }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(request.checkTypes === undefined ? {} : { onRead: (files) => void typesOf(files) }),
  });
  if (loaded.diagnostics.length > 0) {
    throw new DiagnosticsError(mergeDiagnostics(loaded.diagnostics, (await types()).diagnostics));
  }
  const cases = loaded.readCases();
  const search = new AbortController();
  const signals = [search.signal, ...(request.signal === undefined ? [] : [request.signal])];
  const tools = options.needsTools
    ? toolsFor({ ...request, signal: AbortSignal.any(signals) }, options.tools)
    : undefined;
  // Whoever needs the tools or the types awaits them later; until then a rejection is not unhandled.
  tools?.catch(() => undefined);
  const compile = async (some: readonly ReadCase[]) => {
    try {
      return await compileOrBlameTypes(some, types);
    } catch (error) {
      search.abort();
      throw error;
    }
  };
  let checked: Promise<TypeCheck["sources"]> | undefined;
  const typesChecked = () => {
    checked ??= rightTypes(types);
    return checked;
  };
  return { root, loaded, cases, compile, typesChecked, tools };
}

/** A spec with a type error may be one that the passes do not expect: then the type error is what is wrong. */
async function compileOrBlameTypes(
  cases: readonly ReadCase[],
  check: () => Promise<TypeCheck>,
): Promise<CompiledCase[]> {
  try {
    return compileCases(cases);
  } catch (error) {
    const types = (await check()).diagnostics;
    if (types.length === 0) throw error;
    const own: readonly Diagnostic[] = error instanceof DiagnosticsError ? error.diagnostics : [];
    throw new DiagnosticsError(mergeDiagnostics(own, types));
  }
}

async function typesHere(root: string, paths: readonly string[]): Promise<TypeCheck> {
  return checkTypes(root, paths);
}

async function rightTypes(check: () => Promise<TypeCheck>): Promise<TypeCheck["sources"]> {
  const { diagnostics, sources } = await check();
  if (diagnostics.length > 0) throw new DiagnosticsError(diagnostics);
  return sources;
}

async function toolsFor(
  { env, java, tlcJar, signal, onDownload, onNote }: SessionRequest,
  atHand: Tools | undefined,
): Promise<Tools> {
  const tools = await findTools({
    env,
    ...(atHand === undefined ? {} : { atHand }),
    ...(signal === undefined ? {} : { signal }),
    ...(java === undefined ? {} : { java }),
    ...(tlcJar === undefined ? {} : { tlcJar }),
    ...(onDownload === undefined ? {} : { onProgress: onDownload }),
  });
  for (const note of tools.jar.notes) onNote?.(note);
  return tools;
}

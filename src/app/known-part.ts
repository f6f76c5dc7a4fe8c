/** What of a run earlier runs have found: see readings.ts and verdicts.ts for what that rests on. */
import { resolve } from "node:path";
import type { Tools } from "../tlc/tools.js";
import { isWanted } from "./case-pattern.js";
import type { CheckRequest } from "./check-request.js";
import { keepsModels } from "./generated.js";
import type { SpecPath } from "./project.js";
import { isReadable, recallSpecs } from "./readings.js";
import { knownTools, type Remembering } from "./remembering.js";
import { isInShard, type SpecOutline } from "./shard.js";
import { openVerdicts, type Remembered } from "./verdicts.js";

/** A case that needs no asking. */
export interface KnownCase extends Remembered {
  /** Absolute path of its spec. */
  readonly path: string;
}

/** What of a run is known before anything is read. */
export interface KnownPart {
  readonly cases: readonly KnownCase[];
  /** The known specs. */
  readonly specs: readonly SpecOutline[];
  /** Absolute paths of the files that the known specs import themselves. */
  readonly imports: readonly string[];
  /** What must be read. */
  readonly open: readonly SpecPath[];
  /** Found without starting anything; where TLC is not asked there are none. */
  readonly tools: Tools | undefined;
}

/** Looks everything up that can be known without reading a spec; nothing is written. */
export async function knownPart(
  request: CheckRequest,
  root: string,
  paths: readonly SpecPath[],
  remembering: Remembering | undefined,
): Promise<KnownPart> {
  const nothing: KnownPart = { cases: [], specs: [], imports: [], open: paths, tools: undefined };
  if (remembering === undefined || !isReadable(request)) return nothing;
  const asksTlc = request.engine !== "explore";
  const tools = asksTlc ? await knownTools(remembering, request) : undefined;
  if (asksTlc && tools === undefined) return nothing;
  const specs = recallSpecs({ ...remembering, root, memory: request.memory }, paths);
  const verdicts = openVerdicts({
    ...remembering,
    root,
    options: request,
    tools,
    keepsModels: keepsModels(request),
  });
  const cases: KnownCase[] = [];
  const open = [...specs.open];
  const known = specs.known.filter(({ path, name, reading }) => {
    const wanted = reading.cases.filter((each) => isAskedFor(request, name, each.name));
    const found = wanted.flatMap(({ content }) => {
      const remembered = content === undefined ? undefined : verdicts.find(name, content);
      return remembered === undefined ? [] : [{ ...remembered, path }];
    });
    if (found.length === wanted.length) cases.push(...found);
    else open.push({ path, named: true });
    return found.length === wanted.length;
  });
  return {
    cases,
    specs: known.map(({ path, name, reading }) => ({
      path,
      name,
      cases: reading.cases.map((each) => each.name),
      sources: reading.sources,
    })),
    imports: known.flatMap(({ reading }) => reading.imports.map((name) => resolve(root, name))),
    open,
    tools,
  };
}

function isAskedFor({ casePatterns, shard }: CheckRequest, spec: string, name: string): boolean {
  return isWanted(casePatterns, name) && isInShard(shard, { spec, case: name });
}

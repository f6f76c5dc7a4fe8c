/** `latchwork compile`: specs to models in generated/, or the proof that they are there already. */
import { must } from "../base/assert.js";
import { DiagnosticsError, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { withRunDirectory } from "../tlc/run-directory.js";
import { removeGenerated, staleness, superfluous, writeGenerated } from "./generated.js";
import { inLanes } from "./lanes.js";
import { caseDirectory, translateCase } from "./models.js";
import { prepareCase } from "./prepare.js";
import { roomOn, thisMachine } from "./room.js";
import { openSession, type SessionRequest } from "./session.js";

export interface CompileResult {
  /** Paths relative to the project root. */
  readonly files: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Compiles every case of the specs.
 * @param check writes nothing: throws a DiagnosticsError (LW1041) for each file that is not what its spec compiles to
 */
export async function compileSpecs(request: SessionRequest, check: boolean): Promise<CompileResult> {
  const session = await openSession(request, { needsTools: true });
  const cases = await session.compile(session.cases);
  const tools = must(await session.tools, "the search for the tools");
  const { lanes } = roomOn(thisMachine(), { tlcWorkers: 1, asksTlc: true, asksExplorer: false });
  const files = await withRunDirectory(async (directory) => {
    const models = await inLanes(cases, lanes, async (compiled) =>
      translateCase(
        tools,
        await caseDirectory(directory, compiled),
        prepareCase(compiled, { reduce: true }),
        request.signal === undefined ? {} : { signal: request.signal },
      ),
    );
    return models.flat();
  });
  await session.typesChecked();
  const specs = session.loaded.specs.map((spec) => spec.name);
  // With a choice of cases the others' files are not superfluous.
  const removed = request.casePatterns.length > 0 ? [] : superfluous(session.root, specs, files);
  if (check) {
    const stale = staleness(session.root, files, removed);
    if (stale.length > 0) throw new DiagnosticsError(sortDiagnostics(stale));
  } else {
    writeGenerated(session.root, files);
    removeGenerated(session.root, removed);
  }
  return { files: files.map((file) => file.path), removed };
}

/** Notes what a run has read, for later ones: see readings.ts. */

import { digestText } from "../cache/digest.js";
import { asReading } from "../cache/entries.js";
import type { Reading } from "../cache/schemas.js";
import { sourcesOf } from "../frontend/modules.js";
import { claimsToBeSpec, type SpecFile } from "../frontend/spec.js";
import { nameIn, type ReadingRequest, readingKey } from "./readings.js";

/**
 * Keeps what the files gave. Only what passed TypeScript's check is kept, and only where that saw the very texts that
 * were read: files may change while a run is at work.
 * @param checked what TypeScript's check was about: texts by absolute path
 * @param contents digests of the cases that were read, by spec and case
 */
export async function keepReadings(
  request: ReadingRequest,
  read: readonly SpecFile[],
  checked: ReadonlyMap<string, string>,
  contents: (spec: string, name: string) => string | undefined,
): Promise<void> {
  const known = new Set(read.flatMap(({ module }) => sourcesOf(module)?.map(({ path }) => path) ?? []));
  // A file that only TypeScript knows of, by a reference in a comment, may decide about types.
  if (![...checked.keys()].every((path) => known.has(path))) return;
  for (const spec of read) {
    const reading = readingOf(request, spec, checked, contents);
    if (reading === undefined) continue;
    const key = readingKey(request, spec.name);
    const earlier = request.store.read("reading", key, asReading);
    const whole = earlier === undefined ? reading : joined(earlier, reading);
    if (JSON.stringify(whole) !== JSON.stringify(earlier)) await request.store.write("reading", key, whole);
  }
}

function readingOf(
  { root }: ReadingRequest,
  spec: SpecFile,
  checked: ReadonlyMap<string, string>,
  contents: (spec: string, name: string) => string | undefined,
): Reading | undefined {
  const sources = sourcesOf(spec.module);
  const isChecked = (path: string, text: string) => checked.get(path)?.replace(/^\uFEFF/, "") === text;
  if (sources === undefined || !sources.every(({ path, text }) => isChecked(path, text))) return undefined;
  const isSpec = claimsToBeSpec(spec.module);
  const digests = sources.map(({ path, text }) => ({ path: nameIn(root, path), sha256: digestText(text) }));
  return {
    isSpec,
    imports: spec.module.imports.map(({ path }) => nameIn(root, path)),
    sources: digests,
    cases: (isSpec ? spec.cases : []).map(({ name }) => {
      const content = contents(spec.name, name);
      return { name, ...(content === undefined ? {} : { content }) };
    }),
  };
}

/** Another run may have compiled other cases of the same text. */
function joined(earlier: Reading, reading: Reading): Reading {
  if (JSON.stringify(earlier.sources) !== JSON.stringify(reading.sources)) return reading;
  const contents = new Map(earlier.cases.map(({ name, content }) => [name, content]));
  return {
    ...reading,
    cases: reading.cases.map((each) => {
      const content = each.content ?? contents.get(each.name);
      return { name: each.name, ...(content === undefined ? {} : { content }) };
    }),
  };
}

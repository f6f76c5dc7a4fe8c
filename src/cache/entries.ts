/**
 * What is remembered between runs. Entries are checked against the whole schema when they are written (schemas.ts), and
 * recognised by a few of their parts when they are read: the checksum proves that they are byte for byte what this very
 * build has written, and the schema library alone takes as long to load as all else that a remembered run needs.
 */
import type { KnownJava, Reading, VerdictEntry } from "./schemas.js";

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const areAll = (value: unknown, test: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(test);
const isNamed = (value: unknown): boolean => isObject(value) && isText(value.name);

export function asKnownJava(value: unknown): KnownJava | undefined {
  const isOne = isObject(value) && isText(value.version) && Number.isInteger(value.major);
  return isOne ? (value as unknown as KnownJava) : undefined;
}

export function asReading(value: unknown): Reading | undefined {
  const isOne =
    isObject(value) &&
    typeof value.isSpec === "boolean" &&
    areAll(value.imports, isText) &&
    areAll(value.sources, (source) => isObject(source) && isText(source.path) && isText(source.sha256)) &&
    areAll(value.cases, isNamed);
  return isOne ? (value as unknown as Reading) : undefined;
}

export function asVerdict(value: unknown): VerdictEntry | undefined {
  const isOne = isObject(value) && isFinalReport(value.report) && areAll(value.models, isModelFile);
  return isOne ? (value as unknown as VerdictEntry) : undefined;
}

function isFinalReport(value: unknown): boolean {
  if (!isObject(value) || !isText(value.spec) || !isText(value.case)) return false;
  return value.verdict === "holds" || value.verdict === "violated";
}

/** Its name becomes part of a path. */
function isModelFile(value: unknown): boolean {
  if (!isObject(value) || !isText(value.module) || !isText(value.ending) || !isText(value.sha256))
    return false;
  return /^\w+$/.test(value.module) && [".tla", ".cfg", ".map.json"].includes(value.ending);
}

/** Texts. */
export function asModels(value: unknown): readonly string[] | undefined {
  return areAll(value, isText) ? (value as string[]) : undefined;
}

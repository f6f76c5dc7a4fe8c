/** What is remembered between runs, exactly. Loaded only where something is written. */
import { z } from "zod";
import { caseReportSchema, exploredSchema } from "../report/schema.js";
import type { EntryKind } from "./store.js";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The version of a Java that was started once. */
const knownJava = z.strictObject({ version: z.string(), major: z.int().min(1) });
export type KnownJava = z.infer<typeof knownJava>;

/** What reading a file of specs gave: a spec, or a part of one. It has no errors, and TypeScript finds none. */
const reading = z.strictObject({
  /** Whether it says itself that it is a spec. */
  isSpec: z.boolean(),
  /** Paths of the files that it imports itself, relative to the root. */
  imports: z.array(z.string()),
  /** All that it depends on, relative to the root; itself among them. */
  sources: z.array(z.strictObject({ path: z.string(), sha256 })),
  cases: z.array(
    z.strictObject({
      name: z.string(),
      /** Digest of what was read of the case; absent where nobody has asked for that. */
      content: sha256.exactOptional(),
    }),
  ),
});
export type Reading = z.infer<typeof reading>;

/** A verdict with all that was told of it. Only what is final is remembered. */
const verdict = z.strictObject({
  report: caseReportSchema.refine(({ verdict: found }) => found === "holds" || found === "violated"),
  /** What its runs reached, where that was measured. */
  explored: exploredSchema.exactOptional(),
  /** As TLC names itself. */
  tlcVersion: z.string().exactOptional(),
  /** Digests of the files in generated/ that go with it, by module and ending. */
  models: z.array(
    z.strictObject({
      module: z.string().regex(/^\w+$/),
      ending: z.enum([".tla", ".cfg", ".map.json"]),
      sha256,
    }),
  ),
});
export type VerdictEntry = z.infer<typeof verdict>;

/** By kind; `models` are the texts of a verdict's files, in their order. */
const SCHEMAS: Readonly<Record<EntryKind, z.ZodType>> = {
  java: knownJava,
  reading,
  verdict,
  models: z.array(z.string()),
};

/** Gives back what may be kept as an entry of this kind; throws an error of ours for anything else. */
export function checkedEntry(kind: EntryKind, value: unknown): unknown {
  return SCHEMAS[kind].parse(value);
}

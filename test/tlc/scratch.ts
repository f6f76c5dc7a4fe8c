/** Private folders and fake programs for tests: nothing of the machine's own Java, Maven or cache takes part. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Taken once: tests point TMPDIR elsewhere to see what is left there. */
const BASE = tmpdir();

/** A new folder that is removed when the test ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(BASE, "latchwork-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an executable shell script with an absolute interpreter, so that it runs with any PATH. */
export function fakeProgram(folder: string, name: string, lines: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}

/** A `java` that answers `-version` as the real ones do, on stderr. */
export function fakeJava(folder: string, version: string): string {
  return fakeProgram(folder, "java", [`echo 'openjdk version "${version}" 2025-04-15' >&2`]);
}

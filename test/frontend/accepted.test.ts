/** Every fixture in `accepted` that has cases is lowered and compiled, and nobody complains. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { typeCheckSpecs } from "../../src/frontend/type-check.js";
import { compileErrors, fixtures, lowerFile, summary } from "./read.js";

const folder = join(fixtures, "accepted");
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
const specs = files.filter((name) => readFileSync(join(folder, name), "utf8").includes("export default"));

describe("accepted", () => {
  test.each(specs)("%s", (name) => {
    const lowered = lowerFile(join(folder, name));
    expect(summary(lowered.diagnostics)).toBe("");
    expect(lowered.cases.length).toBeGreaterThan(0);
    expect(summary(compileErrors(lowered))).toBe("");
  });

  test("they are correct TypeScript", () => {
    expect(
      summary(
        typeCheckSpecs(
          folder,
          files.map((name) => join(folder, name)),
        ),
      ),
    ).toBe("");
  });

  test("what a spec imports is there under the names of its own file", () => {
    const [locked, bare] = lowerFile(join(folder, "imports.ts")).cases.map(({ program }) => program);
    expect(locked?.params).toEqual([
      { name: "design", value: "locked" },
      { name: "vcpus", value: 2 },
    ]);
    expect(locked?.objects.map(({ name }) => name)).toEqual([
      "vcpu0",
      "vcpu0.lock",
      "vcpu0.ticket",
      "vcpu1",
      "vcpu1.lock",
      "vcpu1.ticket",
    ]);
    expect([...(locked?.procedures.keys() ?? [])].sort()).toEqual([
      "add_preempt",
      "atomic",
      "check_irq_safety",
      "count_preempt",
      "mark_irq_safety",
      "reset",
      "set_state",
      "settle",
      "spin_lock",
      "spin_unlock",
      "ticket_lock",
      "ticket_unlock",
    ]);
    // Folded away: in the bare design nobody takes the ticket lock.
    expect(bare?.procedures.has("ticket_lock")).toBe(false);
  });
});

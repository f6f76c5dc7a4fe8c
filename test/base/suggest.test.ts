import { describe, expect, test } from "vitest";
import { nearest } from "../../src/base/suggest.js";

describe("nearest", () => {
  const known = ["spin_lock", "spin_unlock", "read_lock", "tm_lock", "pt"];

  test.each([
    ["spin_lok", "spin_lock"],
    ["spin_lcok", "spin_lock"],
    ["spinlock", "spin_lock"],
    ["SPIN_UNLOCK", "spin_unlock"],
    ["tp", "pt"],
    ["p", "pt"],
  ])("%s is %s", (mistyped, meant) => {
    expect(nearest(mistyped, known)).toBe(meant);
  });

  test.each(["kill_timer", "", "xyz"])("%j is like nothing that is known", (name) => {
    expect(nearest(name, known)).toBeUndefined();
  });

  test("of equally near names the first is told", () => {
    expect(nearest("vcpu", ["vcpu1", "vcpu2"])).toBe("vcpu1");
  });

  test("nothing known, nothing near", () => {
    expect(nearest("spin_lock", [])).toBeUndefined();
  });

  test("an enormous name is no reason to think for long", () => {
    const started = performance.now();
    expect(nearest("x".repeat(100_000), known)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(200);
  });
});

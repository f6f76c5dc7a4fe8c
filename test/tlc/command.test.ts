import { describe, expect, test } from "vitest";
import { checksLiveness, safeWorkers, tlcArguments, translatorArguments } from "../../src/tlc/command.js";
import type { Jar } from "../../src/tlc/jar.js";

const jar: Jar = {
  path: "/cache/tools.jar",
  source: "cache",
  sha256: "00",
  stamp: "",
  version: "v1.7.4 (TLC 2.19)",
  needsOneWorkerForLiveness: false,
  notes: [],
};
const options = {
  jar,
  tmp: "/run/tmp",
  meta: "/run/meta",
  moduleFile: "/run/M.tla",
  configFile: "/run/M.cfg",
  workers: 2,
  archive: "/cache/tools.jsa",
};

describe("tlcArguments", () => {
  test("puts the JVM's flags before the class and TLC's behind it", () => {
    expect(tlcArguments(options)).toEqual([
      "-Xss16m",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-XX:CompileThresholdScaling=10",
      "-XX:SharedArchiveFile=/cache/tools.jsa",
      "-Xlog:disable",
      "-XX:-UsePerfData",
      "-Djfr.unsupported.vm=true",
      "-Djava.rmi.server.hostname=127.0.0.1",
      "-Duser.language=en",
      "-Duser.country=US",
      "-Dfile.encoding=UTF-8",
      "-Djava.io.tmpdir=/run/tmp",
      "-cp",
      "/cache/tools.jar",
      "tlc2.TLC",
      "-tool",
      "-workers",
      "2",
      "-fp",
      "0",
      "-seed",
      "1",
      "-checkpoint",
      "0",
      "-lncheck",
      "final",
      "-metadir",
      "/run/meta",
      "-config",
      "/run/M.cfg",
      "/run/M.tla",
    ]);
  });

  test("lets Java compile well where there are many states", () => {
    const words = tlcArguments({ ...options, expectedStates: 1_000_000 });
    expect(words).toContain("-XX:+UseParallelGC");
    expect(words).not.toContain("-XX:TieredStopAtLevel=1");
    expect(tlcArguments({ ...options, expectedStates: 1000 })).toEqual(tlcArguments(options));
  });

  test("writes checkpoints and goes on from one only when asked", () => {
    const words = tlcArguments({ ...options, checkpointSeconds: 600, recover: "/run/meta/recovered" });
    expect(words).toContain("-Dtlc2.TLCGlobals.chkpt=600000");
    expect(words.slice(words.indexOf("-recover")).slice(0, 2)).toEqual(["-recover", "/run/meta/recovered"]);
    for (const word of ["-checkpoint", "-metadir"]) expect(words).not.toContain(word);
  });

  test("names no archive where there is none", () => {
    const { archive: _, ...without } = options;
    expect(tlcArguments(without).join(" ")).not.toContain("Archive");
  });

  test("limits the heap only when asked", () => {
    expect(tlcArguments({ ...options, maxHeap: "512m" })).toContain("-Xmx512m");
    expect(tlcArguments(options).filter((word) => word.startsWith("-Xmx"))).toEqual([]);
  });

  test("never switches off what the verdict needs", () => {
    // -deadlock means "do not check deadlock", -nowarning hides the warnings that undo a proof.
    for (const word of ["-deadlock", "-nowarning", "-continue", "-cleanup"]) {
      expect(tlcArguments(options)).not.toContain(word);
    }
  });
});

test("translatorArguments leaves the configuration alone, and lets lines be longer", () => {
  const words = translatorArguments({ jar, tmp: "/run/tmp" }, "/run/M.tla");
  expect(words.slice(-6)).toEqual(["pcal.trans", "-nocfg", "-unixEOL", "-lineWidth", "120", "/run/M.tla"]);
  expect(words).toContain("-Djava.io.tmpdir=/run/tmp");
});

describe("safeWorkers", () => {
  const weak = { ...jar, needsOneWorkerForLiveness: true };
  test.each([
    [weak, "SPECIFICATION Spec\nPROPERTY Live\n", 1],
    [weak, "SPECIFICATION Spec\n  PROPERTIES Live More\n", 1],
    [weak, "SPECIFICATION Spec\nINVARIANT PROPERTY_like\n", 4],
    [jar, "SPECIFICATION Spec\nPROPERTY Live\n", 4],
  ])("case %#", (each, config, expected) => {
    expect(safeWorkers(4, each, config)).toBe(expected);
  });

  test("a property may share its line with another keyword", () => {
    expect(checksLiveness("SPECIFICATION Spec PROPERTY Live")).toBe(true);
  });
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnoseTools } from "../../src/tlc/doctor.js";
import { originAt, RELEASE, RELEASE_PIN, serve, UNREACHABLE } from "./jar-server.js";
import { fakeJava, fakeProgram, scratchFolder } from "./scratch.js";

describe("diagnoseTools", () => {
  test("tells what is there", async () => {
    const folder = scratchFolder();
    const java = fakeJava(folder, "17.0.15");
    const mvn = fakeProgram(folder, "mvn", ["exit 1"]);
    const url = await serve((_, response) => response.end(RELEASE));
    const env = { PATH: folder, LATCHWORK_CACHE: join(folder, "cache") };
    const report = await diagnoseTools({ env, origin: originAt(url) });
    expect(report).toMatchObject({
      java: { ok: true, found: { path: java, version: "17.0.15", source: "PATH" } },
      jar: { ok: true, found: { source: "download", sha256: RELEASE_PIN.sha256, version: "test release" } },
      maven: { ok: true, found: { path: mvn } },
    });
  });

  test("tells everything that is missing, not only the first thing", async () => {
    const folder = scratchFolder();
    const env = { PATH: folder, LATCHWORK_CACHE: join(folder, "cache") };
    const report = await diagnoseTools({ env, origin: originAt(UNREACHABLE) });
    const codes = Object.values(report).map((check) => (check.ok ? "ok" : check.diagnostics[0]?.code));
    expect(codes).toEqual(["LW2001", "LW2003", "LW2006"]);
  });
});

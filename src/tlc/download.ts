/**
 * Downloading a pinned file. Written for bad networks: it goes through the user's proxy, follows redirects, gives up
 * when nothing moves, and leaves either the whole right file or nothing.
 */
import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { moveIntoPlace, temporaryPath } from "./cache.js";
import { mismatch } from "./checksum.js";
import type { Pin } from "./pins.js";
import type { Environment } from "./process.js";

/** Bytes received so far, and how many there will be when the server says so. */
export type DownloadProgress = (received: number, total: number | undefined) => void;

export interface DownloadRequest {
  readonly url: string;
  readonly pin: Pin;
  /** The cache folder that receives the file. */
  readonly folder: string;
  /** Read for HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either case. */
  readonly env: Environment;
  readonly onProgress?: DownloadProgress;
  readonly signal?: AbortSignal;
  /** Milliseconds to reach a server; for tests. */
  readonly connectTimeout?: number;
  /** Milliseconds without a single byte; for tests. */
  readonly idleTimeout?: number;
}

const CONNECT_TIMEOUT_MILLISECONDS = 10_000;
const IDLE_TIMEOUT_MILLISECONDS = 30_000;

/**
 * Fetches `url` into the cache and returns the path. Throws an Error whose message (with causes) says what went
 * wrong; no temporary file remains then. Never takes longer than the timeouts without progress.
 */
export async function download(request: DownloadRequest): Promise<string> {
  const temporary = await temporaryPath(request.folder);
  const watchdog = startWatchdog(request.idleTimeout ?? IDLE_TIMEOUT_MILLISECONDS, request.signal);
  try {
    await receive(request, temporary, watchdog);
    return await moveIntoPlace(temporary, request.folder, request.pin);
  } catch (error) {
    // The library reports our own abort in words of its own ("terminated"); the reason is the better text.
    throw watchdog.signal.aborted ? watchdog.signal.reason : error;
  } finally {
    watchdog.stop();
    await rm(temporary, { force: true });
  }
}

async function receive(request: DownloadRequest, temporary: string, watchdog: Watchdog): Promise<void> {
  // Loaded here because most runs find the jar in the cache and need no network code.
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const timeout = request.connectTimeout ?? CONNECT_TIMEOUT_MILLISECONDS;
  const dispatcher = new EnvHttpProxyAgent({
    ...proxySettings(request.env),
    connect: { timeout },
    proxyTls: { timeout },
    requestTls: { timeout },
  });
  try {
    const response = await fetch(request.url, { dispatcher, redirect: "follow", signal: watchdog.signal });
    if (!response.ok)
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    if (response.body === null) throw new Error("the server answered with nothing");
    const header = response.headers.has("content-encoding") ? null : response.headers.get("content-length");
    await store(response.body, header === null ? undefined : Number(header), request, temporary, watchdog);
  } finally {
    await dispatcher.destroy();
  }
}

/** Writes the body to the temporary file while hashing it, then compares with the pin. */
async function store(
  body: AsyncIterable<Uint8Array>,
  total: number | undefined,
  { pin, onProgress }: DownloadRequest,
  temporary: string,
  watchdog: Watchdog,
): Promise<void> {
  const hash = createHash("sha256");
  let size = 0;
  const file = await open(temporary, "wx", 0o644);
  try {
    for await (const chunk of body) {
      watchdog.feed();
      hash.update(chunk);
      size += chunk.length;
      // A login page of a captive network is small, but a wrong address may have no end.
      if (size > pin.size) throw new Error(`the server sent more than the expected ${pin.size} bytes`);
      await file.writeFile(chunk);
      onProgress?.(size, total);
    }
  } finally {
    await file.close();
  }
  const difference = mismatch({ sha256: hash.digest("hex"), size }, pin);
  if (difference !== undefined) throw new Error(`the file received is not the pinned one: ${difference}`);
}

/** The library falls back to `process.env` for what is left undefined; an empty string means no proxy. */
function proxySettings(env: Environment): { httpProxy: string; httpsProxy: string; noProxy: string } {
  return {
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? "",
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? "",
    noProxy: env.no_proxy ?? env.NO_PROXY ?? "",
  };
}

interface Watchdog {
  readonly signal: AbortSignal;
  readonly feed: () => void;
  readonly stop: () => void;
}

/** Aborts when not fed for `idle` milliseconds, or when the outer signal does. */
function startWatchdog(idle: number, outer: AbortSignal | undefined): Watchdog {
  const controller = new AbortController();
  const bark = () => controller.abort(new Error(`nothing was received for ${idle / 1000} s`));
  const forward = () => controller.abort(new Error("the download was interrupted"));
  const timer = setTimeout(bark, idle);
  outer?.addEventListener("abort", forward);
  if (outer?.aborted) forward();
  return {
    signal: controller.signal,
    feed: () => void timer.refresh(),
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", forward);
    },
  };
}

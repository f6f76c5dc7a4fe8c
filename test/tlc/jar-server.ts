/** A small web server, a proxy and a payload that stand in for the network in the tests of jar.ts. */
import { createHash } from "node:crypto";
import { createServer, type RequestListener, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";
import type { JarOrigin } from "../../src/tlc/jar.js";
import type { Pin } from "../../src/tlc/pins.js";

/** Starts like a zip archive and is long enough to be sent in several pieces. */
export const RELEASE = Buffer.concat([Buffer.from("PK\x03\x04release"), Buffer.alloc(300_000, 7)]);
export const MAVEN = Buffer.from("PK\x03\x04maven");

function pinOf(content: Buffer, stem: string): Pin {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { version: `test ${stem}`, stem, sha256, size: content.length, needsOneWorkerForLiveness: false };
}

export const RELEASE_PIN = pinOf(RELEASE, "release");
export const MAVEN_PIN = pinOf(MAVEN, "maven");

export function originAt(url: string): JarOrigin {
  return { url, release: RELEASE_PIN, maven: MAVEN_PIN };
}

/** Nothing listens on this port, so connections are refused at once; fetch itself refuses port 1. */
export const UNREACHABLE = "http://127.0.0.1:2/tools.jar";

/** Starts a server on a free port of this machine and returns `http://127.0.0.1:<port>`; ends with the test. */
export async function serve(listener: RequestListener): Promise<string> {
  return start(createServer(listener));
}

async function start(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that both forwards plain requests and opens tunnels; `seen` collects the targets it was asked for. */
export async function proxy(seen: string[]): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const target = incoming.url ?? "";
    seen.push(target);
    request(target, { headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  server.on("connect", (incoming, socket, head) => {
    seen.push(incoming.url ?? "");
    const [host = "", port = ""] = (incoming.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
    onTestFinished(() => {
      upstream.destroy();
      socket.destroy();
    });
  });
  return start(server);
}

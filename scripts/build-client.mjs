/** Bundles what runs in the browser for the reporter `html`: one script and one style sheet, which its pages carry. */
import { join } from "node:path";
import { build } from "esbuild";

/** Writes client.js and client.css into report/html of `dist`. Rejects where the client does not build; esbuild says why. */
export async function buildClient(root, dist) {
  const client = join(root, "src/report/html/client");
  await build({
    entryPoints: [
      { in: join(client, "main.tsx"), out: "client" },
      { in: join(client, "style.css"), out: "client" },
    ],
    outdir: join(dist, "report/html"),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome110", "firefox115", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
}

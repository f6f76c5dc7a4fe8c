/**
 * The data and the client as one HTML document that needs nothing else. Its policy lets it load nothing, run no script
 * but the client (known by its hash), and make no HTML out of text.
 */
import { createHash } from "node:crypto";
import type { PageData } from "./data.js";

/** The client as it was built: a script and a style sheet. */
export interface Client {
  readonly script: string;
  readonly style: string;
}

/** Throws an Error where the client contains what would end its own element. */
export function htmlPage(data: PageData, { script, style }: Client): string {
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
    throw new Error("the client of the HTML report cannot stand inside a page");
  }
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Latchwork report</title>
<style>${style}</style>
</head>
<body>
<noscript>This report is read with JavaScript. It loads nothing from anywhere.</noscript>
<div id="page"></div>
<script type="application/json" id="data">${embedded(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON in which no text can end the element that it stands in. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

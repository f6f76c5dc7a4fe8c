/** The reporter `html`: one file for a browser, to be opened from the disk or passed on, with every counterexample to step through. */
import { readFileSync } from "node:fs";
import type { Reporter, ReporterContext } from "../reporter.js";
import { type Client, htmlPage } from "./page.js";
import { pageData } from "./page-data.js";

/** Where scripts/build-client.mjs puts the client; this file is as far from it in src/ as in dist/. */
const BUILT = new URL("../../../dist/report/html/", import.meta.url);

/** For browsers: one document when the run has ended. */
export function htmlReporter(context: ReporterContext, write: (text: string) => void): Reporter {
  return { onRunEnd: (run) => write(htmlPage(pageData(run, context), readClient())) };
}

function readClient(): Client {
  const read = (name: string) => readFileSync(new URL(name, BUILT), "utf8");
  return { script: read("client.js"), style: read("client.css") };
}

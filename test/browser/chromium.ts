/** A real Chromium for the tests of the HTML report; Debian's package, as .ci/run installs it. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const found = PLACES.find((path) => existsSync(path));

/** Why there is no browser to test in; undefined where there is one. In CI there has to be one, and starting it fails. */
export const noBrowser =
  found === undefined && (process.env.CI ?? "") === ""
    ? `the tests in a browser are skipped: there is no Chromium at ${PLACES.join(", ")} (apt-get install chromium)`
    : undefined;

/** Chromium that asks nothing of anybody: without this, it looks for updates of its own. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Rejects where Chromium is missing. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: found ?? PLACES[0]!, headless: true, args: QUIET });
}

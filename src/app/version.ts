/** The version of this package, read from its own package.json: as far from here in dist/ as in src/. */
import { readFileSync } from "node:fs";

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

export const VERSION: string = manifest.version;

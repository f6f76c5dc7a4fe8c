/** An HTML report on the disk, opened in a browser that notes whatever a page must not do. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { htmlReporter } from "../../src/report/html/reporter.js";
import type { RunReport } from "../../src/report/reporter.js";

export interface ReportFile {
  readonly url: string;
  readonly remove: () => void;
}

/** Writes the report as the command does; `sources` by the names that spans have. */
export function writeReport(run: RunReport, sources: ReadonlyMap<string, string>): ReportFile {
  const folder = mkdtempSync(join(tmpdir(), "latchwork-browser-"));
  const path = join(folder, "report.html");
  const parts: string[] = [];
  const context = { colour: false, width: 100, readSource: (file: string) => sources.get(file) };
  htmlReporter(context, (text) => void parts.push(text)).onRunEnd?.(run);
  writeFileSync(path, parts.join(""));
  return { url: pathToFileURL(path).href, remove: () => rmSync(folder, { recursive: true }) };
}

export interface WatchedPage {
  readonly page: Page;
  /** Messages, errors, dialogs and requests for anything but the file itself; empty again after it. */
  readonly takeComplaints: () => string[];
}

export interface View {
  readonly width?: number;
  readonly dark?: boolean;
}

/** A page without a network, and with an eye on it. */
export async function watchedPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage({ offline: true });
  page.setDefaultTimeout(5_000);
  const complaints: string[] = [];
  page.on("console", (message) => void complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => void complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) complaints.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, takeComplaints: () => complaints.splice(0) };
}

/** Opens the file anew, at a hash such as `#case/3`. */
export async function openReport(
  page: Page,
  { url }: ReportFile,
  hash = "",
  { width = 1400, dark = false }: View = {},
): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
  // Another hash alone would load nothing.
  await page.goto("about:blank");
  await page.goto(`${url}${hash}`);
}

/** Follows a link inside the page, until it is drawn. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(async (next) => {
    if (location.hash === next) return;
    await new Promise((done) => {
      addEventListener("hashchange", done, { once: true });
      location.hash = next;
    });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }, hash);
}

/** How many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

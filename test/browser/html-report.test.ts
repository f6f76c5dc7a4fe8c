/** The HTML report in a real browser: stepping, what is shown at each step, addresses, and that nothing else happens. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Interleaving } from "../../src/trace/interleaving.js";
import { abba, caseReport, mixedRun, runReport, spanAt, step, vpt, xsa336 } from "../report/samples.js";
import { launchChromium, noBrowser } from "./chromium.js";
import { faintTexts } from "./contrast.js";
import {
  goTo,
  openReport,
  overflow,
  type ReportFile,
  type View,
  type WatchedPage,
  watchedPage,
  writeReport,
} from "./report-page.js";

if (noBrowser !== undefined) console.warn(noBrowser);

const attack = `</script><script>window.hit = 1</script><img src=x onerror="window.hit = 2">${"w".repeat(300)}`;
const hostileTrace: Interleaving = {
  ...abba,
  threads: [{ name: attack, cpu: attack }],
  steps: [
    step(1, attack, 1, attack, {
      kind: "acquire",
      lock: attack,
      procedure: attack,
      effects: [{ path: attack, from: attack, to: attack }],
    }),
  ],
  failure: { check: attack, message: attack },
  explanation: { sentences: [attack], scenario: [{ thread: attack, text: attack }] },
  blocked: [{ ...abba.blocked[0]!, thread: attack, text: attack, waitingFor: attack, heldBy: [attack] }],
  initial: [{ path: attack, value: attack }],
};

/** The sample, with a loop, callers, reasons for its switches and a step that does not matter. */
const starves: Interleaving = {
  ...xsa336,
  steps: xsa336.steps.map((each) => ({
    ...each,
    stack: each.stack.map((frame, depth) =>
      depth === each.stack.length - 1 ? frame : { ...frame, span: spanAt(80) },
    ),
    essential: each.n !== 4,
    switchReason: `reason ${each.n}`,
  })),
  lasso: 10,
};

const run = runReport(
  ...mixedRun.cases,
  caseReport("starves", { verdict: "violated", check: "never_stuck", trace: starves }),
  caseReport(attack, {
    spec: attack,
    verdict: "violated",
    check: attack,
    message: attack,
    why: attack,
    source: attack,
    trace: hostileTrace,
  }),
);

/** The statements of the sample where it says that they are. */
function sourceOf(trace: Interleaving): string {
  const lines = new Map(trace.steps.map(({ span, text }) => [span.line, `  ${text}`]));
  return Array.from({ length: 100 }, (_, index) => lines.get(index + 1) ?? "").join("\n");
}

describe.skipIf(noBrowser !== undefined)("the HTML report in Chromium", () => {
  let browser: Browser;
  let watched: WatchedPage;
  let report: ReportFile;
  beforeAll(async () => {
    browser = await launchChromium();
    watched = await watchedPage(browser);
    report = writeReport(run, new Map([[vpt, sourceOf(xsa336)]]));
  });
  afterAll(async () => {
    report?.remove();
    await browser?.close();
  });
  afterEach(() => expect(watched.takeComplaints()).toEqual([]));
  const open = async (hash?: string, view?: View): Promise<Page> => {
    await openReport(watched.page, report, hash, view);
    return watched.page;
  };

  test("the table has every case with its verdict, and leads to its interleaving", async () => {
    const page = await open();
    const rows = page.locator("table.cases tbody tr:not(.spec)");
    expect(await rows.count()).toBe(run.cases.length);
    expect(await rows.first().innerText()).toMatch(
      /✔.*before-xsa336.*14 steps.*fails by unlock-not-held.*733/s,
    );
    await page.getByRole("link", { name: "before-xsa336" }).click();
    expect(await where(page)).toMatch(/^Step 14 of 14, CPU1: spin_unlock\(pt\.vcpu!\.tm_lock\);/);
    await page.getByRole("link", { name: "All cases" }).click();
    expect(await rows.count()).toBe(run.cases.length);
  });

  test("stepping by keyboard shows each step, its line, and the memory after it", async () => {
    const page = await open("#before-xsa336");
    await page.keyboard.press("Home");
    await page.getByRole("checkbox").check();
    const forwards = ["ArrowRight", "j", "ArrowDown"];
    for (let position = 0; position <= xsa336.steps.length; position++) {
      expect(await shownIn(page)).toEqual(expectedAt(xsa336, position));
      await page.keyboard.press(forwards[position % forwards.length]!);
    }
    const back = ["ArrowLeft", "k", "ArrowUp"];
    for (let position = xsa336.steps.length; position >= 0; position--) {
      expect(await shownIn(page)).toEqual(expectedAt(xsa336, position));
      await page.keyboard.press(back[position % back.length]!);
    }
    await page.keyboard.press("End");
    expect(await shownIn(page)).toEqual(expectedAt(xsa336, xsa336.steps.length));
  });

  test("stepping by buttons, by the slider, and by a click on a step", async () => {
    const page = await open("#before-xsa336/3");
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    const steps: [string, number][] = [
      ["Next", 4],
      ["Back", 3],
      ["First", 0],
      ["Back", 0],
      ["Last", 14],
      ["Next", 14],
    ];
    for (const [name, position] of steps) {
      // A button that leads nowhere keeps the focus, and can be pressed.
      await button(name).click({ force: true });
      expect(new URL(page.url()).hash).toBe(`#before-xsa336/${position}`);
    }
    await page.getByRole("slider").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await where(page)).toMatch(/^Step 13 /);
    await page.getByRole("button", { name: "list_del" }).click();
    expect(await where(page)).toMatch(/^Step 5 .*vcpu0\.tm_list: \[pt0\] → \[\]/);
  });

  test("keys that belong to the browser, or to what is scrolled, do not step", async () => {
    const page = await open("#before-xsa336/3");
    await page.keyboard.press("Control+j");
    await page.keyboard.press("Alt+Home");
    await page.locator(".source").focus();
    await page.keyboard.press("ArrowDown");
    expect(await where(page)).toMatch(/^Step 3 /);
  });

  test("an address names a case and a step; one that names nothing is said to", async () => {
    const page = await open("#before-xsa336/9");
    expect(await where(page)).toMatch(/^Step 9 of 14, CPU0/);
    expect(await page.title()).toBe("before-xsa336: fails by unlock-not-held");
    await goTo(page, "#split/1");
    await page.getByText("Step 1 of 2").waitFor();
    await goTo(page, "#before-xsa336/999");
    await page.getByText("Step 14 of 14").waitFor();
    await goTo(page, "#nobody/1");
    await page.getByText("This report has no case called nobody.").waitFor();
  });

  test("a deadlock: who holds what at each step, and at the end who waits for whom", async () => {
    const page = await open("#split/1");
    const edges = page.locator(".edges li");
    expect(await edges.allInnerTexts()).toEqual(["CPU0 holds pt0.lock since step 1"]);
    expect(await page.locator(".graph line").count()).toBe(1);
    await page.keyboard.press("End");
    expect(await edges.allInnerTexts()).toEqual([
      "CPU0 holds pt0.lock since step 1",
      "CPU1 holds vcpu0.tm_lock since step 2",
      "CPU0 waits for vcpu0.tm_lock",
      "CPU1 waits for pt0.lock",
    ]);
    expect(await page.locator(".graph line.waits").count()).toBe(2);
    expect(await page.locator(".scenario").innerText()).toContain("lock(vcpu0.tm_lock);");
    expect(await page.getByText("The source was not there").count()).toBe(1);
    await page.getByRole("button", { name: "step 1" }).click();
    expect(await where(page)).toMatch(/^Step 1 /);
  });

  test("a run that repeats: its loop is marked, and goes on at its first step", async () => {
    const page = await open("#starves");
    expect(await page.locator(".step.loop").count()).toBe(5);
    expect(await page.locator(".across.loop").allInnerTexts()).toContain("↻ and again from step 10");
    expect(await page.locator(".across").allInnerTexts()).toContain("⇄ reason 9");
    expect(await page.locator(".step.aside").count()).toBe(1);
    await page.getByRole("button", { name: "Again" }).click();
    expect(await where(page)).toMatch(/^Step 10 /);
  });

  test("a caller of the step shows its line, until the next step", async () => {
    const page = await open("#starves/11");
    const lines = page.locator(".source .here .line-number");
    expect(await lines.allInnerTexts()).toEqual(["43"]);
    await page.getByRole("button", { name: "pt_timer_fn", exact: true }).click();
    expect(await lines.allInnerTexts()).toEqual(["80"]);
    await page.keyboard.press("j");
    expect(await lines.allInnerTexts()).toEqual(["67"]);
  });

  test("names that would be HTML are text", async () => {
    const page = await open(`#${encodeURIComponent(attack)}`);
    expect(await page.locator("h1").innerText()).toContain(attack);
    expect(await page.evaluate("[document.scripts.length, document.images.length, window.hit]")).toEqual([
      2,
      0,
      undefined,
    ]);
  });

  test("what somebody smuggles into the page neither runs nor loads", async () => {
    const page = await open();
    const complaints: string[] = [];
    const responses: string[] = [];
    page.on("response", (response) => void responses.push(response.url()));
    await page.evaluate(`for (const html of ["<img src=x onerror='window.hit = 1'>", "<script>window.hit = 2<\\/script>"]) {
      try { document.body.insertAdjacentHTML("beforeend", html); } catch {}
    }
    const script = document.createElement("script");
    try { script.text = "window.hit = 3"; document.body.append(script); } catch {}
    const image = document.createElement("img"); image.src = "http://localhost:1/x"; document.body.append(image);`);
    await expect
      .poll(() => complaints.push(...watched.takeComplaints()) && complaints.join("\n"))
      .toContain("img-src");
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(responses).toEqual([]);
    watched.takeComplaints();
  });

  test.each([700, 1400])("at %i pixels no page is wider than its window", async (width) => {
    const page = await open("", { width });
    for (const hash of [
      "",
      "#before-xsa336",
      "#split",
      "#starves",
      "#refused",
      `#${encodeURIComponent(attack)}`,
    ]) {
      await goTo(page, hash);
      expect({ hash, overflow: await overflow(page) }).toEqual({ hash, overflow: 0 });
    }
  });

  test.each([false, true])("every text stands out, dark: %s", async (dark) => {
    const page = await open("", { dark });
    for (const hash of ["", "#before-xsa336/12", "#split", "#starves/11", "#refused"]) {
      await goTo(page, hash);
      expect(await page.evaluate(faintTexts)).toEqual([]);
    }
  });

  test("everything is reached by the Tab key, and shows that it has the focus", async () => {
    const page = await open("#before-xsa336");
    const reached = new Set<string>();
    for (let presses = 0; presses < 25; presses++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(
          "document.activeElement.matches('body') || getComputedStyle(document.activeElement).outlineStyle === 'solid' ? document.activeElement.textContent.slice(0, 20) || document.activeElement.type || '' : 'no outline: ' + document.activeElement.outerHTML",
        ),
      );
    }
    const all = [...reached];
    expect(all.filter((text) => text.startsWith("no outline"))).toEqual([]);
    expect(all).toEqual(
      expect.arrayContaining(["First", "◀ Back", "Next ▶", "Last", "range", "spin_unlock(pt.vcpu!"]),
    );
  });
});

function where(page: Page): Promise<string> {
  return page.getByTestId("where").innerText();
}

/** What the page says about the chosen step. */
function shownIn(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const texts = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].map(({ innerText }) =>
        innerText.replace(/\s+/g, " "),
      );
    const values = texts(".memory .value");
    return {
      step: texts('.lanes [aria-current="step"] th'),
      lines: texts(".source .here .line-number"),
      memory: Object.fromEntries(texts(".memory th").map((path, index) => [path, values[index]])),
      changed: texts(".memory .changed"),
      hash: location.hash,
    };
  });
}

/** The same from the interleaving, where memory is what was there first and every effect up to the step. */
function expectedAt({ steps, initial }: Interleaving, position: number): unknown {
  const memory = Object.fromEntries(initial.map(({ path, value }) => [path, value]));
  for (const { effects } of steps.slice(0, position)) {
    for (const { path, to } of effects) memory[path] = to;
  }
  const current = steps[position - 1];
  return {
    step: current === undefined ? [] : [String(position)],
    lines: current === undefined ? [] : [String(current.span.line)],
    memory,
    changed: (current?.effects ?? []).map(({ path, from, to }) => `${path} ${from} → ${to}`),
    hash: `#before-xsa336/${position}`,
  };
}

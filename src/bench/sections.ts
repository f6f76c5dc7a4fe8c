/** What was measured, as the tables of docs/PERFORMANCE.md. */
import type { CaseTimes } from "./cases.js";
import type { CommandTimes } from "./commands.js";
import { COUNTS, type Growth } from "./growth.js";
import { GROWTH_TLC_LIMIT, WORTH_MERGING } from "./options.js";
import type { StartUp } from "./start-up.js";
import type { Suite } from "./suite.js";
import { bySpec, grouped, median, seconds, share, table, times } from "./table.js";
import type { ThreadsCount } from "./threads.js";
import type { TlcRun } from "./tlc.js";
import type { Explored } from "./worker.js";

/** Reasons that a row has room for. */
const MOST_REASONS = 8;

/** The tables, by the names that stand in the document. */
export const SECTIONS = [
  "run",
  "goals",
  "states",
  "limits",
  "threads",
  "growth",
  "times",
  "commands",
  "speed",
  "start-up",
  "suite",
] as const;

export type Section = (typeof SECTIONS)[number];

export interface Measured {
  /** When and where. */
  readonly run: string;
  readonly cases: readonly CaseTimes[];
  readonly growth: readonly Growth[];
  readonly threads: readonly ThreadsCount[];
  readonly commands: readonly CommandTimes[];
  readonly startUp: StartUp | undefined;
  readonly suite: Suite | undefined;
}

export function sections(measured: Measured): Record<Section, string> {
  const { cases } = measured;
  return {
    run: measured.run,
    goals: goals(measured),
    states: states(cases),
    limits: limits(cases),
    threads: threads(measured.threads),
    growth: growth(measured.growth),
    times: caseTimes(cases),
    commands: commands(measured.commands),
    speed: speed(cases),
    "start-up": startUp(measured.startUp),
    suite: suite(measured.suite),
  };
}

const mergingOf = ({ unreduced, reduced }: CaseTimes) => unreduced.distinct / reduced.distinct;
const isWorthMerging = ({ unreduced, reduced }: CaseTimes) =>
  unreduced.distinct > WORTH_MERGING && unreduced.complete && reduced.complete;

/** What a user waits for once the spec is compiled. */
const exploreMs = ({ prepareMs, reduced }: CaseTimes) => prepareMs + reduced.ms;
const tlcMs = ({ prepareMs, translateMs = Number.NaN, tlc }: CaseTimes) =>
  prepareMs + translateMs + (tlc?.plain.ms ?? Number.NaN);
/** TLC from its start to its end, by the explorer, either as far as what the case expects. */
const modelRatio = ({ asked, tlc }: CaseTimes) => (tlc?.plain.ms ?? Number.NaN) / (asked?.ms ?? Number.NaN);
const answerRatio = (one: CaseTimes) => tlcMs(one) / exploreMs(one);
const searchRatio = ({ tlc, reduced }: CaseTimes) => (tlc?.plain.searchMs ?? Number.NaN) / reduced.ms;
/** What a search says in one breath cannot be timed. */
const searchTime = ({ plain }: NonNullable<CaseTimes["tlc"]>) =>
  Number.isNaN(plain.searchMs) ? "" : seconds(plain.searchMs);

interface Goal {
  readonly name: string;
  readonly found: string;
  readonly reached: boolean | undefined;
}

function goals(measured: Measured): string {
  const { cases } = measured;
  const worth = cases.filter(isWorthMerging);
  const merging = median(worth.map(mergingOf));
  const speeds = cases.flatMap(({ name, speeds: all }) => all.map((one) => ({ ...one, name })));
  const large = speeds.filter(({ distinct }) => distinct >= 1_000_000);
  const slowest = Math.min(...large.map(({ perSecond }) => perSecond));
  const widest = Math.max(...speeds.map(({ bytesPerState }) => bytesPerState));
  const hand = measured.threads.flatMap(({ hand: by, reduced }) =>
    by === undefined ? [] : [reduced.either / by],
  );
  const worst = Math.max(...hand);
  const all: Goal[] = [
    {
      name: `unreduced ÷ reduced states ≥ 10 at the median of the cases with more than ${grouped(WORTH_MERGING)} unreduced states`,
      found: `${times(merging)} over ${worth.length} cases (${times(Math.min(...worth.map(mergingOf)))} to ${times(Math.max(...worth.map(mergingOf)))})`,
      reached: worth.length === 0 ? undefined : merging >= 10,
    },
    {
      name: "reduced states ≤ 0.1 of PlusCal by hand, each model",
      found: `${share(Math.min(...hand))} to ${share(worst)}`,
      reached: hand.length === 0 ? undefined : worst <= 0.1,
    },
    ratioGoal("explorer ≥ 10 times as fast as TLC on the same merged model, every case", cases, modelRatio),
    ratioGoal("the same with merging, which both wait for, and the translator", cases, answerRatio),
    ratioGoal("the same for the search alone, without the start of Java", cases, searchRatio),
    {
      name: "explorer ≥ 200,000 states/s on a case of a million states",
      found: `${grouped(slowest)} (${large.map(({ name }) => name).join(", ")})`,
      reached: large.length === 0 ? undefined : slowest >= 200_000,
    },
    {
      name: "explorer < 100 bytes a state",
      found: `at most ${grouped(widest)}`,
      reached: speeds.length === 0 ? undefined : widest < 100,
    },
  ];
  const words = (reached: boolean | undefined) =>
    reached === undefined ? "not measured" : reached ? "reached" : "**not reached**";
  return table(
    ["goal", "measured", ""],
    all.map(({ name, found, reached }) => [name, reached === undefined ? "" : found, words(reached)]),
  );
}

function ratioGoal(name: string, cases: readonly CaseTimes[], ratioOf: (one: CaseTimes) => number): Goal {
  const known = cases.map((one) => ({ one, ratio: ratioOf(one) })).filter(({ ratio }) => ratio > 0);
  const short = known.filter(({ ratio }) => ratio < 10);
  const worst = known.toSorted((a, b) => a.ratio - b.ratio)[0];
  if (worst === undefined) return { name, found: "", reached: undefined };
  const middle = times(median(known.map(({ ratio }) => ratio)));
  const found = `median ${middle}, least ${times(worst.ratio)} (${worst.one.name}); ${known.length - short.length} of ${known.length} cases`;
  return { name, found, reached: short.length === 0 };
}

function states(cases: readonly CaseTimes[]): string {
  const rows = cases.map((one) => [
    one.name,
    one.holds ? "holds" : "fails",
    ofExplorer(one.unreduced),
    ofExplorer(one.reduced),
    times(mergingOf(one)),
    ofTlc(one.tlcUnreduced, one.unreduced),
    ofTlc(one.tlc?.plain, one.reduced),
    ofTlc(one.tlc?.symmetric),
    one.tlc?.symmetric.kind === "holds" ? times(one.unreduced.distinct / one.tlc.symmetric.distinct) : "",
  ]);
  const head = ["case", "", ">unreduced", ">reduced", ">ratio", ">TLC unreduced", ">TLC reduced"];
  return table([...head, ">with symmetry", ">ratio"], rows);
}

function ofExplorer({ complete, distinct }: Explored): string {
  return complete ? grouped(distinct) : `> ${grouped(distinct)}`;
}

/** What TLC found; `=` where the explorer found as many. */
function ofTlc(run: TlcRun | undefined, explored?: Explored): string {
  if (run === undefined) return "";
  if (run.kind === "stopped") return `> ${grouped(run.distinct)}`;
  if (run.kind === "violated") return `${grouped(run.distinct)} †`;
  return explored?.complete === true && explored.distinct === run.distinct ? "=" : grouped(run.distinct);
}

/** Why steps begin where they do, most often first; the cases of a spec together. */
function limits(cases: readonly CaseTimes[]): string {
  const rows = [...bySpec(cases.filter(isWorthMerging))].map(([spec, ofSpec]) => {
    const decisions = ofSpec.flatMap((one) => one.decisions);
    const beginnings = decisions.filter(({ merged }) => !merged);
    const reasons = new Map<string, number>();
    for (const { because } of beginnings) reasons.set(because, (reasons.get(because) ?? 0) + 1);
    const listed = [...reasons].toSorted((a, b) => b[1] - a[1]).map(([reason, n]) => `${n}× ${reason}`);
    const rest = listed.length - MOST_REASONS;
    return [
      spec.replace(/^specs\/|\.ts$/g, ""),
      String(ofSpec.length),
      times(median(ofSpec.map(mergingOf))),
      `${decisions.length} → ${beginnings.length}`,
      [...listed.slice(0, MOST_REASONS), ...(rest > 0 ? [`${rest} more`] : [])].join("; "),
    ];
  });
  return table(["spec", ">cases", ">ratio, median", ">steps", "why a step begins"], rows);
}

function threads(all: readonly ThreadsCount[]): string {
  const rows = all.map(({ name, hand, unreducedThen, unreduced, reduced }) => [
    name,
    hand === undefined ? "" : grouped(hand),
    unreducedThen === undefined ? "" : grouped(unreducedThen),
    grouped(unreduced.right),
    grouped(unreduced.either),
    grouped(reduced.either),
    grouped(reduced.one),
    times(unreduced.either / reduced.either),
    hand === undefined ? "" : share(reduced.either / hand),
  ]);
  const head = ["model", ">by hand", ">one step an access, then", ">ours, without failures", ">ours"];
  return table([...head, ">reduced", ">of one start", ">ours ÷ reduced", ">reduced ÷ by hand"], rows);
}

function growth(all: readonly Growth[]): string {
  const rows = all.flatMap(({ name, param, unreduced, reduced, symmetric }) => [
    [name, param, "unreduced", ...cells(unreduced)],
    [name, param, "reduced", ...cells(reduced)],
    [name, param, "with symmetry (TLC)", ...cells(symmetric)],
  ]);
  return table(["case", "param", "", ...COUNTS.map((count) => `>${count}`)], rows);
}

function cells(series: readonly (Explored | TlcRun | undefined)[]): string[] {
  return COUNTS.map((_, index) => {
    const one = series[index];
    if (one === undefined) return "too large";
    const took = seconds(one.ms);
    if (one.distinct === 0) return `> ${took}`;
    if ("complete" in one)
      return one.complete ? `${grouped(one.distinct)}, ${took}` : `${ofExplorer(one)}, > ${took}`;
    if (one.kind === "stopped") return `> ${grouped(one.distinct)}, > ${GROWTH_TLC_LIMIT} s`;
    return `${ofTlc(one)}, ${took}`;
  });
}

function caseTimes(cases: readonly CaseTimes[]): string {
  const rows = cases
    .filter(({ tlc }) => tlc !== undefined)
    .map((one) => [
      one.name,
      seconds(one.prepareMs),
      seconds(one.reduced.ms),
      timeOf(one.tlc?.plain),
      one.tlc === undefined ? "" : searchTime(one.tlc),
      one.tlc === undefined ? "" : times(answerRatio(one)),
      one.tlc === undefined ? "" : times(searchRatio(one)),
      one.tlc === undefined || one.tlc.plain === one.tlc.symmetric ? "" : timeOf(one.tlc.symmetric),
      seconds(one.unreduced.ms),
      timeOf(one.tlcUnreduced),
      one.tlcUnreduced === undefined ? "" : times(one.tlcUnreduced.ms / one.unreduced.ms),
    ]);
  const head = ["case", ">merging", ">explorer", ">TLC", ">its search", ">answer ratio", ">search ratio"];
  return table([...head, ">TLC, symmetry", ">explorer, unreduced", ">TLC, unreduced", ">ratio"], rows);
}

function timeOf(run: TlcRun | undefined): string {
  if (run === undefined) return "";
  return `${run.kind === "stopped" ? "> " : ""}${seconds(run.ms)}${run.kind === "violated" ? " †" : ""}`;
}

function commands(all: readonly CommandTimes[]): string {
  const rows = all.map(({ spec, cases, exploreMs: ours, tlcMs: theirs }) => [
    `latchwork check ${spec}`,
    String(cases),
    seconds(ours),
    seconds(theirs),
    times(theirs / ours),
  ]);
  return table(["command", ">cases", ">--engine explore", ">--engine tlc", ">ratio"], rows);
}

function speed(cases: readonly CaseTimes[]): string {
  const rows = cases.flatMap(({ name, speeds }) =>
    speeds.map(({ reduced, distinct, perSecond, bytesPerState }) => [
      name,
      reduced ? "reduced" : "unreduced",
      grouped(distinct),
      grouped(perSecond),
      grouped(bytesPerState),
    ]),
  );
  return table(["case", "", ">states", ">states/s", ">bytes/state"], rows);
}

const isReached = (reached: boolean) => (reached ? "reached" : "**not reached**");

function startUp(measured: StartUp | undefined): string {
  if (measured === undefined) return "";
  const { name, plainMs, oursMs, oursRatio, commandMs, commandRatio, cachedMs, helpMs, nodeMs } = measured;
  const row = (what: string, took: number, ratio: number, goal: number) => [
    what,
    seconds(plainMs),
    seconds(took),
    ratio.toFixed(2),
    `≤ ${goal}`,
    isReached(ratio <= goal),
  ];
  const alone = (what: string, took: number, goal: number) => [
    what,
    "",
    seconds(took),
    "",
    `≤ ${goal} s`,
    isReached(took <= goal * 1000),
  ];
  return table(
    ["", ">plain tools", ">Latchwork", ">ratio", "goal", ""],
    [
      row(`translate and check ${name}`, oursMs, oursRatio, 0.4),
      row("latchwork check of that case", commandMs, commandRatio, 1.3),
      alone("the same with its verdict in the cache", cachedMs, 0.3),
      alone("latchwork --help", helpMs, 0.15),
      ["node alone, with nothing to do", "", seconds(nodeMs), "", "", ""],
    ],
  );
}

function suite(measured: Suite | undefined): string {
  if (measured === undefined) return "";
  const { cases, modules, plainMs, commandMs } = measured;
  const ratio = commandMs / plainMs;
  return table(
    ["", ">plain tools", ">latchwork check", ">ratio", "goal", ""],
    [
      [
        `${cases} cases, ${modules} modules`,
        seconds(plainMs),
        seconds(commandMs),
        ratio.toFixed(2),
        "≤ 0.35",
        isReached(ratio <= 0.35),
      ],
    ],
  );
}

/**
 * Who holds which lock after the chosen step, and at the end who waits for whom: threads above, locks and awaited
 * conditions below. A deadlock is a circle of arrows.
 */
import type { RunData } from "../data.js";
import { Scrolls } from "./scrolls.js";
import { type Edge, edgesAt, thingsOf } from "./waiting.js";

interface LockGraphProps {
  readonly run: RunData;
  readonly position: number;
  readonly onStep: (step: number) => void;
}

const BOX = { width: 124, height: 40, gap: 12 };
const ROW = 120;
const WORDS = { holds: "holds", blocks: "is in the way of", waits: "waits for" } as const;
/** Letters that fit into a box. */
const LETTERS = 16;

const at = (index: number) => index * (BOX.width + BOX.gap) + 8;

export function LockGraph({ run, position, onStep }: LockGraphProps) {
  const things = thingsOf(run);
  if (things.length === 0) return null;
  const edges = edgesAt(run, position);
  const columns = Math.max(run.lanes.length, things.length);
  const size = { width: at(columns) - BOX.gap + 8, height: ROW + BOX.height + 16 };
  return (
    <section class="panel" aria-label="locks">
      <h2>
        Locks and waits{" "}
        <span class="quiet">{position === 0 ? "before the first step" : `after step ${position}`}</span>
      </h2>
      <Scrolls label="graph of locks and waits">
        <svg
          class="graph"
          aria-hidden="true"
          viewBox={`0 0 ${size.width} ${size.height}`}
          width={size.width}
          height={size.height}
        >
          <defs>
            {["holds", "blocks", "waits"].map((kind) => (
              <marker
                key={kind}
                id={`arrow-${kind}`}
                class={kind}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                orient="auto"
              >
                <path d="M0 0 L8 4 L0 8 z" />
              </marker>
            ))}
          </defs>
          {edges.map((edge) => (
            <Arrow key={`${edge.kind} ${edge.lane} ${edge.thing}`} edge={edge} />
          ))}
          {run.lanes.map(({ cpu, thread }, lane) => (
            <Box key={thread} x={at(lane)} y={8} kind="thread" title={cpu} text={thread} />
          ))}
          {things.map((thing, index) => (
            <Box key={thing} x={at(index)} y={8 + ROW} kind="thing" title={thing} />
          ))}
        </svg>
      </Scrolls>
      <ul class="edges">
        {edges.map(({ kind, lane, thing, since }) => (
          <li key={`${kind} ${lane} ${thing}`} class={kind}>
            {run.lanes[lane]?.cpu} {WORDS[kind]} {things[thing]}
            {since !== undefined && (
              <>
                {" "}
                since{" "}
                <button type="button" class="plain link" onClick={() => onStep(since)}>
                  step {since}
                </button>
              </>
            )}
          </li>
        ))}
        {edges.length === 0 && <li class="quiet">Nobody holds a lock.</li>}
      </ul>
    </section>
  );
}

interface BoxProps {
  readonly x: number;
  readonly y: number;
  readonly kind: "thread" | "thing";
  readonly title: string;
  readonly text?: string;
}

function Box({ x, y, kind, title, text }: BoxProps) {
  const middle = x + BOX.width / 2;
  return (
    <g class={kind}>
      <title>{text === undefined ? title : `${title}: ${text}`}</title>
      <rect x={x} y={y} width={BOX.width} height={BOX.height} rx={kind === "thread" ? 4 : 20} />
      <text x={middle} y={y + (text === undefined ? 24 : 17)} text-anchor="middle">
        {shortened(title)}
      </text>
      {text !== undefined && (
        <text class="second" x={middle} y={y + 32} text-anchor="middle">
          {shortened(text)}
        </text>
      )}
    </g>
  );
}

/** From the lock to who holds it; from who waits to what for. */
function Arrow({ edge: { kind, lane, thing } }: { readonly edge: Edge }) {
  // Both arrows between one thread and one lock would lie on each other.
  const aside = kind === "waits" ? 14 : -14;
  const thread = { x: at(lane) + BOX.width / 2 + aside, y: 8 + BOX.height };
  const lock = { x: at(thing) + BOX.width / 2 + aside, y: 8 + ROW };
  const [from, to] = kind === "waits" ? [thread, lock] : [lock, thread];
  return <line class={kind} x1={from.x} y1={from.y} x2={to.x} y2={to.y} marker-end={`url(#arrow-${kind})`} />;
}

function shortened(text: string): string {
  const letters = Array.from(text);
  return letters.length <= LETTERS ? text : `${letters.slice(0, LETTERS - 1).join("")}…`;
}

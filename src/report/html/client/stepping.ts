/** Where keys and buttons lead. */
import type { RunData } from "../data.js";

export type Move = "first" | "back" | "on" | "last";

const KEYS: Readonly<Record<string, Move>> = {
  ArrowRight: "on",
  ArrowDown: "on",
  j: "on",
  ArrowLeft: "back",
  ArrowUp: "back",
  k: "back",
  Home: "first",
  End: "last",
};

/** What a key asks for; nothing where it belongs to the browser, or to what has the focus. */
export function moveOf(event: KeyboardEvent): Move | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
  const { target } = event;
  const move = KEYS[event.key];
  if (move === undefined || !(target instanceof HTMLElement)) return move;
  // A slider, and what can be scrolled, have arrow keys of their own.
  const hasOwn = event.key.length > 1 && target.matches('input[type="range"], .scrolls');
  return hasOwn ? undefined : move;
}

/** The position that a move leads to. The end of a run that repeats goes on at the first step of its loop. */
export function positionAfter({ steps, loop }: RunData, position: number, move: Move): number {
  const last = steps.length;
  switch (move) {
    case "first":
      return 0;
    case "last":
      return last;
    case "back":
      return Math.max(position - 1, 0);
    case "on":
      return position < last ? position + 1 : (loop ?? last);
  }
}

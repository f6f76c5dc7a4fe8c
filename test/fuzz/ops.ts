/** The text of a random program before it is text: statements in blocks, so that a mistake can be made in any of them. */

/** A statement, or a block around others. */
export type Op = string | Block;

export interface Block {
  /** Up to and with the brace. */
  readonly open: string;
  readonly ops: readonly Op[];
  /** From the closing brace on; a brace unless given. */
  readonly close?: string;
}

/** A statement with a block behind it: `if (f === 1) { … }`. */
export function block(head: string, ops: readonly Op[], close?: string): Block {
  return { open: head === "" ? "{" : `${head} {`, ops, ...(close === undefined ? {} : { close }) };
}

/** Lines of a body, indented. */
export function print(ops: readonly Op[], indent: string): string {
  return ops
    .map((op) => {
      if (typeof op === "string") return `${indent}${op}\n`;
      return `${indent}${op.open}\n${print(op.ops, `${indent}  `)}${indent}${op.close ?? "}"}\n`;
    })
    .join("");
}

/** The ops with each text replaced, those of blocks too. */
export function mapText(ops: readonly Op[], change: (text: string) => string): Op[] {
  return ops.map((op) => {
    if (typeof op === "string") return change(op);
    const close = op.close === undefined ? {} : { close: change(op.close) };
    return { open: change(op.open), ops: mapText(op.ops, change), ...close };
  });
}

/** Something that can be done wrong to a body. */
export interface Mistake {
  readonly kind: "drop" | "duplicate" | "later" | "earlier" | "insert" | "replace";
  /** Which of the statements that it can be done to, modulo their number. */
  readonly at: number;
  /** Whether only operations of locks count. */
  readonly ofLocks: boolean;
  /** How far it is moved. */
  readonly by: number;
  /** What is inserted, or put in its place. */
  readonly text: string;
}

const LOCK_OPERATION = /(?:un)?lock|^(?:down|up)|irq|_bh|preempt/;

/** The body with the mistake in it. */
export function withMistake(ops: readonly Op[], mistake: Mistake): Op[] {
  const counts = (op: Op) =>
    typeof op === "string" && (!mistake.ofLocks || (LOCK_OPERATION.test(op) && !op.startsWith("const")));
  const total = count(ops, counts);
  if (total === 0) return [...ops];
  return change(ops, counts, { left: mistake.at % total }, mistake);
}

function count(ops: readonly Op[], counts: (op: Op) => boolean): number {
  return ops.reduce(
    (sum, op) => sum + (typeof op === "string" ? Number(counts(op)) : count(op.ops, counts)),
    0,
  );
}

/** Done to the one before which `position.left` others are. */
function change(
  ops: readonly Op[],
  counts: (op: Op) => boolean,
  position: { left: number },
  mistake: Mistake,
): Op[] {
  for (const [index, op] of ops.entries()) {
    if (typeof op !== "string") {
      const inside = count(op.ops, counts);
      if (position.left >= inside) {
        position.left -= inside;
        continue;
      }
      return ops.toSpliced(index, 1, { ...op, ops: change(op.ops, counts, position, mistake) });
    }
    if (!counts(op) || position.left-- > 0) continue;
    const { kind, by, text } = mistake;
    const moved = (to: number) =>
      ops.toSpliced(index, 1).toSpliced(Math.max(0, Math.min(ops.length - 1, to)), 0, op);
    switch (kind) {
      case "drop":
        return ops.toSpliced(index, 1);
      case "duplicate":
        return ops.toSpliced(index, 0, op);
      case "later":
        return moved(index + by);
      case "earlier":
        return moved(index - by);
      case "insert":
        return ops.toSpliced(index, 0, text);
      case "replace":
        return ops.toSpliced(index, 1, text);
    }
  }
  return [...ops];
}

/**
 * A second, independent definition of what a few statements mean: programs as data, executed access by access on
 * plain objects. It shares no code with the compiler or the interpreter, and knows nothing of flows, steps or labels.
 */

/** Shared variables are `v0`..; locks `l0`..; a thread has one local, `n`. */
export type Mini =
  | { readonly kind: "set"; readonly to: number; readonly value: number }
  /** `to = from + plus`: a load and a store. */
  | { readonly kind: "copy"; readonly to: number; readonly from: number; readonly plus: number }
  /** `n = from`. */
  | { readonly kind: "load"; readonly from: number }
  /** `to = n + plus`. */
  | { readonly kind: "store"; readonly to: number; readonly plus: number }
  | { readonly kind: "until"; readonly on: number; readonly is: number }
  | { readonly kind: "assert"; readonly on: number; readonly is: number }
  | { readonly kind: "lock" | "unlock"; readonly lock: number }
  | { readonly kind: "try"; readonly lock: number; readonly whenTrue: readonly Mini[] }
  | {
      readonly kind: "if";
      readonly on: number;
      readonly is: number;
      readonly whenTrue: readonly Mini[];
      readonly whenFalse: readonly Mini[];
    }
  | { readonly kind: "repeat"; readonly body: readonly Mini[] }
  | { readonly kind: "atomic"; readonly body: readonly AtomicMini[] };

/** What may stand in an atomic step of the oracle. */
export type AtomicMini = Extract<Mini, { kind: "set" | "copy" | "load" | "store" | "assert" }>;

export interface MiniProgram {
  readonly variables: number;
  readonly locks: number;
  readonly threads: readonly (readonly Mini[])[];
}

/** What a thread still has to do; `pending` is a store whose load has been done. */
interface MiniThread {
  readonly todo: readonly Mini[];
  readonly pending: { readonly to: number; readonly value: number } | undefined;
  readonly n: number;
}

interface MiniState {
  readonly memory: readonly number[];
  /** The thread that holds each lock, or -1. */
  readonly owners: readonly number[];
  readonly threads: readonly MiniThread[];
  readonly failed: readonly string[];
}

export interface MiniResult {
  /** Memory, owners and failed checks of every reachable state. */
  readonly reachable: ReadonlySet<string>;
  /** The same, of states in which no thread can move. */
  readonly final: ReadonlySet<string>;
}

/** How a memory is written, here and for the explorer. */
export function showMemory(
  memory: readonly number[],
  owners: readonly number[],
  failed: readonly string[],
): string {
  return `${memory.join(",")} | ${owners.join(",")} | ${[...failed].sort().join(",")}`;
}

/** Every memory that some interleaving of single accesses reaches. */
export function runMini(program: MiniProgram): MiniResult {
  const first: MiniState = {
    memory: Array.from({ length: program.variables }, () => 0),
    owners: Array.from({ length: program.locks }, () => -1),
    threads: program.threads.map((todo) => ({ todo, pending: undefined, n: 0 })),
    failed: [],
  };
  const seen = new Set<string>();
  const reachable = new Set<string>();
  const final = new Set<string>();
  const open = [first];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    const shown = showMemory(state.memory, state.owners, state.failed);
    reachable.add(shown);
    const next = program.threads.flatMap((_, index) => access(state, index) ?? []);
    if (next.length === 0) final.add(shown);
    open.push(...next);
  }
  return { reachable, final };
}

/** The state after the next access of a thread; undefined where it has ended or waits. */
function access(state: MiniState, index: number): MiniState | undefined {
  const thread = state.threads[index]!;
  const [now, ...rest] = thread.todo;
  const move = (change: Partial<MiniState>, mine: Partial<MiniThread> = {}): MiniState => ({
    ...state,
    ...change,
    threads: state.threads.with(index, { ...thread, todo: rest, pending: undefined, ...mine }),
  });
  const failing = (check: string) => [...new Set([...state.failed, check])].sort();
  /** A thread that comes to its end must not hold a lock then. */
  const go = (change: Partial<MiniState>, mine: Partial<MiniThread> = {}): MiniState => {
    const next = move(change, mine);
    const { todo, pending } = next.threads[index]!;
    const keeps = todo.length === 0 && pending === undefined && next.owners.includes(index);
    return keeps ? { ...next, failed: failing("lock-held-at-exit") } : next;
  };
  const fail = (check: string, memory = state.memory): MiniState =>
    move({ memory, failed: failing(check) }, { todo: [], n: 0 });
  if (thread.pending !== undefined) {
    const { to, value } = thread.pending;
    return go({ memory: state.memory.with(to, value) });
  }
  if (now === undefined) return undefined;
  switch (now.kind) {
    case "set":
      return go({ memory: state.memory.with(now.to, now.value) });
    case "copy":
      return go(
        {},
        { todo: thread.todo, pending: { to: now.to, value: state.memory[now.from]! + now.plus } },
      );
    case "load":
      return go({}, { n: state.memory[now.from]! });
    case "store":
      return go({ memory: state.memory.with(now.to, thread.n + now.plus) });
    case "until":
      return state.memory[now.on] === now.is ? go({}) : undefined;
    case "assert":
      return state.memory[now.on] === now.is ? go({}) : fail("assert");
    case "lock":
      if (state.owners[now.lock] === index) return fail("self-deadlock");
      return state.owners[now.lock] === -1 ? go({ owners: state.owners.with(now.lock, index) }) : undefined;
    case "unlock":
      if (state.owners[now.lock] !== index) return fail("unlock-not-held");
      return go({ owners: state.owners.with(now.lock, -1) });
    case "try":
      if (state.owners[now.lock] !== -1) return go({});
      return go({ owners: state.owners.with(now.lock, index) }, { todo: [...now.whenTrue, ...rest] });
    case "if": {
      const chosen = state.memory[now.on] === now.is ? now.whenTrue : now.whenFalse;
      return go({}, { todo: [...chosen, ...rest] });
    }
    case "repeat":
      return access(
        {
          ...state,
          threads: state.threads.with(index, { ...thread, todo: [...now.body, ...now.body, ...rest] }),
        },
        index,
      );
    case "atomic":
      return atomically(state, thread, now.body, go, fail);
  }
}

function atomically(
  state: MiniState,
  thread: MiniThread,
  body: readonly AtomicMini[],
  go: (change: Partial<MiniState>, mine: Partial<MiniThread>) => MiniState,
  fail: (check: string, memory: readonly number[]) => MiniState,
): MiniState {
  const memory = [...state.memory];
  let { n } = thread;
  for (const action of body) {
    if (action.kind === "set") memory[action.to] = action.value;
    else if (action.kind === "copy") memory[action.to] = memory[action.from]! + action.plus;
    else if (action.kind === "load") n = memory[action.from]!;
    else if (action.kind === "store") memory[action.to] = n + action.plus;
    else if (memory[action.on] !== action.is) return fail("assert", memory);
  }
  return go({ memory }, { n });
}

/** The same program as the text of a spec. */
export function miniText({ variables, locks, threads }: MiniProgram): string {
  const names = (count: number, stem: string) =>
    Array.from({ length: count }, (_, index) => `${stem}${index}`);
  return [
    ...names(variables, "v").map((name) => `let ${name} = 0;`),
    ...names(locks, "l").map((name) => `const ${name} = spinlock();`),
    ...threads.map((body, index) => `thread("t${index}", () => {\n  let n = 0;\n${textOf(body, "  ")}\n});`),
  ].join("\n");
}

function textOf(body: readonly Mini[], indent: string): string {
  return body.map((statement) => indent + textOfOne(statement, indent)).join("\n");
}

function textOfOne(statement: Mini, indent: string): string {
  const block = (body: readonly Mini[]) => `{\n${textOf(body, `${indent}  `)}\n${indent}}`;
  const plus = (value: number) => (value === 0 ? "" : ` + ${value}`);
  switch (statement.kind) {
    case "set":
      return `v${statement.to} = ${statement.value};`;
    case "copy":
      return statement.from === statement.to && statement.plus === 1
        ? `v${statement.to}++;`
        : `v${statement.to} = v${statement.from}${plus(statement.plus)};`;
    case "load":
      return `n = v${statement.from};`;
    case "store":
      return `v${statement.to} = n${plus(statement.plus)};`;
    case "until":
      return `until(v${statement.on} === ${statement.is});`;
    case "assert":
      return `assert(v${statement.on} === ${statement.is});`;
    case "lock":
    case "unlock":
      return `spin_${statement.kind}(l${statement.lock});`;
    case "try":
      return `if (spin_trylock(l${statement.lock})) ${block(statement.whenTrue)}`;
    case "if":
      return `if (v${statement.on} === ${statement.is}) ${block(statement.whenTrue)} else ${block(statement.whenFalse)}`;
    case "repeat":
      return `for (let k = 0; k < 2; k++) ${block(statement.body)}`;
    case "atomic":
      return `atomic(() => ${block(statement.body)});`;
  }
}

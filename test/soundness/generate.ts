/**
 * Random specs: well typed, in good and bad locking style, with everything the language has. Numbers stay below 3 and
 * loops store what they test, so that most state spaces are small.
 */
import { fc } from "@fast-check/vitest";

export interface GeneratorOptions {
  /** Statements whose one step touches several locations: atomic, lists, rwlocks. */
  readonly wideSteps: boolean;
}

const DECLARATIONS = `
  class Item { v = 0; flag = false; home: Obj | null = null; }
  class Obj { lock: Spinlock | null = null; item: Item | null = null; n = 0; q = list<Item>(); r = list<Item>(); s = set<Item>(); }
  const a = spinlock();
  const b = spinlock();
  const rw = rwlock();
  const objs = instances(Obj, 2);
  const items = instances(Item, 2);
  let x = 0;
  let y = 0;
  let f = false;
  let owner: Thread | null = null;
  function twice(body: () => void) { body(); body(); }
  function get(k: number): number { if (k === 1) return x; const v = y; if (v > 1) return 0; return v; }
  function bump(k: number): number { k = (k + 1) % 3; x = k; return k; }
  function locked(l: Spinlock, body: () => void) { spin_lock(l); body(); spin_unlock(l); }
  function put(i: Item, to: List<Item>) { if (!to.has(i)) list_add(i, to); }
`;

type Text = fc.Arbitrary<string>;

const oneOf = (...texts: readonly string[]): Text => fc.constantFrom(...texts);
const filled = (strings: TemplateStringsArray, ...parts: readonly Text[]): Text =>
  fc.tuple(...parts).map((values) => strings.reduce((all, text, index) => all + values[index - 1] + text));

const lock = oneOf("a", "a", "b", "b", "objs[0].lock!", "o.lock!");
const object = oneOf("objs[0]", "objs[1]", "o", "items[0].home!");
const item = oneOf("items[0]", "items[1]", "objs[0].item!", "i");
const places = oneOf("x", "y", "n", "m", "objs[0].n", "objs[1].n", "o.n", "items[0].v", "objs[0].item!.v");

/** Expressions; the pure ones can stand in waits, invariants and atomic steps. */
const { number, condition, pureNumber, pureCondition } = fc.letrec<{
  number: string;
  condition: string;
  pureNumber: string;
  pureCondition: string;
}>((tie) => ({
  pureNumber: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: oneOf("0", "1", "2"), weight: 3 },
    { arbitrary: places, weight: 4 },
    filled`(${tie("pureNumber")} + ${tie("pureNumber")}) % 3`,
    filled`(${tie("pureCondition")} ? ${tie("pureNumber")} : 1)`,
    filled`(${tie("pureNumber")} - 2) % 3`,
  ),
  number: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: tie("pureNumber"), weight: 4 },
    filled`get(${tie("number")})`,
    filled`bump(bump(${tie("number")}))`,
    filled`(${tie("number")} + bump(${tie("number")})) % 3`,
  ),
  pureCondition: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: oneOf("f", "!f", "a.owner === null", "objs[0].item === null", "g"), weight: 4 },
    { arbitrary: filled`${places} === ${oneOf("0", "1", "2")}`, weight: 4 },
    filled`${object} === objs[0]`,
    filled`${item} !== items[1]`,
    filled`(${tie("pureCondition")} && ${tie("pureCondition")})`,
    filled`(${tie("pureCondition")} || ${tie("pureCondition")})`,
    filled`!(${tie("pureCondition")})`,
    filled`${tie("pureNumber")} < ${tie("pureNumber")}`,
  ),
  condition: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: tie("pureCondition"), weight: 5 },
    oneOf("maybe()", "spin_trylock(a)", "spin_trylock(b)", "spin_is_locked(b)"),
    filled`(${tie("condition")} && ${tie("condition")})`,
    filled`(${tie("condition")} || ${tie("condition")})`,
    filled`get(${tie("number")}) === ${tie("number")}`,
  ),
}));

/** Conditions that only an atomic step or an invariant evaluates in one go. */
const wideCondition = fc.oneof(
  pureCondition,
  oneOf(
    "objs.every((e) => e.n < 2 || e.item !== null)",
    "objs.some((e) => e.item !== null && e.item!.v === 1)",
    "items.some((e) => objs.every((o2) => o2.q.has(e) || e.flag))",
    "objs[0].q.every((e) => !objs[0].r.has(e))",
    "objs[1].s.size === 1",
    "objs[0].s.every((e) => e.v === 0)",
    "rw.readers.size === 0",
  ),
);

const narrow: Text = fc.oneof(
  { arbitrary: filled`${places} = ${number};`, weight: 5 },
  { arbitrary: filled`${oneOf("x", "n", "o.n")} = ${number}; ${places} = ${pureNumber};`, weight: 2 },
  filled`f = ${condition};`,
  filled`g = ${condition};`,
  { arbitrary: filled`spin_lock(${lock});`, weight: 4 },
  { arbitrary: filled`spin_unlock(${lock});`, weight: 4 },
  filled`${object}.lock = ${oneOf("a", "b", "null")};`,
  filled`${object}.item = ${oneOf("items[0]", "items[1]", "null", "i")};`,
  filled`${item}.home = ${oneOf("objs[0]", "objs[1]", "o")};`,
  oneOf(
    "o = choose(objs);",
    "o = objs[1];",
    "i = items[1];",
    "owner = current();",
    "{ const c = choose(items); c.v = 1; }",
  ),
  filled`assert(${condition});`,
  filled`until(${oneOf("f", "!f", "x === 1", "y !== n", "a.owner === null", "owner !== current()", "o.n === 0")});`,
  filled`idle_until(${oneOf("f", "y === 1")});`,
  oneOf(
    "n = (n + 1) % 3;",
    "n += 1; n %= 3;",
    "{ const n = x; let k = n; k = k + 1; y = k % 3; }",
    "return;",
  ),
);

/** What may stand in an atomic step. */
const inAtomic: Text = fc.oneof(
  filled`${places} = ${number};`,
  filled`if (${wideCondition}) { ${places} = ${pureNumber}; }`,
  filled`if (${wideCondition}) return;`,
  filled`if (${wideCondition}) x = 1; else ${oneOf("y", "x", "n")} = 2;`,
  filled`assert(${wideCondition});`,
  filled`${object}.item = ${oneOf("items[0]", "null")};`,
  filled`for (const e of objs) { if (e.n === ${pureNumber}) continue; e.n = ${pureNumber}; }`,
  filled`atomic(() => { x = ${number}; y = x; });`,
  filled`g = ${wideCondition};`,
  oneOf(
    "o = choose(objs);",
    "if (maybe()) x = 0;",
    "y = x; x = n; n = y;",
    "list_del(items[0]); list_add(items[0], o.r);",
    "twice(() => { n = (n + 1) % 3; x = n; });",
  ),
);

const atomicBody = fc.array(inAtomic, { minLength: 1, maxLength: 3 }).map((all) => all.join(" "));

const wide: Text = fc.oneof(
  {
    arbitrary: filled`atomic(() => { ${oneOf("", "", "until(f || x === n);", "until(objs.some((e) => e.n === 1));", "until(f); m = x; until(y === m);")} ${atomicBody} });`,
    weight: 6,
  },
  filled`list_add(${item}, ${object}.q);`,
  filled`list_add_tail(${item}, objs[0].r);`,
  filled`list_del(${item});`,
  filled`put(${item}, ${object}.q);`,
  filled`${object}.s.${oneOf("add", "delete")}(${item});`,
  oneOf("read_lock(rw);", "read_unlock(rw);", "write_lock(rw);", "write_unlock(rw);"),
  filled`for (const e of ${object}.q) { if (e === i) ${oneOf("continue", "break", "list_del(e)", "list_del(items[1])")}; ${places} = 1; }`,
  filled`for (const e of list_for_each_entry_safe(objs[0].q)) { ${oneOf("list_del(e);", "e.v = 1;", "list_del(items[0]);")} }`,
  filled`if (${object}.s.has(${item})) objs[0].s.delete(items[0]);`,
);

function statements(simple: Text): Text {
  const { block } = fc.letrec<{ block: string; statement: string }>((tie) => ({
    statement: fc.oneof(
      { maxDepth: 2 },
      { arbitrary: simple, weight: 8 },
      filled`if (${condition}) { ${tie("block")} }`,
      filled`if (${condition}) { ${tie("block")} } else { ${tie("block")} }`,
      filled`for (let k = 0; k < 2; k++) { ${tie("block")} }`,
      filled`while (${condition}) { ${tie("block")} if (maybe()) break; f = !f; }`,
      filled`do { ${tie("block")} } while (${oneOf("f", "n === 1", "maybe()")});`,
      filled`for (const e of objs) { if (e.n === 1) continue; ${tie("block")} }`,
      filled`locked(${oneOf("a", "b")}, () => { ${simple} });`,
      filled`twice(() => { ${simple} });`,
      oneOf("for (;;) { x = 1; }", "while (n < 2) n++;"),
    ),
    block: fc.array(tie("statement"), { minLength: 1, maxLength: 2 }).map((all) => all.join(" ")),
  }));
  return block;
}

const LOCALS = "let n = 0; let m = 1; let g = false; let o = objs[0]; let i = items[0];";

function threads(block: Text): Text {
  const body = fc.array(block, { minLength: 1, maxLength: 3 }).map((all) => all.join("\n    "));
  const thread = fc.tuple(body, fc.nat(5)).map(([text, loop]) => {
    const whole = loop === 0 ? `for (;;) { ${text} }` : text;
    return `${LOCALS}\n    ${whole}`;
  });
  return fc
    .tuple(fc.boolean(), fc.array(thread, { minLength: 2, maxLength: 3 }))
    .map(([each, all]) =>
      all
        .map((text, index) =>
          each && index === 0 && all.length === 2
            ? `thread("t${index}", objs, (own) => {\n    ${text.replaceAll("o = objs[1];", "o = own;")}\n  });`
            : `thread("t${index}", () => {\n    ${text}\n  });`,
        )
        .join("\n  "),
    );
}

/** Invariants and claims see no locals. */
const overMemory = wideCondition.filter((text) => !/\b(?<![.])[nmgoi]\b/.test(text));

/** The same with options behind the threads and a claim about runs. */
export function randomRunSpec(options: GeneratorOptions): Text {
  const claim = fc.oneof(
    filled`eventually("c", () => ${overMemory});`,
    filled`always_eventually("c", () => ${overMemory});`,
    filled`leads_to("c", () => ${overMemory}, () => ${overMemory});`,
    oneOf('never_stuck("c");'),
  );
  const option = oneOf(
    "",
    "",
    "",
    ", { daemon: true }",
    ', { fairness: "strong" }',
    ', { fairness: "none" }',
    ', { daemon: true, fairness: "none" }',
  );
  return fc
    .tuple(randomSpec(options), fc.array(option, { minLength: 3, maxLength: 3 }), claim)
    .map(([text, given, about]) => {
      let n = 0;
      return `${text.replaceAll("\n  });", () => `\n  }${given[n++] ?? ""});`)}  ${about}\n`;
    });
}

/** The text of a spec, without imports and cases. */
export function randomSpec({ wideSteps }: GeneratorOptions): Text {
  const block = statements(wideSteps ? fc.oneof(narrow, narrow, wide) : narrow);
  const invariant = overMemory;
  const initially = oneOf(
    "",
    "initially(() => { objs[0].lock = a; objs[0].item = items[0]; items[0].home = objs[1]; });",
    wideSteps
      ? "initially(() => { for (const e of items) { e.home = objs[0]; list_add(e, objs[0].q); } objs[0].lock = b; });"
      : "",
  );
  return fc
    .tuple(threads(block), fc.option(invariant, { nil: undefined }), initially)
    .map(([all, claim, start]) => {
      const invariants = claim === undefined ? "" : `\n  invariant("i", () => ${claim});`;
      return `${DECLARATIONS}\n  ${start}\n  ${all}${invariants}\n`;
    });
}

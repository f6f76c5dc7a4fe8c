/** A spec in which every thing that can have a name has one of the names given. */

/** Names that some tool on the way to a verdict reserves, or that look alike to it. */
export const HOSTILE_NAMES: readonly string[] = [
  // TLA+.
  ..."ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DOMAIN ELSE".split(
    " ",
  ),
  ..."ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS OMITTED".split(
    " ",
  ),
  ..."ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE STATE STRING SUBSET SUFFICES TAKE TEMPORAL THEN".split(
    " ",
  ),
  ..."THEOREM TRUE UNCHANGED UNION USE VARIABLE VARIABLES WITH WITNESS WF SF WF_ SF_ WF_x SF_next".split(" "),
  // PlusCal and what its translator defines.
  ..."fair process procedure macro variable variables begin end then elsif either or when skip print assert".split(
    " ",
  ),
  ..."call goto define self pc stack vars ProcSet Init Next Spec Termination Terminating Done Error algorithm".split(
    " ",
  ),
  ..."defaultInitValue Lbl_ Lbl_1 a_b A_B".split(" "),
  // Modules that the emitted one extends, and what the emitter itself defines.
  ..."Nat Int Seq Append Head Tail Len SubSeq SelectSeq Cardinality IsFiniteSet Print PrintT Assert JavaTime".split(
    " ",
  ),
  ..."a b A B TLCGet TLCSet Permutations SortSeq ToString TLC Integers Naturals Sequences FiniteSets null_ NULL fault".split(
    " ",
  ),
  ..."Has Without Elements First NextOf Rem Threads Blocked Resting check_deadlock invariant_x id id_ o_ t_".split(
    " ",
  ),
  // JavaScript and TypeScript.
  ..."constructor_ toString valueOf hasOwnProperty __proto__ prototype length name type of async get declare".split(
    " ",
  ),
  // Alike but for case, signs or script.
  ..."x X x_ X_ _x __x $x x$ _ $ __ $$ é É è ñ n̈ 名 名_ 日本 Ω ω ß ẞ ı İ ſ a1 A1 a_1 a$1".split(" "),
];

/** How many names {@link namedSpec} needs. */
export const SLOTS = 30;

/** The spec with these names, which must be different identifiers of TypeScript. */
export function namedSpec(names: readonly string[]): string {
  if (new Set(names).size < SLOTS) throw new Error(`${SLOTS} different names are needed`);
  const rest = [...names];
  const next = () => rest.shift()!;
  const [first, second, count, link, items, flag, mode, inner] = [
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
  ];
  const [firsts, seconds, counter, single, constant, add, point] = [
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
  ];
  const [object, amount, before, after, self, result, turns, one, other] = [
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
  ];
  const [stem, param, loop, closer, claim, caseName] = [next(), next(), next(), next(), next(), next()];
  const quoted = (text: string) => JSON.stringify(text);
  return `import {
  cases, holds, initially, instances, invariant, list, list_add, list_del, param, thread,
} from "latchwork";
class ${first} {
  ${count} = 0;
  ${link}: ${second} | null = null;
  ${items} = list<${second}>();
}
class ${second} {
  ${flag} = false;
  ${mode}: ${quoted(stem)} | ${quoted(loop)} = ${quoted(stem)};
  ${inner} = new ${first}();
  ${count} = 1;
}
const ${firsts} = instances(${first}, 2);
const ${seconds} = instances(${second}, 1, ${quoted(stem)});
const ${single} = new ${first}();
let ${counter} = 0;
const ${constant} = param(${quoted(param)}, 1);
function ${add}(${object}: ${first}, ${amount}: number): number {
  const ${before} = ${object}.${count};
  let ${after} = ${before};
  ${after} += ${amount};
  ${object}.${count} = ${after};
  return ${after};
}
function ${point}(${object}: ${first}, ${closer}: () => void) {
  ${object}.${link} = ${seconds}[0];
  ${closer}();
}
initially(() => {
  for (const ${loop} of ${seconds}) list_add(${loop}, ${single}.${items});
});
thread(${quoted(add)}, ${firsts}, (${self}) => {
  const ${result} = ${add}(${self}, ${constant});
  ${point}(${self}, () => {
    ${counter} = ${result};
  });
});
thread(${quoted(counter)}, () => {
  let ${turns} = 0;
  while (${turns} < 1) {
    ${turns}++;
    for (const ${loop} of ${single}.${items}) {
      ${loop}.${flag} = true;
      ${loop}.${mode} = ${quoted(loop)};
      ${loop}.${inner}.${count} = ${loop}.${count};
    }
  }
});
invariant(${quoted(claim)}, () =>
  ${firsts}.every((${one}) => ${seconds}.some((${other}) => ${one}.${link} === null || ${one}.${link} === ${other})));
export default cases({
  title: "names",
  ${quoted(caseName)}: { expect: holds(), why: "names mean nothing", ${quoted(param)}: 2 },
});
`;
}

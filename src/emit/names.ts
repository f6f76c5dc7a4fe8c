/**
 * Names in the emitted module. TLA+ has one flat name space: a bound name equal to a variable, a constant or an
 * operator is an error, and so is a reserved word. One table hands out every name, so that none is used twice.
 */

/** Reserved in TLA+, tried one by one; facts/tlc.md section 12 of the design documents. */
const TLA_WORDS = `ACTION ACTIONS ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFS
DEFINE DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS
OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE STATE STRING SUBSET SUFFICES TAKE TEMPORAL TEMPORALS
THEN THEOREM TRUE UNCHANGED UNION USE VARIABLE VARIABLES WITH WITNESS`;

/** Statement words of PlusCal and what its translator defines. */
const PLUSCAL_WORDS = `fair process procedure macro variable variables begin end while do if then else elsif either or
with when await skip print assert call return goto define self pc stack vars ProcSet Init Next Spec Termination
Terminating Done Error algorithm defaultInitValue`;

/** Operators of Integers, Sequences, FiniteSets and TLC. */
const MODULE_OPERATORS = `Nat Int Real Infinity Seq Append Head Tail Len SubSeq SelectSeq Cardinality IsFiniteSet Print
PrintT Assert JavaTime TLCGet TLCSet TLCEval Permutations SortSeq RandomElement Any ToString TLC Integers Naturals
Sequences FiniteSets Bags Reals Peano ProtoReals RealTime Json Randomization Toolbox TLCExt`;

/** What the emitter itself defines in every module. */
const OWN_NAMES = `null fault latchwork Has Without Behind Elements First NextOf IndexOf Rem Quo NibbleAnd BitAnd BitOr BitXor
Threads Blocked Resting WaitsFor Stuck Waits Present CpuOf BufferOf Forward Stored Fenced Drainable Drained Unlinked
UnlinkedInOrder`;

const RESERVED: ReadonlySet<string> = new Set(`${TLA_WORDS} ${PLUSCAL_WORDS}`.split(/\s+/));

/** Whether TLA+ or PlusCal takes the word for one of its own wherever it stands. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}

/** Bound by the emitter's own expressions, inside which a bound variable of the spec may stand. */
export const OWN_BOUND: ReadonlySet<string> = new Set(["o_", "t_"]);

/**
 * A name for a bound variable, different from those in whose scope it stands: TLA+ refuses to bind a name twice.
 * Claimed names never end in `_`, and so never clash with one that does.
 */
export function boundName(name: string, scope: ReadonlySet<string>): string {
  const base = legal(name);
  let bound = `${base}_`;
  for (let n = 2; scope.has(bound); n++) bound = `${base}${n}_`;
  return bound;
}

/** Hands out names that are legal everywhere in the module, and different even for a reader who ignores case. */
export class NameTable {
  private readonly taken: Set<string>;

  constructor() {
    const words = [TLA_WORDS, PLUSCAL_WORDS, MODULE_OPERATORS, OWN_NAMES].join(" ").split(/\s+/);
    this.taken = new Set(words.map((word) => word.toLowerCase()));
  }

  /** The wished name, made legal; on a clash the first free of `name_2`, `name_3`, … */
  claim(wish: string): string {
    const base = legal(wish);
    let name = base;
    for (let n = 2; this.taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    this.taken.add(name.toLowerCase());
    return name;
  }

  /**
   * As {@link claim}, for a model value. TLC takes one letter before `_` for the type of a model value and refuses
   * to compare `a_lock` with `b_lock`.
   */
  claimModelValue(wish: string): string {
    const name = legal(wish);
    // One letter that is taken would become such a name by its number.
    const typed = /^[A-Za-z]_/.test(name) || (name.length === 1 && this.taken.has(name.toLowerCase()));
    return this.claim(typed ? `id_${name}` : name);
  }
}

/**
 * ASCII letters, digits and `_`, starting with a letter; not `WF_` or `SF_`, which are operators, nor `Lbl_`, by which
 * the translator's inventions are known, nor `WF`, `SF` or `Lbl` itself, which a number would make one of them. Never
 * ending in `_`: such names are kept for bound variables.
 */
export function legal(wish: string): string {
  const ascii = wish.replace(/[^A-Za-z0-9_]+/g, "_").replace(/_+$/, "");
  if (ascii === "") return "id";
  return /^[A-Za-z]/.test(ascii) && !/^([WS]F|Lbl)(_|$)/.test(ascii) ? ascii : `id_${ascii}`;
}

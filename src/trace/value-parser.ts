/**
 * Text that TLC printed into values. A grammar and not a scanner of our own, because the two layouts
 * (one line, and wrapped over 80 columns) and the lazy sets make brackets mean four things each.
 *
 * Importing this file loads chevrotain, 0.3 to 0.7 s, so callers reach it by `await import(...)`
 * while the JVM works; nothing else imports chevrotain. One lexer and one parser serve every call.
 *
 * Grammar: `tlc2.value.impl.*Value#toString` and what TLC 1.7.4 and 1.8.0 were seen to print:
 *
 *     value   = "TRUE" | "FALSE" | string | name | int [ ".." int ]
 *             | "{" [ value { "," value } ] "}" | "<<" [ value { "," value } ] ">>"
 *             | "[" "]" | "[" name "|->" value { "," .. } "]" | "[" name ":" value { "," .. } "]"
 *             | "[" value "->" value "]" | "SUBSET" value
 *             | "(" value ":>" value { "@@" .. } ")" | "(" value { "\X" value } ")"
 *
 * Strings are names of fields wherever they are letters, digits and `_`, even `TRUE` or `1x`.
 */
import {
  createToken,
  EmbeddedActionsParser,
  type IToken,
  Lexer,
  type ParserMethod,
  type TokenType,
} from "chevrotain";
import { bug } from "../base/assert.js";
import { type TlaField, type TlaPair, type TlaValue, tlaInt } from "./value.js";

const Blank = createToken({ name: "Blank", pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });
/** Anything that can name a field; only a Name can also be a model value. */
const Word = createToken({ name: "Word", pattern: Lexer.NA });
const Name = createToken({ name: "Name", pattern: /[A-Za-z0-9_]+/, categories: Word });
const keyword = (pattern: string) =>
  createToken({ name: pattern, pattern, categories: Word, longer_alt: Name });
const True = keyword("TRUE");
const False = keyword("FALSE");
const Subset = keyword("SUBSET");
const Int = createToken({ name: "Int", pattern: /-?[0-9]+/, longer_alt: Name });
// Unrolled, so that a long string costs no backtracking; TLC escapes line ends, so a raw one is an error.
const Str = createToken({ name: "Str", pattern: /"[^"\\\r\n]*(?:\\["\\tnfr][^"\\\r\n]*)*"/ });
const mark = (name: string, pattern: string) => createToken({ name, pattern });
const TupleOpen = mark("TupleOpen", "<<");
const TupleClose = mark("TupleClose", ">>");
const SetOpen = mark("SetOpen", "{");
const SetClose = mark("SetClose", "}");
const BracketOpen = mark("BracketOpen", "[");
const BracketClose = mark("BracketClose", "]");
const ParenOpen = mark("ParenOpen", "(");
const ParenClose = mark("ParenClose", ")");
const Comma = mark("Comma", ",");
const MapsTo = mark("MapsTo", "|->");
const Arrow = mark("Arrow", "->");
const Pairs = mark("Pairs", ":>");
const Colon = mark("Colon", ":");
const And = mark("And", "@@");
const Dots = mark("Dots", "..");
const Times = mark("Times", "\\X");

// Order matters where one token begins another: the longer, or the more special, comes first.
const words = [True, False, Subset, Int, Name, Word];
const brackets = [TupleOpen, TupleClose, SetOpen, SetClose, BracketOpen, BracketClose, ParenOpen, ParenClose];
const TOKENS = [Blank, ...words, Str, ...brackets, Comma, MapsTo, Arrow, Pairs, Colon, And, Dots, Times];

class ValueParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    // Two tokens tell `[f |->`, `[f :` and `[f ->` apart; everything else needs one.
    super(TOKENS, { maxLookahead: 2, skipValidations });
    this.performSelfAnalysis();
  }

  readonly value: ParserMethod<[], TlaValue> = this.RULE("value", () =>
    this.OR<TlaValue>([
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => ({ kind: "string", value: unescaped(this.CONSUME(Str).image) }) },
      { ALT: () => ({ kind: "model", name: this.CONSUME(Name).image }) },
      { ALT: () => this.#bool(True, true) },
      { ALT: () => this.#bool(False, false) },
      { ALT: () => ({ kind: "tuple", elements: this.SUBRULE(this.tuple) }) },
      { ALT: () => ({ kind: "set", elements: this.SUBRULE(this.set) }) },
      { ALT: () => this.SUBRULE(this.bracketed) },
      { ALT: () => this.SUBRULE(this.parenthesised) },
      { ALT: () => this.SUBRULE(this.powerset) },
    ]),
  );

  readonly tuple = this.#list("tuple", TupleOpen, TupleClose);
  readonly set = this.#list("set", SetOpen, SetClose);
  readonly record = this.#fields("record", MapsTo);
  readonly recordSet = this.#fields("recordSet", Colon);

  readonly number = this.RULE("number", (): TlaValue => {
    const first = this.CONSUME(Int);
    const last = this.OPTION(() => {
      this.CONSUME(Dots);
      return this.CONSUME2(Int);
    });
    // ACTION: not while chevrotain records the grammar, when an image is not a number.
    return this.ACTION((): TlaValue => {
      const from = intOf(first);
      return last ? { kind: "interval", from, to: intOf(last) } : { kind: "int", value: from };
    });
  });

  readonly powerset = this.RULE("powerset", (): TlaValue => {
    this.CONSUME(Subset);
    return { kind: "powerset", base: this.SUBRULE(this.value) };
  });

  readonly bracketed = this.RULE("bracketed", (): TlaValue => {
    this.CONSUME(BracketOpen);
    const value = this.OR<TlaValue>([
      { ALT: () => ({ kind: "record", fields: this.SUBRULE(this.record) }) },
      { ALT: () => ({ kind: "recordSet", fields: this.SUBRULE(this.recordSet) }) },
      { ALT: () => this.SUBRULE(this.functionSet) },
      { ALT: () => ({ kind: "record", fields: [] }) },
    ]);
    this.CONSUME(BracketClose);
    return value;
  });

  readonly functionSet = this.RULE("functionSet", (): TlaValue => {
    const domain = this.SUBRULE(this.value);
    this.CONSUME(Arrow);
    return { kind: "functionSet", domain, range: this.SUBRULE2(this.value) };
  });

  /** A function, a product, or (round an interval after SUBSET) just a value in parentheses. */
  readonly parenthesised = this.RULE("parenthesised", (): TlaValue => {
    this.CONSUME(ParenOpen);
    const first = this.SUBRULE(this.value);
    const value = this.OR<TlaValue>([
      { ALT: () => ({ kind: "function", pairs: this.SUBRULE(this.pairs, { ARGS: [first] }) }) },
      { ALT: () => ({ kind: "product", factors: this.SUBRULE(this.factors, { ARGS: [first] }) }) },
      { ALT: () => first },
    ]);
    this.CONSUME(ParenClose);
    return value;
  });

  /** The rest of a function whose first key has been read. */
  readonly pairs = this.RULE("pairs", (firstKey: TlaValue): TlaPair[] => {
    this.CONSUME(Pairs);
    const pairs: TlaPair[] = [{ key: firstKey, value: this.SUBRULE(this.value) }];
    this.MANY(() => {
      this.CONSUME(And);
      const key = this.SUBRULE2(this.value);
      this.CONSUME2(Pairs);
      pairs.push({ key, value: this.SUBRULE3(this.value) });
    });
    return pairs;
  });

  readonly factors = this.RULE("factors", (first: TlaValue): TlaValue[] => {
    const factors: TlaValue[] = [first];
    this.AT_LEAST_ONE(() => {
      this.CONSUME(Times);
      factors.push(this.SUBRULE(this.value));
    });
    return factors;
  });

  #bool(word: TokenType, value: boolean): TlaValue {
    this.CONSUME(word);
    return { kind: "bool", value };
  }

  #list(name: string, open: TokenType, close: TokenType): ParserMethod<[], TlaValue[]> {
    return this.RULE(name, () => {
      const elements: TlaValue[] = [];
      this.CONSUME(open);
      this.MANY_SEP({ SEP: Comma, DEF: () => elements.push(this.SUBRULE(this.value)) });
      this.CONSUME(close);
      return elements;
    });
  }

  #fields(name: string, arrow: TokenType): ParserMethod<[], TlaField[]> {
    const field = () => {
      const name = this.CONSUME(Word).image;
      this.CONSUME(arrow);
      return { name, value: this.SUBRULE(this.value) };
    };
    return this.RULE(name, () => {
      const fields: TlaField[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => fields.push(field()) });
      return fields;
    });
  }
}

const lexer = new Lexer(TOKENS, {
  positionTracking: "onlyOffset",
  recoveryEnabled: false,
  skipValidations: true,
});
const parser = new ValueParser(true);

/**
 * Reads one printed value, on one line or wrapped; blanks and line ends are free between tokens.
 *
 * @param text the value alone, without the `/\ name = ` before it
 * @returns the value, its parts in the order of printing
 * @throws InternalError naming the offset and an excerpt, when `text` is not exactly one value or an
 *   integer exceeds 32 bits: then we cut TLC's output at the wrong place or do not know a form of it
 * @throws RangeError when the stack runs out: at some 350 levels of functions, the costliest kind
 */
export function parseValue(text: string): TlaValue {
  const { tokens, errors } = lexer.tokenize(text);
  if (errors[0]) notAValue(text, errors[0].offset);
  parser.input = tokens;
  const value = parser.value();
  const error = parser.errors[0];
  // The end of the text is a token without an offset.
  if (error) notAValue(text, Number.isNaN(error.token.startOffset) ? text.length : error.token.startOffset);
  return value;
}

/**
 * Has chevrotain check tokens and grammar for ambiguities, which costs too much on every start.
 *
 * @throws Error when the grammar of this file is wrong; only a test calls this
 */
export function checkValueGrammar(): void {
  new Lexer(TOKENS, { ensureOptimizations: true });
  new ValueParser(false);
}

function notAValue(text: string, offset: number): never {
  const before = text.slice(Math.max(0, offset - 30), offset);
  const after = text.slice(offset, offset + 30);
  const found = after === "" ? "the end of the text" : JSON.stringify(after);
  bug(`a value of TLC cannot be read: at offset ${offset}, after ${JSON.stringify(before)}, comes ${found}`);
}

function intOf(token: IToken): number {
  return tlaInt(Number(token.image), token.startOffset);
}

const ESCAPED: Readonly<Record<string, string>> = { t: "\t", n: "\n", f: "\f", r: "\r" };

function unescaped(image: string): string {
  return image.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ESCAPED[char] ?? char);
}

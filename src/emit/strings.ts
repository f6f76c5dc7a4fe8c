/**
 * Strings of the spec, and names of the parts of its records, as the module writes them, and back: TLC and the
 * translator read only part of what TypeScript does.
 */
import { isReserved } from "./names.js";

/** What TLC 2.19 or the translator cannot read in a string, and where the words begin that they search for. */
const UNPRINTABLE = /[^ !#-)+-;=-[\]-~]|a(?=lgorithm)|t(?=ranslation)|p(?=luscal)|l(?=bl_)/giu;

/** Such characters, `<` among them, are written as code points: different strings stay different. */
export function printString(text: string): string {
  const codePoint = (character: string) => `<U+${(character.codePointAt(0) ?? 0).toString(16)}>`;
  return `"${text.replace(UNPRINTABLE, codePoint)}"`;
}

/** The text that {@link printString} wrote, from what stands between the quotes. */
export function readString(printed: string): string {
  return printed.replace(/<U\+([0-9a-f]+)>/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

/**
 * The name of a part as the module writes it: different names stay different, whatever the record. What TLA+ or
 * the translator cannot read becomes a code point, and a reserved word gets a `_` behind it.
 */
export function partName(name: string): string {
  const codePoint = (character: string) => `_u${(character.codePointAt(0) ?? 0).toString(16)}_`;
  const readable = name
    .replace(/_(?=u[0-9a-f]+_)/g, codePoint)
    .replace(/[^A-Za-z0-9_]/gu, codePoint)
    .replace(/^([0-9]|[WS](?=F_))/, codePoint)
    .replace(/^_+$/, (all) => [...all].map(codePoint).join(""));
  return isReserved(readable.replace(/_+$/, "")) ? `${readable}_` : readable;
}

/** Strings of the spec as the module writes them, and back: TLC and the translator read only part of what TypeScript does. */

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

/**
 * TypeScript's compiler as ts-morph carries it, under one name for values and types. Imported as an ES module, Node.js would
 * first search its nine megabytes for what it exports, and take twice as long.
 */
import common = require("@ts-morph/common");
import morph = require("ts-morph");

export import ts = morph.ts;

/** Where ts-morph pretends that TypeScript's own declarations are; there are no such files. */
export const libraryFolder: string = common.getLibFolderPath({});

/** The texts of TypeScript's own declarations, by path. */
export function libraryTexts(): Map<string, string> {
  return new Map(common.getLibFiles().map(({ fileName, text }) => [`${libraryFolder}/${fileName}`, text]));
}

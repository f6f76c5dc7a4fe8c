/** How the page cites lines. */
import type { PlaceData } from "../data.js";

export function shortName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** Lines of one file by their numbers alone, of several by `name:line`. */
export function citing(places: readonly PlaceData[]): (place: PlaceData) => string {
  const isOne = new Set(places.map(({ file }) => file)).size <= 1;
  return ({ file, line }) => (isOne ? String(line) : `${shortName(file)}:${line}`);
}

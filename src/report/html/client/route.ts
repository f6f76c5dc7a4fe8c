/** The address of what is shown: `#case/step`, so that a link leads to a step of an interleaving. */

export interface Route {
  readonly id: string;
  /** Absent where the address names none. */
  readonly step?: number;
}

/** The address of the table of all cases. */
export const OVERVIEW = "#/";

/** The hash of an address; undefined for the table of all cases. */
export function parseRoute(hash: string): Route | undefined {
  const [, name = "", step] = /^#?([^/]*)(?:\/(\d{1,9}))?$/.exec(hash) ?? [];
  const id = decoded(name);
  if (id === "") return undefined;
  return { id, ...(step === undefined ? {} : { step: Number(step) }) };
}

export function formatRoute({ id, step }: Route): string {
  return `#${encodeURIComponent(id)}${step === undefined ? "" : `/${step}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

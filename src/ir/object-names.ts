/** Names of objects that are made from others: one rule for the front end, which makes them, and the passes. */

/** The name of the object in a field, or of one of those in an array field. */
export function embeddedName(owner: string, field: string, index?: number): string {
  return index === undefined ? `${owner}.${field}` : `${owner}.${field}[${index}]`;
}

/** The names of all objects in an array field, in order. */
export function elementNames(owner: string, field: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => embeddedName(owner, field, index));
}

/** The CPU of a thread that the spec puts on none. */
export function ownCpu(thread: string): string {
  return `CPU of ${thread}`;
}

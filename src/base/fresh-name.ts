/** Names that nothing else has: every pass that invents one counts in the same way. */

/** The wished name, or the first free of `name_2`, `name_3`, … */
export function freshName(wish: string, taken: ReadonlySet<string>): string {
  let name = wish;
  for (let n = 2; taken.has(name); n++) name = `${wish}_${n}`;
  return name;
}

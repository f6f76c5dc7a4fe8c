/** Values by their meaning: a text that equal values share, and values with other names in them. */
import type { Value } from "./model.js";

/** Gives an object or a thread the name of the one whose place it takes. */
export type Rename = (name: string) => string;

const unchanged: Rename = (name) => name;

/** Equal values have equal texts: sets, records and maps without order, lists with. */
export function canonicalText(value: Value, rename: Rename = unchanged): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const go = (part: Value) => canonicalText(part, rename);
  if ("ref" in value) return `#${JSON.stringify(rename(value.ref))}`;
  if ("list" in value) return `<${value.list.map(go).join(",")}>`;
  if ("record" in value) {
    const parts = [...value.record].map(([name, part]) => `${JSON.stringify(name)}:${go(part)}`);
    return `[${parts.sort().join(",")}]`;
  }
  if ("map" in value) {
    const pairs = value.map.map(([key, mapped]) => `${go(key)}:>${go(mapped)}`);
    return `(${pairs.sort().join(",")})`;
  }
  return `{${value.set.map(go).sort().join(",")}}`;
}

/** The value with every object and thread in it renamed. */
export function renameValue(value: Value, rename: Rename): Value {
  if (value === null || typeof value !== "object") return value;
  const go = (part: Value) => renameValue(part, rename);
  if ("ref" in value) return { ref: rename(value.ref) };
  if ("list" in value) return { list: value.list.map(go) };
  if ("set" in value) return { set: value.set.map(go) };
  if ("record" in value)
    return { record: new Map([...value.record].map(([name, part]) => [name, go(part)])) };
  return { map: value.map.map(([key, mapped]) => [go(key), go(mapped)] as const) };
}

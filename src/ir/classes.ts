/** Questions about the classes of a program: which objects are of a class, and which procedure a method is. */
import { must } from "../base/assert.js";
import type { Class, ModelObject } from "./program.js";

/** What the questions are about: a program, or as much of it as is known. */
export interface ClassTable {
  readonly classes: readonly Class[];
  readonly objects: readonly ModelObject[];
}

/** The class and what it extends, nearest first. */
export function lineageOf(classes: readonly Class[], name: string): Class[] {
  const lineage: Class[] = [];
  for (let at: string | undefined = name; at !== undefined; ) {
    const found = classes.find((type) => type.name === at);
    if (found === undefined || lineage.includes(found)) break;
    lineage.push(found);
    at = found.base;
  }
  return lineage;
}

/** Whether the objects of `name` are objects of `ancestor` as well. */
export function descends(classes: readonly Class[], name: string, ancestor: string): boolean {
  return name === ancestor || lineageOf(classes, name).some((type) => type.name === ancestor);
}

/** Names of the objects of a class and of those that extend it, in the order of their declaration. */
export function objectsOf({ classes, objects }: ClassTable, name: string): string[] {
  return objects.filter((object) => descends(classes, object.class, name)).map((object) => object.name);
}

/** What a method is for the objects of a class: the procedures that can run, each with the objects that run it. */
export function implementations(
  table: ClassTable,
  className: string,
  method: string,
): { readonly procedure: string; readonly objects: readonly string[] }[] {
  const found = new Map<string, string[]>();
  for (const { name, class: type } of table.objects) {
    if (!descends(table.classes, type, className)) continue;
    const owner = lineageOf(table.classes, type).find(({ methods }) => methods.has(method));
    const procedure = must(owner?.methods.get(method), `the method ${method} of ${name}`);
    found.set(procedure, [...(found.get(procedure) ?? []), name]);
  }
  return [...found].map(([procedure, objects]) => ({ procedure, objects }));
}

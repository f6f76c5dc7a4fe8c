/**
 * Which objects and threads can change places. A permutation is guessed (symmetry-candidates.ts) and then proved: with
 * every name replaced, each step must be the same step, term by term, and each claim the same claim. Of two states that
 * differ only in such a change of places one is then as good as the other, and so is whatever follows from them: it is
 * enough to explore one. How memory begins does not matter for that. A field that nobody writes is more like code: were
 * it to change hands, no state that is reached would be like another.
 *
 * What cannot be seen to be the same counts as different: code that names one of the objects, takes them in an order,
 * or compares their addresses, and whatever else is not understood, keeps them apart. Claims about runs do so always:
 * a run that comes back in another's place has not come back.
 */
import type { Action, Block, Model, Permutation, Symmetry, Term, Value } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { groupOf, permutationText, renameBy } from "../ir/symmetry.js";
import { termsOf, visitBlocks, visitTerm, writtenVariables } from "../ir/terms.js";
import { canonicalText, type Rename } from "../ir/values.js";
import { candidates } from "./symmetry-candidates.js";

/**
 * TLC looks at each state once per permutation: past 24 it gets no faster, and what it saves is memory. With six threads
 * that are alike 143,750 states took 20 s, 12,950 under 24 permutations 6 s, 4,116 under 120 8 s.
 */
export const LARGEST_GROUP = 120;

const NONE: Symmetry = { generators: [], group: [] };

/** What can change places in the model: no more than `limit` ways of doing so, those found first. */
export function findSymmetry(model: Model, limit = LARGEST_GROUP): Symmetry {
  if (model.liveness.length > 0 || namesClash(model)) return NONE;
  const generators: Permutation[] = [];
  let group: readonly Permutation[] = [];
  const known = new Set<string>();
  const proves = automorphismsOf(model);
  for (const candidate of candidates(model)) {
    if (known.has(permutationText(candidate)) || !proves(candidate)) continue;
    const larger = groupOf([...generators, candidate], limit);
    if (larger === undefined) continue;
    generators.push(candidate);
    group = larger;
    for (const permutation of group) known.add(permutationText(permutation));
  }
  return { generators, group };
}

/** A value says only the name of what it refers to: an object and a thread of one name could not be told apart. */
function namesClash({ objects, processes }: Model): boolean {
  const names = new Set([...objects.values()].flat());
  return processes.some(({ threads }) => threads.some(({ name }) => names.has(name)));
}

/** Tells of a permutation whether the model stays the same under it. */
export function automorphismsOf(model: Model): (permutation: Permutation) => boolean {
  const code = codeOf(model);
  const plain = code.map((part) => part((name) => name));
  return (permutation) => {
    const rename = renameBy(permutation);
    if (new Set(permutation.values()).size !== permutation.size) return false;
    if ([...permutation.values()].some((name) => !permutation.has(name))) return false;
    return (
      keepsObjects(model, rename) &&
      keepsThreads(model, rename) &&
      keepsMemory(model, rename) &&
      keepsKeys(model, rename) &&
      !unlinksInOrder(model, rename) &&
      code.every((part, index) => part(rename) === plain[index])
    );
  };
}

/** Which objects there are, and which stand in which. */
function keepsObjects(model: Model, rename: Rename): boolean {
  const classes = [...model.objects.values()].every((objects) => {
    const members = new Set(objects);
    return objects.every((name) => members.has(rename(name)));
  });
  const arrays = [...model.arrays.values()].map(
    (owners) => new Map([...owners].map(([owner, elements]) => [owner, JSON.stringify(elements)])),
  );
  const renamedArrays = [...model.arrays.values()].map(
    (owners) =>
      new Map([...owners].map(([owner, list]) => [rename(owner), JSON.stringify(list.map(rename))])),
  );
  const maps = [...model.embedded.values(), ...model.owners.values(), model.cpus];
  return (
    classes &&
    maps.every((map) => [...map].every(([from, to]) => map.get(rename(from)) === rename(to))) &&
    arrays.every((owners, index) =>
      [...owners.keys()].every((owner) => renamedArrays[index]?.get(owner) === owners.get(owner)),
    )
  );
}

/** A thread can only take the place of one that runs the same steps, with the argument in its place as well. */
function keepsThreads({ processes }: Model, rename: Rename): boolean {
  const renamed = (name: string | undefined) => name && rename(name);
  return processes.every(({ threads }) =>
    threads.every((thread) => {
      const other = threads.find(({ name }) => name === rename(thread.name));
      return (
        other !== undefined &&
        other.argument === renamed(thread.argument) &&
        other.drains === renamed(thread.drains)
      );
    }),
  );
}

/** Each object has the fields of the one whose place it takes, and the same in those that nobody writes. */
function keepsMemory(model: Model, rename: Rename): boolean {
  const written = writtenVariables(model);
  return model.variables.every(({ name, initial }) =>
    [...initial].every(([object, value]) => {
      const other = initial.get(object === "" ? "" : rename(object));
      if (other === undefined) return false;
      return written.has(name) || canonicalText(value, rename) === canonicalText(other);
    }),
  );
}

/** A map under whose keys one of them is missing has no place for who would take its place. */
function keepsKeys({ variables, processes }: Model, rename: Rename): boolean {
  const types = [...variables, ...processes.flatMap(({ locals }) => locals)].map(({ type }) => type);
  return types.flatMap(keySets).every((keys) => {
    const known = new Set(keys.map((key) => canonicalText(key)));
    return keys.every((key) => known.has(canonicalText(key, rename)));
  });
}

/** The keys of every map inside values of the type. */
function keySets(type: Type): (readonly Value[])[] {
  if (type.kind === "record") return type.fields.flatMap((field) => keySets(field.type));
  if (type.kind === "array" || type.kind === "set" || type.kind === "queue") return keySets(type.element);
  if (type.kind !== "map") return [];
  return [type.keys ?? [], ...keySets(type.key), ...keySets(type.element)];
}

/** Taking an element off several lists through a store buffer stores to one object's list after the other's. */
function unlinksInOrder({ processes, variables }: Model, rename: Rename): boolean {
  const ordered = new Set<string>();
  for (const step of processes.flatMap(({ steps }) => steps)) {
    visitBlocks(step.body, ({ actions }) => {
      for (const action of actions) {
        if (action.kind !== "unlink" || action.buffered === undefined) continue;
        for (const name of action.variables) ordered.add(name);
      }
    });
  }
  return variables.some(
    ({ name, initial }) =>
      ordered.has(name) && [...initial.keys()].some((object) => rename(object) !== object),
  );
}

/** The text of a part of the code under a renaming. */
type Part = (rename: Rename) => string;

/** Every step and every claim that names an object; the others are the same under any renaming. */
function codeOf(model: Model): Part[] {
  const parts: Part[] = [];
  for (const step of model.processes.flatMap(({ steps }) => steps)) {
    if (stepTerms(step.body).some(namesObjects)) parts.push((rename) => blockText(step.body, rename));
  }
  for (const { condition, premises } of model.invariants) {
    for (const term of [condition, ...premises]) {
      if (namesObjects(term)) parts.push((rename) => termText(term, rename));
    }
  }
  return parts;
}

function stepTerms(body: Block): Term[] {
  const terms: Term[] = [];
  visitBlocks(body, ({ actions, end }) => {
    terms.push(...actions.flatMap(termsOf));
    if (end.kind === "branch") terms.push(end.condition);
  });
  return terms;
}

function namesObjects(term: Term): boolean {
  let found = false;
  visitTerm(term, (inner) => {
    found ||= inner.kind === "value" && inner.value !== null && typeof inner.value === "object";
  });
  return found;
}

function blockText({ actions, end }: Block, rename: Rename): string {
  const before = actions.map((action) => actionText(action, rename)).join(";");
  if (end.kind === "goto") return `${before};goto ${end.label}`;
  const [whenTrue, whenFalse] = [blockText(end.whenTrue, rename), blockText(end.whenFalse, rename)];
  return `${before};if ${termText(end.condition, rename)} {${whenTrue}} {${whenFalse}}`;
}

/** Where an action stands and what it says where it fails decide nothing. */
const TOLD_ONLY: ReadonlySet<string> = new Set(["span", "origin", "message", "test", "answer", "type"]);

function actionText(action: Action, rename: Rename): string {
  return nodeText(action, rename);
}

/** Equal for terms that mean the same in every state; different texts say nothing. */
export function termText(term: Term, rename: Rename): string {
  return nodeText(term, rename);
}

function nodeText(node: unknown, rename: Rename): string {
  if (Array.isArray(node)) return `(${node.map((part) => nodeText(part, rename)).join(" ")})`;
  if (node === null || typeof node !== "object") return JSON.stringify(node) ?? "";
  const term = node as Partial<Term>;
  if (term.kind === "value" && "value" in term && term.value !== undefined) {
    return canonicalText(term.value, rename);
  }
  const parts = Object.entries(node)
    .filter(([key]) => !TOLD_ONLY.has(key))
    .map(([key, part]) => `${key}=${nodeText(part, rename)}`);
  return `[${parts.join(" ")}]`;
}

/** States in which objects and threads have changed places: what is one state to whoever explores up to symmetry. */
import { must } from "../base/assert.js";
import type { Model, Permutation } from "../ir/model.js";
import { renameBy } from "../ir/symmetry.js";
import { renameValue } from "../ir/values.js";
import { cellsOf, location, type State, stateKey } from "./state.js";

/** The state after the change of places. */
export function permuter(model: Model, permutation: Permutation): (state: State) => State {
  const rename = renameBy(permutation);
  const back = renameBy(new Map([...permutation].map(([from, to]) => [to, from])));
  const places = renamedPlaces(model, permutation);
  const place = (at: string) => places.get(at) ?? at;
  return ({ memory, buffers, threads, failed }) => ({
    memory: new Map([...memory].map(([at, value]) => [place(at), renameValue(value, rename)])),
    buffers: new Map(
      [...buffers].map(([thread, entries]) => [
        rename(thread),
        entries.map((entry) =>
          entry === "fence" ? entry : { at: place(entry.at), value: renameValue(entry.value, rename) },
        ),
      ]),
    ),
    // In the same order as before: who comes first is no part of the state.
    threads: new Map(
      [...threads.keys()].map((name) => {
        const { at, locals } = must(threads.get(back(name)), `the thread ${back(name)}`);
        return [
          name,
          { at, locals: new Map([...locals].map(([local, value]) => [local, renameValue(value, rename)])) },
        ];
      }),
    ),
    failed,
  });
}

/** Locations that change hands: those of an object that moves, and those under a key that does. */
function renamedPlaces({ variables }: Model, permutation: Permutation): Map<string, string> {
  const rename = renameBy(permutation);
  const places = new Map<string, string>();
  for (const variable of variables) {
    for (const object of variable.initial.keys()) {
      for (const { at, index } of cellsOf(variable, object)) {
        const key = index === undefined ? undefined : renameValue(index, rename);
        const to = location(variable.name, object === "" ? "" : rename(object), key);
        if (to !== at) places.set(at, to);
      }
    }
  }
  return places;
}

/** Equal for states that differ only in who has which place: the least of the keys that such states have. */
export function orbitKey(model: Model, group: readonly Permutation[]): (state: State) => string {
  const permuters = group.map((permutation) => permuter(model, permutation));
  return (state) =>
    permuters.reduce((least, permute) => {
      const key = stateKey(permute(state));
      return key < least ? key : least;
    }, stateKey(state));
}

/** Which name of the module stands for what in the model: chosen once, used by every printer and by the lift back. */
import { must } from "../base/assert.js";
import { DONE, type Local, type Model, type Process } from "../ir/model.js";
import { STORE_BUFFERS } from "../ir/terms.js";
import { legal, NameTable } from "./names.js";

export interface Naming {
  readonly module: string;
  readonly table: NameTable;
  /** Class name to the operator that is the set of its objects. */
  readonly classes: ReadonlyMap<string, string>;
  /** Object name to model value. */
  readonly objects: ReadonlyMap<string, string>;
  /** Thread name to model value. */
  readonly threads: ReadonlyMap<string, string>;
  /** `Class.field` of an embedded object to the operator that maps owners to them. */
  readonly embedded: ReadonlyMap<string, string>;
  /** `Class.field` of an array field to the operator that maps owners to lists of objects. */
  readonly arrays: ReadonlyMap<string, string>;
  /** Class to the operator that maps parts of pools' objects to those. */
  readonly owners: ReadonlyMap<string, string>;
  /** With the store buffers, where there are any. */
  readonly variables: ReadonlyMap<string, string>;
  readonly processes: ReadonlyMap<string, string>;
  /** Process name to the operator that maps its threads to their arguments. */
  readonly arguments: ReadonlyMap<string, string>;
  /** By {@link localKey}. */
  readonly locals: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  /** Check ids to the operators that TLC evaluates. */
  readonly checks: ReadonlyMap<string, string>;
  /** Names of invariants to their operators. */
  readonly invariants: ReadonlyMap<string, string>;
  /** Names of liveness properties to their operators. */
  readonly properties: ReadonlyMap<string, string>;
  /** The same, to the operators that ask only about runs in which no check fails. */
  readonly excluding: ReadonlyMap<string, string>;
}

export function localKey(process: Process, local: string): string {
  return `${process.name}/${local}`;
}

/** Variables that outlive some step; the others need no place in the state. */
export function lastingLocals(process: Process): readonly Local[] {
  const lasting = new Set(process.steps.flatMap((step) => step.live));
  return process.locals.filter((local) => lasting.has(local.name));
}

/** File and module name of a case; unique among `taken`, to which it is added. */
export function moduleNameOf(caseName: string, taken: Set<string>): string {
  const reserved = new NameTable();
  const base = reserved.claim(caseName);
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
  taken.add(name.toLowerCase());
  return name;
}

/** Names everything in `model`; `checks` are the ids that its steps and state can fail. */
export function nameModel(model: Model, module: string, checks: readonly string[]): Naming {
  const table = new NameTable();
  table.claim(module);
  const named = (names: Iterable<string>, wish: (name: string) => string = (name) => name) =>
    new Map([...names].map((name) => [name, table.claim(wish(name))]));
  const modelValues = (names: Iterable<string>) =>
    new Map([...names].map((name) => [name, table.claimModelValue(name)]));
  const classes = named(model.objects.keys());
  const variables = named(model.variables.map((variable) => variable.name));
  if (model.memory !== "sc") variables.set(STORE_BUFFERS, table.claim("store_buffer"));
  const embedded = named(model.embedded.keys());
  const arrays = named(model.arrays.keys());
  const owners = named(model.owners.keys(), (name) => `${name}_owner`);
  const objects = modelValues([...model.objects.values()].flat());
  const processes = named(model.processes.map((process) => process.name));
  const threads = new Map<string, string>();
  for (const process of model.processes) {
    for (const { name, argument } of process.threads) {
      const stem = must(processes.get(process.name), "the name of a process");
      const wish = argument === undefined ? `${stem}_thread` : `${stem}_${argument}`;
      threads.set(name, table.claimModelValue(wish));
    }
  }
  const withArgument = model.processes.filter((process) => process.threads[0]?.argument !== undefined);
  const labels = model.processes.flatMap((process) => process.steps.map((step) => step.label));
  return {
    module,
    table,
    classes,
    objects,
    threads,
    embedded,
    arrays,
    owners,
    variables,
    processes,
    arguments: named(
      withArgument.map((process) => process.name),
      (name) => `${legal(name)}_${withArgument.find((process) => process.name === name)?.parameter}`,
    ),
    locals: new Map(
      model.processes.flatMap((process) =>
        lastingLocals(process).map((local) => [localKey(process, local.name), table.claim(local.name)]),
      ),
    ),
    labels: new Map([...named(labels), [DONE, DONE]]),
    checks: named(checks, (check) => `check_${check}`),
    invariants: named(
      model.invariants.map((invariant) => invariant.name),
      (name) => `invariant_${legal(name).slice(0, 60)}`,
    ),
    properties: named(
      model.liveness.map((property) => property.name),
      (name) => `property_${legal(name).slice(0, 60)}`,
    ),
    excluding: named(
      model.liveness.map((property) => property.name),
      (name) => `unfailing_${legal(name).slice(0, 60)}`,
    ),
  };
}

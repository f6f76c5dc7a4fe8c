/**
 * Store buffers in the emitted module: the variable `store_buffer`, which maps each thread to the sequence of its
 * stores that are not in memory yet, and the operators on such a sequence. An entry is a record of an address and a
 * value; an address is the name of the variable, for a field the object behind it, and for an element its index. A fence has no address.
 */
import { must } from "../base/assert.js";
import { type Model, type Process, STORE_BUFFER_LIMIT, type Variable } from "../ir/model.js";
import { STORE_BUFFERS, visitBlocks } from "../ir/terms.js";
import { add, deeper, type Lines } from "./layout.js";
import type { Naming } from "./naming.js";
import { printString } from "./strings.js";

/** The address of a location; `place` is what selects it among those of the variable, printed already. */
export function printAddress(naming: Naming, variable: string, place: readonly string[]): string {
  const name = printString(must(naming.variables.get(variable), `the name of ${variable}`));
  return `<<${[name, ...place].join(", ")}>>`;
}

/** Threads that a spec declares: the others are their store buffers. */
function storingThreads(model: Model, naming: Naming): string[] {
  return model.processes.flatMap((process) =>
    process.threads
      .filter(({ drains }) => drains === undefined)
      .map(({ name }) => must(naming.threads.get(name), name)),
  );
}

/** The operators, with the constants. Nothing under `sc`. */
export function printBufferOperators(model: Model, naming: Naming, out: Lines): void {
  if (model.memory === "sc") return;
  const drains = model.processes.flatMap((process) => process.threads.filter((thread) => thread.drains));
  const pairs = drains.map(({ name, drains: thread }) =>
    [name, thread].map((which) => naming.threads.get(which ?? "")).join(" :> "),
  );
  add(
    out,
    "\\* A store buffer is a sequence of stores on their way to memory; <<>> is the address of a fence.",
  );
  add(out, `BufferOf == ${pairs.length === 0 ? "<<>>" : pairs.join(" @@ ")}`);
  add(out, "Forward(buffer_, address_, value_) ==");
  add(out, "  LET own_ == {i_ \\in DOMAIN buffer_ : buffer_[i_].address = address_}");
  add(out, "  IN  IF own_ = {} THEN value_");
  add(out, "      ELSE buffer_[CHOOSE i_ \\in own_ : \\A j_ \\in own_ : j_ <= i_].value");
  add(out, "Stored(buffer_, address_, value_) ==");
  add(out, `  IF Len(buffer_) < ${STORE_BUFFER_LIMIT} \\/ address_ = <<>>`);
  add(out, "  THEN Append(buffer_, [address |-> address_, value |-> value_])");
  add(out, '  ELSE Assert(FALSE, "a store buffer overflows")');
  add(out, "Fenced(buffer_) ==");
  add(out, "  IF buffer_ = <<>> THEN <<>>");
  add(out, "  ELSE IF buffer_[Len(buffer_)].address = <<>> THEN buffer_");
  add(out, "  ELSE Stored(buffer_, <<>>, null)");
  for (const [operator, before] of [
    ["Unlinked", "buffer_"],
    ["UnlinkedInOrder", "Fenced(buffer_)"],
  ]) {
    add(out, `${operator}(buffer_, address_, list_, element_) ==`);
    add(out, "  IF Has(list_, element_)");
    add(out, `  THEN Stored(${before}, address_, Without(list_, element_)) ELSE buffer_`);
  }
  if (model.memory === "tso") add(out, "Drainable(buffer_) == {1}");
  else {
    add(out, "Drainable(buffer_) ==");
    add(out, "  {i_ \\in DOMAIN buffer_ :");
    add(out, "     /\\ buffer_[i_].address # <<>>");
    add(out, "     /\\ \\A j_ \\in 1..(i_ - 1) : buffer_[j_].address \\notin {<<>>, buffer_[i_].address}}");
  }
  add(out, "Drained(buffer_, index_) ==");
  add(out, "  LET rest_ == SubSeq(buffer_, 1, index_ - 1) \\o SubSeq(buffer_, index_ + 1, Len(buffer_))");
  add(out, "  IN  IF rest_ # <<>> /\\ rest_[1].address = <<>> THEN Tail(rest_) ELSE rest_");
  add(out, "");
}

/** The declaration of the variable, all buffers empty. Nothing under `sc`. */
export function printBufferVariable(model: Model, naming: Naming, out: Lines): void {
  if (model.memory === "sc") return;
  const name = must(naming.variables.get(STORE_BUFFERS), "the name of the store buffers");
  add(out, `${name} = [t_ \\in {${storingThreads(model, naming).join(", ")}} |-> <<>>];`);
}

/** The thread whose buffer a process works with; `self` names the process's own thread. */
export function printBufferOwner(process: Process, self: string): string {
  return process.threads[0]?.drains === undefined ? self : `BufferOf[${self}]`;
}

/** One store goes from the buffer of `owner` to memory: each that may be the next is tried. */
export function printDrain(model: Model, naming: Naming, owner: string, out: Lines): void {
  const buffers = must(naming.variables.get(STORE_BUFFERS), "the name of the store buffers");
  const buffer = `${buffers}[${owner}]`;
  add(out, `with index_ \\in Drainable(${buffer}), store_ = ${buffer}[index_] do`);
  const inner = deeper(out);
  bufferedIn(model).forEach((variable, index) => {
    const name = must(naming.variables.get(variable.name), variable.name);
    const depth = (variable.class === undefined ? 0 : 1) + (hasElements(variable.type) ? 1 : 0);
    const element = Array.from({ length: depth }, (_, at) => `[store_.address[${at + 2}]]`).join("");
    add(inner, `${index === 0 ? "if" : "elsif"} store_.address[1] = ${printString(name)} then`);
    add(deeper(inner), `${name}${element} := store_.value;`);
  });
  add(inner, "end if;");
  add(inner, `${buffer} := Drained(${buffer}, index_);`);
  add(out, "end with;");
}

/** Whether the elements of such a variable have addresses of their own. */
function hasElements({ kind }: Variable["type"]): boolean {
  return kind === "array" || kind === "map";
}

/** The variables that some step stores to through a buffer. */
function bufferedIn(model: Model): Variable[] {
  const names = new Set<string>();
  for (const step of model.processes.flatMap((process) => process.steps)) {
    visitBlocks(step.body, ({ actions }) => {
      for (const action of actions) {
        if (action.kind === "store" && action.buffered !== undefined) names.add(action.variable);
        if (action.kind === "unlink" && action.buffered !== undefined) {
          for (const name of action.variables) names.add(name);
        }
      }
    });
  }
  return model.variables.filter(({ name }) => names.has(name));
}

/** Terms that are made of other values, compiled: lists, sets, records, arrays and maps. */
import { bug, must } from "../base/assert.js";
import type { Term } from "../ir/model.js";
import { type Code, type Compiler, constantCode, derived, tableOf, variable } from "./code.js";
import { NULL, type ValueId } from "./values.js";

/** The term as code for a value; undefined where it is no collection, nor taken from one. */
export function collectionCode(compiler: Compiler, term: Term): Code<ValueId> | undefined {
  const { values } = compiler.machine;
  switch (term.kind) {
    case "elements": {
      const elements = elementsCode(compiler, term);
      return derived([elements], () => values.ofList(elements.run()));
    }
    case "subset":
    case "present":
    case "sets": {
      const elements = elementsCode(compiler, term);
      return derived([elements], () => values.ofSet(elements.run()));
    }
    case "each": {
      const elements = elementsCode(compiler, term);
      return variable(() => values.ofList(elements.run()));
    }
    case "nth": {
      const [list, index] = [compiler.elements(term.list), compiler.number(term.index)];
      return derived([list, index], () => list.run()[index.run()] ?? bug("a checked index has no element"));
    }
    case "first": {
      const list = compiler.elements(term.list);
      return derived([list], () => list.run()[0] ?? NULL);
    }
    case "next": {
      const [list, element] = [compiler.elements(term.list), compiler.id(term.element)];
      return derived([list, element], () => nextOf(list.run(), element.run()));
    }
    case "insert": {
      const [list, element] = [compiler.elements(term.list), compiler.id(term.element)];
      const atFront = term.where === "first";
      return derived([list, element], () => {
        const [others, added] = [list.run(), element.run()];
        return values.ofList(atFront ? [added, ...others] : [...others, added]);
      });
    }
    case "without": {
      const [list, element] = [compiler.elements(term.list), compiler.id(term.element)];
      return derived([list, element], () => {
        const removed = element.run();
        return values.ofList(list.run().filter((other) => other !== removed));
      });
    }
    case "behind": {
      const [list, count] = [compiler.elements(term.list), compiler.number(term.count)];
      return derived([list, count], () => values.ofList(list.run().slice(Math.max(0, count.run()))));
    }
    case "change": {
      const [set, element] = [compiler.elements(term.set), compiler.id(term.element)];
      const adds = term.change === "add";
      return derived([set, element], () => {
        const changed = element.run();
        const others = set.run().filter((other) => other !== changed);
        return values.ofSet(adds ? [...others, changed] : others);
      });
    }
    case "record":
      return recordCode(compiler, term);
    case "with":
      return withCode(compiler, term);
    case "select":
      return selectCode(compiler, term);
    case "array": {
      const elements = term.elements.map(compiler.id);
      return derived(elements, () => values.ofList(elements.map(({ run }) => run())));
    }
    case "index": {
      const [collection, index] = [compiler.id(term.collection), compiler.id(term.index)];
      return derived([collection, index], () => values.elementAt(collection.run(), index.run()));
    }
    case "replace": {
      const collection = compiler.id(term.collection);
      const [index, value] = [compiler.id(term.index), compiler.id(term.value)];
      return derived([collection, index, value], () =>
        values.withElement(collection.run(), index.run(), value.run()),
      );
    }
    case "reduce":
      return reduceCode(compiler, term);
    default:
      return undefined;
  }
}

/** The elements of a list or a set, without making a value of them where the term says which they are. */
export function elementsCode(compiler: Compiler, term: Term): Code<readonly ValueId[]> {
  const { values } = compiler.machine;
  switch (term.kind) {
    case "value": {
      const { value } = term;
      if (value === null || typeof value !== "object") break;
      if ("list" in value) return constantCode(value.list.map((element) => values.encode(element)));
      // A constant set has an order, which its id does not show.
      if ("set" in value) return constantCode(value.set.map((element) => values.encode(element)));
      break;
    }
    case "elements": {
      const arrays = compiler.model.arrays.get(`${term.class}.${term.field}`) ?? new Map<string, string[]>();
      const table = tableOf(
        compiler.machine,
        [...arrays].map(([owner, names]) => [owner, names.map((name) => values.ofReference(name))] as const),
      );
      const object = compiler.id(term.object);
      return derived([object], () => must(table[object.run()], `the array ${term.class}.${term.field}`));
    }
    case "present": {
      const element = compiler.id(term.element);
      return derived([element], () => {
        const only = element.run();
        return only === NULL ? [] : [only];
      });
    }
    case "subset":
      return filterCode(compiler, term.variable, term.domain, term.condition);
    case "each":
      if (term.method === "filter") return filterCode(compiler, term.variable, term.domain, term.body);
      return mapCode(compiler, term);
    case "sets":
      return combinedCode(compiler, term);
  }
  const whole = compiler.id(term);
  return derived([whole], () => values.elements(whole.run()));
}

function nextOf(list: readonly ValueId[], element: ValueId): ValueId {
  const index = list.indexOf(element);
  return index < 0 ? bug("the element behind one that is not on the list") : (list[index + 1] ?? NULL);
}

/** The compiler for what is evaluated for each element, and where the element is to be put for it. */
function binding(compiler: Compiler, name: string): { readonly inner: Compiler; readonly at: number } {
  const { bound } = compiler.machine;
  const at = bound.push(0) - 1;
  return {
    inner: compiler.within(
      name,
      variable(() => bound[at] as ValueId),
    ),
    at,
  };
}

function filterCode(
  compiler: Compiler,
  name: string,
  domain: Term,
  condition: Term,
): Code<readonly ValueId[]> {
  const { bound } = compiler.machine;
  const elements = compiler.elements(domain);
  const { inner, at } = binding(compiler, name);
  const meets = inner.truth(condition).run;
  return variable(() =>
    elements.run().filter((element) => {
      bound[at] = element;
      return meets();
    }),
  );
}

function mapCode(
  compiler: Compiler,
  { variable: name, domain, body }: Extract<Term, { kind: "each" }>,
): Code<readonly ValueId[]> {
  const { bound } = compiler.machine;
  const elements = compiler.elements(domain);
  const { inner, at } = binding(compiler, name);
  const mapped = inner.id(body).run;
  return variable(() =>
    elements.run().map((element) => {
      bound[at] = element;
      return mapped();
    }),
  );
}

function reduceCode(compiler: Compiler, term: Extract<Term, { kind: "reduce" }>): Code<ValueId> {
  const { bound } = compiler.machine;
  const [elements, initial] = [compiler.elements(term.domain), compiler.id(term.initial)];
  const sum = binding(compiler, term.sum);
  const element = binding(sum.inner, term.variable);
  const next = element.inner.id(term.body).run;
  return variable(() => {
    let result = initial.run();
    for (const each of elements.run()) {
      bound[sum.at] = result;
      bound[element.at] = each;
      result = next();
    }
    return result;
  });
}

function combinedCode(compiler: Compiler, term: Extract<Term, { kind: "sets" }>): Code<readonly ValueId[]> {
  const [left, right] = [compiler.elements(term.left), compiler.elements(term.right)];
  switch (term.operator) {
    case "union":
      return derived([left, right], () => {
        const first = left.run();
        return [...first, ...right.run().filter((element) => !first.includes(element))];
      });
    case "intersection":
      return derived([left, right], () => {
        const second = right.run();
        return left.run().filter((element) => second.includes(element));
      });
    case "difference":
      return derived([left, right], () => {
        const second = right.run();
        return left.run().filter((element) => !second.includes(element));
      });
    case "isSubsetOf":
      return variable(() => bug("a list or a set was expected"));
  }
}

function recordCode(compiler: Compiler, { fields }: Extract<Term, { kind: "record" }>): Code<ValueId> {
  const { values } = compiler.machine;
  const shape = values.recordShape(fields.map(({ name }) => name));
  const codes = new Map(fields.map(({ name, value }) => [name, compiler.id(value)]));
  const parts = values.namesOf(shape).map((name) => must(codes.get(name), `the part ${name} of a record`));
  return derived(parts, () =>
    values.ofRecord(
      shape,
      parts.map(({ run }) => run()),
    ),
  );
}

/** Where the records of a shape have the part; remembers the shape it was asked about last. */
function positionFinder(compiler: Compiler, name: string): (record: ValueId) => number {
  const { values } = compiler.machine;
  let [shape, position] = [-1, -1];
  return (record) => {
    const found = values.shapeOf(record);
    if (found === shape) return position;
    shape = found;
    position = values.namesOf(shape).indexOf(name);
    return position < 0 ? bug(`the part ${name} of a record is missing`) : position;
  };
}

function withCode(compiler: Compiler, term: Extract<Term, { kind: "with" }>): Code<ValueId> {
  const { values } = compiler.machine;
  const record = compiler.id(term.record);
  const changes = term.changes.map(({ name, value }) => ({
    positionIn: positionFinder(compiler, name),
    value: compiler.id(value),
  }));
  return derived([record, ...changes.map(({ value }) => value)], () => {
    const whole = record.run();
    const parts = [...values.parts(whole)];
    for (const { positionIn, value } of changes) parts[positionIn(whole)] = value.run();
    return values.ofRecord(values.shapeOf(whole), parts);
  });
}

function selectCode(compiler: Compiler, term: Extract<Term, { kind: "select" }>): Code<ValueId> {
  const { values } = compiler.machine;
  const record = compiler.id(term.record);
  const positionIn = positionFinder(compiler, term.field);
  return derived([record], () => {
    const whole = record.run();
    return values.parts(whole)[positionIn(whole)] as ValueId;
  });
}

/** Steps written down without their places and without names that mean nothing to others. */
import { type Action, type Block, DONE, type Step, type Term } from "../ir/model.js";
import { printAction, printTerm } from "../ir/print.js";
import { mapActionTerms, mapTerm } from "../ir/terms.js";

/** Two steps with one text do the same to the object that `about` means in each, whatever their locals are called. */
export function shapeOf({ body }: Step, about: Term): string {
  const aboutText = printTerm(about);
  const names = new Map<string, string>();
  const rename = (prefix: string, name: string): string => {
    const known = names.get(prefix + name) ?? `${prefix}${names.size}`;
    names.set(prefix + name, known);
    return known;
  };
  const plain = (term: Term): Term => {
    if (printTerm(term) === aboutText) return { kind: "bound", name: "@" };
    if (term.kind === "local") return { kind: "local", name: rename("local ", term.name) };
    return mapTerm(term, plain);
  };
  const action = (one: Action): string => {
    const mapped = mapActionTerms(one, plain);
    if (mapped.kind === "assign" || mapped.kind === "choose") {
      return printAction({ ...mapped, local: rename("local ", mapped.local) });
    }
    return printAction(mapped);
  };
  const block = ({ actions, end }: Block): string => {
    const lines = actions.map(action);
    if (end.kind === "goto") {
      lines.push(end.label === DONE ? DONE : rename("label ", end.label));
    } else {
      lines.push(
        `if ${printTerm(plain(end.condition))} {`,
        block(end.whenTrue),
        "} else {",
        block(end.whenFalse),
        "}",
      );
    }
    return lines.join("\n");
  };
  return block(body);
}

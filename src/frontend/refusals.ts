/** What TypeScript has and a spec has not, by syntax: what it is, why it is refused, what to write instead. */

import { notYet, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Module } from "./modules.js";
import { headerSpan, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** Without `why` it is a part of the language that is not built yet. */
interface Refusal {
  readonly what: string;
  readonly why?: string;
  readonly instead: string;
}

const NOT_C = "C has none, and a thread is a plain sequence of steps.";
const ONE_STEP = "Loads and stores are steps of their own, and the reader should see where they stand.";
const NOT_RUN = "A spec is read and never run, so there is no such object.";
const TO_TOP_LEVEL = "Move it to the top level of the file.";

/** What to do instead of making an object while threads run. */
export const DECLARE_OBJECTS =
  "Declare the objects at top level, with instances(…) or as constants, or as fields.";

const K = ts.SyntaxKind;

const REFUSALS: ReadonlyMap<ts.SyntaxKind, Refusal> = new Map<ts.SyntaxKind, Refusal>([
  // Expressions.
  [K.ArrowFunction, { what: "an arrow function here", instead: "Pass it where a procedure is asked for." }],
  [
    K.FunctionExpression,
    {
      what: "a function expression",
      why: "Procedures have names, as in C.",
      instead: "Declare a function, or pass an arrow function.",
    },
  ],
  [
    K.ClassExpression,
    {
      what: "a class without a name",
      why: "Reports name objects after their class.",
      instead: "Declare a class.",
    },
  ],
  [
    K.ThisKeyword,
    {
      what: "this outside a method",
      why: "It is the object that a method was called on.",
      instead: "Take the object as a parameter, or declare the procedure inside the class.",
    },
  ],
  [
    K.SuperKeyword,
    {
      what: "super here",
      why: "It only stands for a call of the method that this one overrides.",
      instead: "Write super.method(…) inside a method, and this.field for fields.",
    },
  ],
  [K.NewExpression, { what: "new inside a procedure", instead: DECLARE_OBJECTS }],
  [
    K.BigIntLiteral,
    { what: "a bigint", why: "TLC computes with 32-bit integers.", instead: "Write a number." },
  ],
  [
    K.RegularExpressionLiteral,
    { what: "a regular expression", why: NOT_C, instead: "Use a union of strings and compare with ===." },
  ],
  [
    K.TemplateExpression,
    {
      what: "a template string",
      why: "Strings are names of states; they are compared and never built.",
      instead: "Write the string out.",
    },
  ],
  [K.TaggedTemplateExpression, { what: "a tagged template", why: NOT_C, instead: "Write the string out." }],
  [K.AwaitExpression, { what: "await", why: NOT_C, instead: "Wait with until(condition)." }],
  [
    K.YieldExpression,
    { what: "yield", why: NOT_C, instead: "Leave it out: every step is a place where others may run." },
  ],
  [
    K.TypeOfExpression,
    {
      what: "typeof",
      why: "The kind of every value is known when the spec is read.",
      instead: "Compare the value itself.",
    },
  ],
  [
    K.VoidExpression,
    {
      what: "void",
      why: "It gives undefined, and memory holds a value or null.",
      instead: "Make the call a statement of its own.",
    },
  ],
  [
    K.DeleteExpression,
    { what: "delete", why: "The fields of an object are fixed, as in C.", instead: "Set the field to null." },
  ],
  [K.SpreadElement, { what: "...", why: NOT_C, instead: "Write the values one by one." }],
  [
    K.AsExpression,
    {
      what: "a type assertion",
      why: "It would hide what the compiler knows.",
      instead: "Leave it out, or declare the type you mean.",
    },
  ],
  [
    K.SatisfiesExpression,
    {
      what: "a type assertion",
      why: "It would hide what the compiler knows.",
      instead: "Leave it out, or declare the type you mean.",
    },
  ],
  [
    K.TypeAssertionExpression,
    {
      what: "a type assertion",
      why: "It would hide what the compiler knows.",
      instead: "Leave it out, or declare the type you mean.",
    },
  ],
  [K.MetaProperty, { what: "import.meta", why: NOT_RUN, instead: "Use a param." }],
  [K.ImportKeyword, { what: "import(…)", why: NOT_RUN, instead: "Import at the top of the file." }],
  [
    K.PostfixUnaryExpression,
    { what: "++ or -- inside an expression", why: ONE_STEP, instead: "Put it in a statement of its own." },
  ],
  // Statements.
  [
    K.ThrowStatement,
    { what: "an exception", why: NOT_C, instead: "Return a result, or assert what must be true." },
  ],
  [
    K.TryStatement,
    { what: "an exception", why: NOT_C, instead: "Return a result, or assert what must be true." },
  ],
  [K.FunctionDeclaration, { what: "a function inside a procedure", why: NOT_C, instead: TO_TOP_LEVEL }],
  [
    K.ClassDeclaration,
    {
      what: "a class inside a procedure",
      why: "What a thread shares is fixed before it runs.",
      instead: TO_TOP_LEVEL,
    },
  ],
  [
    K.TypeAliasDeclaration,
    {
      what: "a type declaration inside a procedure",
      why: "Types belong to the whole file.",
      instead: TO_TOP_LEVEL,
    },
  ],
  [
    K.ForInStatement,
    {
      what: "for-in",
      why: "It goes over names of fields, which are no values.",
      instead: "Write for (const x of …).",
    },
  ],
  [K.WithStatement, { what: "with", why: NOT_C, instead: "Name the object." }],
  [
    K.DebuggerStatement,
    { what: "debugger", why: NOT_RUN, instead: "Leave it out; a counterexample shows every step." },
  ],
  // Declarations.
  [
    K.InterfaceDeclaration,
    {
      what: "an interface",
      why: "Every object is an instance of one class, as every C struct has one type.",
      instead: "Declare a class.",
    },
  ],
  [
    K.EnumDeclaration,
    {
      what: "an enum",
      why: "It is code that would have to run.",
      instead: 'Write a union of strings: type State = "idle" | "busy";',
    },
  ],
  [
    K.ModuleDeclaration,
    {
      what: "a namespace",
      why: "Names are kept apart by files.",
      instead: "Move its declarations into a file and import them.",
    },
  ],
  [
    K.ExportDeclaration,
    {
      what: "an export list",
      why: "A name is exported where it is declared, and imported from there.",
      instead: "Write export before the declaration.",
    },
  ],
  [
    K.ImportEqualsDeclaration,
    { what: "import =", why: "Names are resolved one by one.", instead: 'Write import { … } from "…";' },
  ],
  [
    K.NamespaceExportDeclaration,
    { what: "export as namespace", why: "Names are kept apart by files.", instead: "Leave it out." },
  ],
]);

/** The diagnostic for a construct that has no meaning in a spec. */
export function refusalOf(module: Module, node: ts.Node): Diagnostic {
  const span = ts.isStatement(node) ? headerSpan(module, node) : spanOf(module, node);
  const known = REFUSALS.get(node.kind);
  if (known === undefined) {
    return unsupported(
      span,
      `this (${ts.SyntaxKind[node.kind]})`,
      "It has no meaning as steps of a thread.",
      "docs/LANGUAGE.md lists the statements and expressions of a spec.",
    );
  }
  const { what, why, instead } = known;
  return why === undefined ? notYet(span, what, instead) : unsupported(span, what, why, instead);
}

/** What is wrong with the form of an arrow function that takes `wanted` parameters, or undefined. */
export function wrongArrow(module: Module, node: ts.Expression, wanted: number): Diagnostic | undefined {
  const shape = ["() => …", "x => …"][wanted] ?? "(x, y) => …";
  const span = spanOf(module, node);
  if (!ts.isArrowFunction(node)) {
    const what = "this, where an arrow function is needed,";
    const why = "Latchwork must see the code that runs there.";
    const named = ts.isIdentifier(node) && module.names.get(node.text)?.kind === "procedure";
    const example = named
      ? `${wanted === 0 ? "()" : "x"} => ${node.getText(module.file)}(${wanted === 0 ? "" : "x"})`
      : shape;
    return unsupported(span, what, why, `Write ${example}.`);
  }
  if (node.modifiers !== undefined || node.typeParameters !== undefined) {
    const what = node.modifiers === undefined ? "a generic arrow function" : "an async arrow function";
    return unsupported(span, what, NOT_C, `Write ${shape}.`);
  }
  const odd = node.parameters.find((parameter) => !isPlainParameter(parameter));
  if (odd !== undefined || node.parameters.length > wanted) {
    const count =
      ["no parameters", "one parameter, a plain name"][wanted] ?? `at most ${wanted} parameters, plain names`;
    return unsupported(
      spanOf(module, odd ?? node.parameters[wanted]!),
      "this parameter of an arrow function",
      `The arrow function here has ${count}.`,
      `Write ${shape}.`,
    );
  }
  return undefined;
}

/** A name, perhaps with a type: no pattern, no default, not optional, not `...rest`. */
export function isPlainParameter(node: ts.ParameterDeclaration): boolean {
  return (
    ts.isIdentifier(node.name) &&
    node.name.text !== "this" &&
    node.initializer === undefined &&
    node.questionToken === undefined &&
    node.dotDotDotToken === undefined &&
    node.modifiers === undefined
  );
}

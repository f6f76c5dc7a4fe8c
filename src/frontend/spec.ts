/** Reads a spec file and lists its cases. Reading never executes the file. */

import type { Span } from "../base/span.js";
import { nearest } from "../base/suggest.js";
import { badCase, duplicateName, noCases, unknownCheck, unknownMemoryModel } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { CHECKS } from "../ir/checks.js";
import { MEMORY_MODELS, type MemoryModel } from "../ir/program.js";
import { type CaseContext, createCaseContext, type ParamValue } from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicCall, wrongIntrinsicCount } from "./intrinsics.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { resolvers } from "./lower-declarations.js";
import { loadModule, type Module, type ModuleGraph, modulesOf } from "./modules.js";
import { briefText, spanBetween, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** A case as the spec states it. */
export interface CaseDeclaration {
  readonly name: string;
  /** The check that must fail, or undefined where the case must hold. */
  readonly expectedCheck: string | undefined;
  readonly why: string | undefined;
  /** What the case stands for: its own source, or that of the spec. */
  readonly source: string | undefined;
  /** Why the case leaves things unexplored, where it says that it does. */
  readonly uncovered: string | undefined;
  readonly memory: MemoryModel;
  readonly settings: ReadonlyMap<string, ParamValue>;
  /** Where each setting stands. */
  readonly settingSpans: ReadonlyMap<string, Span>;
  readonly span: Span;
}

export interface SpecFile {
  /** Relative to the project root. */
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly cases: readonly CaseDeclaration[];
  readonly module: Module;
  /** What is wrong with the file or its imports whatever the case. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What is being read: where, and what is found wrong. */
interface Reader {
  readonly context: CaseContext;
  readonly module: Module;
}

/** Whether a module declares cases or threads, and so claims to be a spec and not a part of one. */
export function claimsToBeSpec(module: Module): boolean {
  return (
    casesCall(module) !== undefined ||
    module.file.statements.some(
      (statement) =>
        ts.isExpressionStatement(statement) &&
        ["thread", "environment"].includes(intrinsicCall(module, statement.expression) ?? ""),
    )
  );
}

/** Reads the file at an absolute path. Errors are in the result and not thrown. */
export function readSpec(graph: ModuleGraph, path: string): SpecFile {
  const module = loadModule(graph, path);
  const modules = modulesOf(module);
  const ofModules = modules.flatMap(({ diagnostics }) => diagnostics);
  const nothing = { name: module.name, path, title: module.name, cases: [], module };
  if (!modules.every(({ parsed }) => parsed)) return { ...nothing, diagnostics: ofModules };
  const call = casesCall(module);
  const object = call?.arguments[0];
  const wrong = call && wrongIntrinsicCount(module, call, "cases");
  if (wrong !== undefined) return { ...nothing, diagnostics: [...ofModules, wrong] };
  if (object === undefined || !ts.isObjectLiteralExpression(object)) {
    return { ...nothing, diagnostics: [...ofModules, noCases(placeOfDefault(module))] };
  }
  const reader: Reader = { context: createCaseContext(new Map(), resolvers), module };
  const { title, cases } = readCases(reader, object);
  const { diagnostics } = reader.context;
  if (cases.length === 0) diagnostics.push(noCases(spanOf(module, call!)));
  return { ...nothing, title: title ?? module.name, cases, diagnostics: [...ofModules, ...diagnostics] };
}

/** The default export, or the beginning of a file that has none. */
function placeOfDefault(module: Module): Span {
  const found = module.file.statements.find(ts.isExportAssignment);
  return found === undefined ? spanBetween(module, 0, 0) : spanOf(module, found);
}

function casesCall(module: Module): ts.CallExpression | undefined {
  for (const statement of module.file.statements) {
    if (ts.isExportAssignment(statement) && intrinsicCall(module, statement.expression) === "cases") {
      return statement.expression as ts.CallExpression;
    }
  }
  return undefined;
}

function readCases(
  reader: Reader,
  object: ts.ObjectLiteralExpression,
): { readonly title: string | undefined; readonly cases: CaseDeclaration[] } {
  const cases: CaseDeclaration[] = [];
  const seen = new Set<string>();
  let title: string | undefined;
  let source: string | undefined;
  for (const property of object.properties) {
    const entry = readProperty(
      reader,
      property,
      "this is not a case",
      'Write "name": { expect: …, why: "…" }.',
    );
    if (entry === undefined) continue;
    const { name, value } = entry;
    if (seen.has(name)) refuse(reader, duplicateName(spanOf(reader.module, property), "case", name));
    else if (name === "title") title = readText(reader, value, "the title");
    else if (name === "source") source = readText(reader, value, "the source");
    else if (ts.isObjectLiteralExpression(value) && name.trim() !== "") {
      cases.push(readCase(reader, name, value));
    } else {
      const what = name.trim() === "" ? "this case has no name" : `${name} is not a case`;
      const close = nearest(name, ["title", "source"]);
      const instead =
        close === undefined ? 'Write "name": { expect: …, why: "…" }.' : `Did you mean ${close}?`;
      refuse(reader, badCase(spanOf(reader.module, property), what, instead));
    }
    seen.add(name);
  }
  return {
    title,
    cases: cases.map((declaration) => ({ ...declaration, source: declaration.source ?? source })),
  };
}

function refuse(reader: Reader, diagnostic: Diagnostic): void {
  reader.context.diagnostics.push(diagnostic);
}

/** `name: value`, or undefined where it is anything else, which is reported. */
function readProperty(
  reader: Reader,
  property: ts.ObjectLiteralElementLike,
  what: string,
  instead: string,
): { readonly name: string; readonly value: ts.Expression } | undefined {
  const { name } = property;
  if (
    ts.isPropertyAssignment(property) &&
    name !== undefined &&
    (ts.isIdentifier(name) || ts.isStringLiteral(name))
  ) {
    return { name: name.text, value: property.initializer };
  }
  refuse(reader, badCase(spanOf(reader.module, property), what, instead));
  return undefined;
}

function readText({ context, module }: Reader, node: ts.Expression, what: string): string | undefined {
  const value = lowerTopLevelExpression(context, module, node);
  const text = literalOf(value);
  if (typeof text === "string") return text;
  if (value.type.kind !== "void") {
    const span = spanOf(module, node);
    context.diagnostics.push(badCase(span, `${what} is not a constant string`, "Write a string."));
  }
  return undefined;
}

function readCase(reader: Reader, name: string, object: ts.ObjectLiteralExpression): CaseDeclaration {
  const { module, context } = reader;
  const settings = new Map<string, ParamValue>();
  const settingSpans = new Map<string, Span>();
  const seen = new Set<string>();
  let expectedCheck: string | undefined;
  let why: string | undefined;
  let source: string | undefined;
  let uncovered: string | undefined;
  let memory: MemoryModel = "sc";
  for (const property of object.properties) {
    const entry = readProperty(reader, property, "this is not a setting of a case", "Write name: value.");
    if (entry === undefined) continue;
    const { name: key, value: node } = entry;
    if (seen.has(key)) refuse(reader, duplicateName(spanOf(module, property), "setting", key));
    seen.add(key);
    if (key === "expect") expectedCheck = readExpectation(reader, node);
    else if (key === "why") why = readText(reader, node, "why");
    else if (key === "uncovered") uncovered = readText(reader, node, "uncovered");
    else if (key === "source") source = readText(reader, node, "the source");
    else if (key === "memory") memory = readMemoryModel(reader, node) ?? memory;
    else if (["holds", "fails"].includes(intrinsicCall(module, node) ?? "")) {
      // The expectation is there, under another name: that is one mistake.
      refuse(reader, badCase(spanOf(module, property), `${key} is no key of a case`, "Did you mean expect?"));
      seen.add("expect");
    } else {
      const value = lowerTopLevelExpression(context, module, node);
      const setting = literalOf(value);
      if (setting !== undefined && setting !== null) {
        settings.set(key, setting);
        settingSpans.set(key, spanOf(module, property));
      } else if (value.type.kind !== "void") {
        const what = `the value of ${key} is not a constant`;
        refuse(reader, badCase(spanOf(module, node), what, "Write a string, a number, true or false."));
      }
    }
  }
  if (!seen.has("expect")) {
    const what = `the case ${JSON.stringify(name)} does not say what it expects`;
    refuse(reader, badCase(spanOf(module, object), what, 'Add expect: holds() or expect: fails("check").'));
  }
  return {
    name,
    expectedCheck,
    why,
    source,
    uncovered,
    memory,
    settings,
    settingSpans,
    span: spanOf(module, object),
  };
}

/** One of the memory models by name, or undefined where it is none, which is reported. */
function readMemoryModel({ context, module }: Reader, node: ts.Expression): MemoryModel | undefined {
  const value = lowerTopLevelExpression(context, module, node);
  const named = literalOf(value);
  const known = MEMORY_MODELS.find((model) => model === named);
  if (known === undefined && value.type.kind !== "void") {
    const text = typeof named === "string" ? named : briefText(module, node);
    context.diagnostics.push(unknownMemoryModel(spanOf(module, node), text, MEMORY_MODELS));
  }
  return known;
}

/** The check of `fails("check")`, or undefined for `holds()`. */
function readExpectation(reader: Reader, node: ts.Expression): string | undefined {
  const { context, module } = reader;
  const name = intrinsicCall(module, node);
  if (name !== "holds" && name !== "fails") {
    const what = `${briefText(module, node)} is not an expectation`;
    refuse(reader, badCase(spanOf(module, node), what, 'Write expect: holds() or expect: fails("check").'));
    return undefined;
  }
  const call = node as ts.CallExpression;
  const wrong = wrongIntrinsicCount(module, call, name);
  if (wrong !== undefined) refuse(reader, wrong);
  const argument = call.arguments[0];
  if (wrong !== undefined || argument === undefined) return undefined;
  const value = lowerTopLevelExpression(context, module, argument);
  const check = literalOf(value);
  if (typeof check === "string" && CHECKS.has(check)) return check;
  if (value.type.kind !== "void") {
    const span = spanOf(module, argument);
    refuse(
      reader,
      unknownCheck(span, typeof check === "string" ? check : briefText(module, argument), [...CHECKS.keys()]),
    );
  }
  return undefined;
}

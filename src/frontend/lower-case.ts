/**
 * Lowers the cases of a spec to programs. All cases are lowered whichever are checked, and once more every branch
 * and procedure that no case reaches: every error of a file is reported in one go.
 */

import { noThreads, unknownParam, unknownSetting } from "../diagnostics/catalog.js";
import { type Diagnostic, sortDiagnostics } from "../diagnostics/diagnostic.js";
import type { MemoryModel, Program } from "../ir/program.js";
import {
  type CaseContext,
  className,
  createCaseContext,
  type ParamValue,
  procedureName,
  type Setting,
} from "./case-context.js";
import { noDeclarations, threadNames } from "./declarations.js";
import { cpuClassOf, usesContexts } from "./lower-contexts.js";
import { resolvers } from "./lower-declarations.js";
import { CASE_KEYS } from "./lower-params.js";
import { lowerPendingProcedures } from "./lower-procedures.js";
import { lowerModule } from "./lower-top-level.js";
import { classMadeBy } from "./makers.js";
import { type ModuleGraph, modulesOf } from "./modules.js";
import type { CaseDeclaration, SpecFile } from "./spec.js";
import { ts } from "./typescript.js";

/** A spec with a program for each case. */
export interface LoweredSpec {
  readonly spec: SpecFile;
  readonly cases: readonly { readonly declaration: CaseDeclaration; readonly program: Program }[];
  /** Everything wrong with the file; the programs mean nothing unless this is empty. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lowers every case; `overrides` (from --set) win over what the cases set. Each is taken as the type of its param's
 * default. One that is no param of this spec is left alone: see {@link unknownOverrides}. `memory` (from --memory) wins
 * over the memory model that each case names; what it expects stays.
 */
export function lowerSpec(
  _graph: ModuleGraph,
  spec: SpecFile,
  overrides: ReadonlyMap<string, ParamValue> = new Map(),
  memory?: MemoryModel,
): LoweredSpec {
  if (!modulesOf(spec.module).every((module) => module.parsed)) {
    return { spec, cases: [], diagnostics: sortDiagnostics(unique(spec.diagnostics)) };
  }
  const diagnostics: Diagnostic[] = [...spec.diagnostics];
  const cases = spec.cases.map((declared) => {
    const declaration = memory === undefined ? declared : { ...declared, memory };
    const contexts = usesContexts(modulesOf(spec.module));
    const context = createCaseContext(settingsOf(declaration, overrides), resolvers, false, contexts);
    const program = lowerCase(context, spec, declaration);
    diagnostics.push(...context.diagnostics);
    return { declaration, program };
  });
  diagnostics.push(...lowerEverything(spec));
  return { spec, cases, diagnostics: sortDiagnostics(unique(diagnostics)) };
}

/** The overrides that no spec of a run knows: each is reported once, whatever the number of specs and cases. */
export function unknownOverrides(
  overrides: ReadonlyMap<string, ParamValue>,
  lowered: readonly LoweredSpec[],
): Diagnostic[] {
  const cases = lowered.flatMap((spec) => spec.cases);
  const known = new Set(cases.flatMap(({ program }) => program.params.map((param) => param.name)));
  return [...overrides].flatMap(([name, value]) =>
    known.has(name) ? [] : [unknownSetting(name, value, [...known])],
  );
}

function settingsOf(
  declaration: CaseDeclaration,
  overrides: ReadonlyMap<string, ParamValue>,
): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [name, value] of declaration.settings) {
    settings.set(name, { value, span: declaration.settingSpans.get(name) ?? declaration.span });
  }
  for (const [name, value] of overrides) settings.set(name, { value, span: undefined });
  return settings;
}

/** What is wrong where no case comes: procedures that nobody calls, branches that no params take. */
function lowerEverything(spec: SpecFile): Diagnostic[] {
  const contexts = usesContexts(modulesOf(spec.module));
  const context = createCaseContext(new Map(), resolvers, true, contexts);
  for (const module of modulesOf(spec.module)) {
    lowerModule(context, module, noDeclarations());
    for (const declaration of module.names.values()) {
      if (declaration.kind === "class" && declaration.module === module) {
        const owner = className(context, declaration);
        for (const node of declaration.node.members.filter(ts.isMethodDeclaration)) {
          procedureName(context, { kind: "procedure", node, module, owner });
        }
      }
      const isCode = declaration.kind === "procedure" && classMadeBy(declaration) === undefined;
      if (isCode && declaration.module === module) procedureName(context, declaration);
    }
  }
  lowerPendingProcedures(context);
  return context.diagnostics;
}

/** Most errors are met once per case. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byText = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...byText.values()];
}

function lowerCase(context: CaseContext, spec: SpecFile, declaration: CaseDeclaration): Program {
  const declarations = noDeclarations();
  for (const module of modulesOf(spec.module)) lowerModule(context, module, declarations);
  lowerPendingProcedures(context);
  for (const name of declaration.settings.keys()) {
    if (!context.params.has(name)) {
      const span = declaration.settingSpans.get(name) ?? declaration.span;
      context.diagnostics.push(unknownParam(span, name, [...context.params.keys(), ...CASE_KEYS]));
    }
  }
  if (declarations.threads.every((thread) => threadNames(thread).length === 0)) {
    context.diagnostics.push(noThreads(declaration.span, declaration.name));
  }
  const cpuClass = cpuClassOf(context);
  return {
    spec: spec.name,
    case: declaration.name,
    cpuClass,
    title: spec.title,
    params: [...context.params].map(([name, { value }]) => ({ name, value })),
    // One without objects, too: code that nothing can reach may name its fields.
    classes: [...context.classes.values()],
    objects: context.objects,
    globals: context.globals,
    memory: declaration.memory,
    procedures: context.procedures,
    ...declarations,
  };
}

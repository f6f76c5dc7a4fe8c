/**
 * What is known while one case of one spec is lowered: the values of its params, the objects that exist so far,
 * and the classes and procedures that were met. Filled lazily, in the order in which the spec needs things.
 */
import type { ts } from "ts-morph";
import type { Span } from "../base/span.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type {
  Class,
  Expression,
  Global,
  LocalSymbol,
  ModelObject,
  Procedure,
  Statement,
  Type,
} from "../ir/program.js";
import type { Declaration, Module } from "./modules.js";

export type ParamValue = string | number | boolean;

/** What a top-level variable stands for in this case. */
export type TopLevelValue =
  | { readonly kind: "constant"; readonly expression: Expression }
  | { readonly kind: "global"; readonly global: Global }
  /** Reported already, or being evaluated. */
  | { readonly kind: "broken" };

export interface CaseContext {
  /** Values that the case sets. */
  readonly settings: ReadonlyMap<string, ParamValue>;
  /** Params that were read, with the values they got. */
  readonly params: Map<string, ParamValue>;
  readonly diagnostics: Diagnostic[];
  /** By the name that the IR knows them under. */
  readonly classes: Map<string, Class>;
  readonly classNames: Map<ts.ClassDeclaration, string>;
  readonly procedures: Map<string, Procedure>;
  readonly procedureNames: Map<ts.FunctionDeclaration, string>;
  readonly topLevel: Map<ts.VariableDeclaration, TopLevelValue>;
  readonly objects: ModelObject[];
  readonly globals: Global[];
  /** Procedures still to be lowered. */
  readonly pending: { readonly node: ts.FunctionDeclaration; readonly module: Module }[];
  nextLocal: number;
  /**
   * Lower a class, or evaluate a top-level variable, when it is first needed. They are here and not imported
   * because their initial values are expressions, and expressions mention classes and variables.
   */
  readonly resolve: Resolvers;
}

export interface Resolvers {
  readonly lowerClass: (context: CaseContext, declaration: ClassSource, name: string) => void;
  readonly evaluate: (context: CaseContext, declaration: VariableSource) => TopLevelValue;
}

export type ClassSource = Extract<Declaration, { kind: "class" }>;
export type VariableSource = Extract<Declaration, { kind: "variable" }>;
export type ProcedureSource = Extract<Declaration, { kind: "procedure" }>;

/** The name under which the IR knows a class; the class is lowered when it is first named. */
export function className(context: CaseContext, declaration: ClassSource): string {
  const known = context.classNames.get(declaration.node);
  if (known !== undefined) return known;
  const name = freshName(declaration.node.name?.text ?? "class", new Set(context.classNames.values()));
  context.classNames.set(declaration.node, name);
  context.resolve.lowerClass(context, declaration, name);
  return name;
}

/** The name under which the IR knows a procedure; its body is lowered later. */
export function procedureName(context: CaseContext, declaration: ProcedureSource): string {
  const known = context.procedureNames.get(declaration.node);
  if (known !== undefined) return known;
  const name = freshName(
    declaration.node.name?.text ?? "procedure",
    new Set(context.procedureNames.values()),
  );
  context.procedureNames.set(declaration.node, name);
  context.pending.push(declaration);
  return name;
}

/** Two files may use one name for two things: the second becomes `name_2`. */
function freshName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let n = 2;
  while (taken.has(`${name}_${n}`)) n++;
  return `${name}_${n}`;
}

export function createCaseContext(
  settings: ReadonlyMap<string, ParamValue>,
  resolve: Resolvers,
): CaseContext {
  return {
    resolve,
    settings,
    params: new Map(),
    diagnostics: [],
    classes: new Map(),
    classNames: new Map(),
    procedures: new Map(),
    procedureNames: new Map(),
    topLevel: new Map(),
    objects: [],
    globals: [],
    pending: [],
    nextLocal: 0,
  };
}

/** Names visible at one place inside a procedure. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, LocalSymbol>;
}

/** Where in the spec the code being lowered stands. */
export interface CodeContext {
  readonly case: CaseContext;
  readonly module: Module;
  readonly scope: Scope;
  /** Names that some statement of the enclosing procedure assigns after their declaration. */
  readonly assigned: ReadonlySet<string>;
  readonly result: Type;
  /** Lowers the body of an arrow function that is passed as an argument. */
  readonly lowerClosure: (context: CodeContext, body: ts.ConciseBody) => readonly Statement[];
}

export function childScope(context: CodeContext): CodeContext {
  return { ...context, scope: { parent: context.scope, names: new Map() } };
}

/** Finds a local by its source name. */
export function findLocal(scope: Scope | undefined, name: string): LocalSymbol | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    const local = at.names.get(name);
    if (local !== undefined) return local;
  }
  return undefined;
}

/** Adds a local to the innermost scope. */
export function declareLocal(
  context: CodeContext,
  name: string,
  type: Type,
  declaredConst: boolean,
): LocalSymbol {
  const constant = declaredConst || !context.assigned.has(name);
  const local: LocalSymbol = { id: context.case.nextLocal++, name, type, constant };
  context.scope.names.set(name, local);
  return local;
}

/** Every name that is visible here, for suggestions. */
export function visibleNames(context: CodeContext): string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = context.scope; at !== undefined; at = at.parent)
    names.push(...at.names.keys());
  names.push(...context.module.names.keys());
  return names;
}

/** What stands in for an expression that was reported: keeps lowering going so that all errors are found. */
export function brokenExpression(span: Span): Expression {
  return { kind: "literal", value: null, type: { kind: "void" }, span };
}

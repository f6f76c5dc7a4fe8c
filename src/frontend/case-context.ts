/**
 * What is known while one case of one spec is lowered: the values of its params, the objects that exist so far,
 * and the classes and procedures that were met. Filled lazily, in the order in which the spec needs things.
 */

import { freshName } from "../base/fresh-name.js";
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
import type { ts } from "./typescript.js";

export type ParamValue = string | number | boolean;

/** A value that a case gives to a param; without a span it comes from `--set`. */
export interface Setting {
  readonly value: ParamValue;
  readonly span: Span | undefined;
}

/** A param as it was read in this case. */
export interface Param {
  readonly value: ParamValue;
  readonly fallback: ParamValue;
}

/** What a top-level variable stands for in this case. */
export type TopLevelValue =
  | { readonly kind: "constant"; readonly expression: Expression }
  | { readonly kind: "global"; readonly global: Global }
  /** Its own value is needed to evaluate it. */
  | { readonly kind: "evaluating" }
  /** Reported already. */
  | { readonly kind: "broken" };

export interface CaseContext {
  /** Values that the case or the command line sets. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** Params that were read. */
  readonly params: Map<string, Param>;
  readonly diagnostics: Diagnostic[];
  /**
   * Lower the branches that params decide against, too: nothing is checked there, but what is wrong is told. What is
   * wrong only for the values that params have by default is not.
   */
  readonly allBranches: boolean;
  /** Whether the spec speaks of CPUs or handlers. */
  readonly contexts: boolean;
  /** By the name that the IR knows them under. */
  readonly classes: Map<string, Class>;
  /** `Class.field` of fields that were refused. */
  readonly brokenFields: Set<string>;
  readonly classNames: Map<ts.ClassDeclaration, string>;
  /** Where each class is declared, by the name that the IR knows it under. */
  readonly classSources: Map<string, ClassSource>;
  /** Methods that are called, by the class of the receiver's type and their name: their overrides are needed, too. */
  readonly dispatched: Map<string, { readonly class: string; readonly method: string }>;
  readonly procedures: Map<string, Procedure>;
  readonly procedureNames: Map<ts.Node, string>;
  readonly topLevel: Map<ts.VariableDeclaration, TopLevelValue>;
  readonly objects: ModelObject[];
  readonly globals: Global[];
  /** Names of objects and globals: what a trace calls them. */
  readonly memoryNames: Set<string>;
  /** Procedures still to be lowered. */
  readonly pending: ProcedureSource[];
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
  readonly readObjects: (
    context: CaseContext,
    module: Module,
    call: ts.CallExpression,
  ) => ObjectsOf | undefined;
}

/** What `instances(...)` or `pool(...)` asks for. */
export interface ObjectsOf {
  readonly class: string;
  readonly count: number;
  /** What the names of the objects begin with; undefined where nothing is written. */
  readonly stem: string | undefined;
}

export type ClassSource = Extract<Declaration, { kind: "class" }>;
export type VariableSource = Extract<Declaration, { kind: "variable" }>;
/** A function of a file, or a method of the class `owner`. */
export interface ProcedureSource {
  readonly kind: "procedure";
  readonly node: ts.FunctionDeclaration | ts.MethodDeclaration;
  readonly module: Module;
  readonly owner?: string;
}

/**
 * The name under which the IR knows a class; the class is lowered when it is first named. Two files may use one name
 * for two things: the second becomes `name_2`.
 */
export function className(context: CaseContext, declaration: ClassSource): string {
  const known = context.classNames.get(declaration.node);
  if (known !== undefined) return known;
  const name = freshName(declaration.node.name?.text ?? "class", new Set(context.classNames.values()));
  context.classNames.set(declaration.node, name);
  context.classSources.set(name, declaration);
  context.resolve.lowerClass(context, declaration, name);
  return name;
}

/** The name under which the IR knows a procedure, likewise; its body is lowered later. */
export function procedureName(context: CaseContext, declaration: ProcedureSource): string {
  const known = context.procedureNames.get(declaration.node);
  if (known !== undefined) return known;
  const { name: own } = declaration.node;
  const plain = own !== undefined && "text" in own ? own.text : "procedure";
  const qualified = declaration.owner === undefined ? plain : `${declaration.owner}.${plain}`;
  const name = freshName(qualified, new Set(context.procedureNames.values()));
  context.procedureNames.set(declaration.node, name);
  context.pending.push(declaration);
  return name;
}

export function createCaseContext(
  settings: ReadonlyMap<string, Setting>,
  resolve: Resolvers,
  allBranches = false,
  contexts = false,
): CaseContext {
  return {
    resolve,
    contexts,
    settings,
    params: new Map(),
    diagnostics: [],
    allBranches,
    classes: new Map(),
    brokenFields: new Set(),
    classNames: new Map(),
    classSources: new Map(),
    dispatched: new Map(),
    procedures: new Map(),
    procedureNames: new Map(),
    topLevel: new Map(),
    objects: [],
    globals: [],
    memoryNames: new Set(),
    pending: [],
    nextLocal: 0,
  };
}

/** Reports what is wrong only with the values that params have in this case. */
export function reportValue(context: CaseContext, diagnostic: Diagnostic): void {
  if (!context.allBranches) context.diagnostics.push(diagnostic);
}

/** A name of a procedure. */
export interface ScopedLocal {
  readonly local: LocalSymbol;
  /** Why it cannot be assigned, or undefined where it can. */
  readonly fixed: string | undefined;
  /** Whether its parts and elements can be assigned where it cannot: a `const` record or array. */
  readonly open: boolean;
}

/** Names visible at one place inside a procedure. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, ScopedLocal>;
}

/** Where in the spec the code being lowered stands. */
export interface CodeContext {
  readonly case: CaseContext;
  readonly module: Module;
  readonly scope: Scope;
  /** Names that some statement of the enclosing procedure assigns after their declaration. */
  readonly assigned: ReadonlySet<string>;
  /** Names of which some statement assigns a part or an element, or which it changes by a method. */
  readonly changed: ReadonlySet<string>;
  /** Whether a thread runs this code, so that `current()` means something. */
  readonly runs: boolean;
  /** What `return` gives back; inside an arrow function nothing, as it leaves only that. */
  readonly result: Type | "leaves the arrow function" | "reported";
  readonly jumps: Jumps;
  /** Lowers an expression; here because calls take arrow functions, and those contain statements. */
  readonly lowerExpression: (context: CodeContext, node: ts.Expression) => Expression;
  /** Reads an annotation; here because types and expressions are read by different files. */
  readonly lowerType: (context: CodeContext, node: ts.TypeNode) => Type;
  /** Lowers the body of an arrow function that is passed as an argument; `result` is what it gives back. */
  readonly lowerClosure: (context: CodeContext, body: ts.ConciseBody, result: Type) => readonly Statement[];
}

/** Where `break` and `continue` lead at one place. */
export interface Jumps {
  readonly insideLoop: boolean;
  /** The block of the innermost switch, where that is nearer than any loop. */
  readonly ofSwitch: number | undefined;
  /** By label: the block of the statement that has it, and the block of a round where the statement is a loop. */
  readonly labels: ReadonlyMap<string, { readonly block: number; readonly round: number | undefined }>;
  /** Labels of the statement that is being lowered, for the loop that it may be. */
  readonly round: number | undefined;
}

/** Nothing to leave: the beginning of a procedure, or of an arrow function. */
export const NO_JUMPS: Jumps = {
  insideLoop: false,
  ofSwitch: undefined,
  labels: new Map(),
  round: undefined,
};

export function childScope(context: CodeContext): CodeContext {
  return { ...context, scope: { parent: context.scope, names: new Map() } };
}

/** Finds a local by its source name. */
export function findLocal(context: CodeContext, name: string): ScopedLocal | undefined {
  for (let at: Scope | undefined = context.scope; at !== undefined; at = at.parent) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const HAS_PARTS: ReadonlySet<Type["kind"]> = new Set(["record", "array", "map", "set"]);

/** Adds a local to the innermost scope. `fixed` says why no statement can assign it, where none can; `open`, that one can assign its parts. */
export function declareLocal(
  context: CodeContext,
  name: string,
  type: Type,
  fixed: string | undefined,
  open = fixed === undefined,
): LocalSymbol {
  const whole = fixed === undefined && context.assigned.has(name);
  const parts = open && HAS_PARTS.has(type.kind) && context.changed.has(name);
  const constant = !whole && !parts;
  const local: LocalSymbol = { id: context.case.nextLocal++, name, type, constant };
  context.scope.names.set(name, { local, fixed, open });
  return local;
}

/** Every name that is visible here, for suggestions. */
export function visibleNames(context: CodeContext): string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = context.scope; at !== undefined; at = at.parent) {
    names.push(...at.names.keys());
  }
  names.push(...context.module.names.keys());
  return names;
}

/** What stands in for an expression that was reported: keeps lowering going so that all errors are found. */
export function brokenExpression(span: Span): Expression {
  return { kind: "literal", value: null, type: { kind: "void" }, span };
}

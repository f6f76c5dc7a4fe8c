/** Ways through a procedure that are no loops: switch, labels, break and continue. */

import { duplicateName, unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { Expression, Statement, SwitchClause } from "../ir/program.js";
import { type CodeContext, childScope } from "./case-context.js";
import { literalOf } from "./fold.js";
import { describeType, isComparable, isScalarType, needValue } from "./kinds.js";
import { refuse } from "./lower-effects.js";
import { lowerExpression } from "./lower-expressions.js";
import { briefText, type Place, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** How the statements inside are lowered; they contain these again. */
type LowerStatements = (context: CodeContext, nodes: readonly ts.Statement[]) => Statement[];

/** `break` and `continue`, with and without a label. */
export function lowerJump(
  context: CodeContext,
  node: ts.BreakOrContinueStatement,
  place: Place,
): Statement[] {
  const kind = ts.isBreakStatement(node) ? "break" : "continue";
  const { insideLoop, ofSwitch, labels } = context.jumps;
  if (node.label !== undefined) {
    const { text } = node.label;
    const target = labels.get(text);
    const block = kind === "break" ? target?.block : target?.round;
    if (block !== undefined) return [{ kind: "leave", block, ...place }];
    const why =
      target === undefined
        ? "No statement around it has that label; an arrow function is not part of what is around it."
        : `${text} is no loop.`;
    return refuse(context, node, `${kind} ${text}`, why, "Label a loop around it, or use return.");
  }
  if (kind === "break" && ofSwitch !== undefined) return [{ kind: "leave", block: ofSwitch, ...place }];
  if (insideLoop) return [{ kind, ...place }];
  return refuse(
    context,
    node,
    `${kind} outside a loop`,
    "There is no loop that it could leave; an arrow function is not part of the loop around it.",
    "Use return, or put it directly inside a loop.",
  );
}

/** `outer: for (…) …`, or a block with a label: `break outer` goes on behind it, `continue outer` with its next round. */
export function lowerLabelled(
  context: CodeContext,
  node: ts.LabeledStatement,
  place: Place,
  lowerStatements: LowerStatements,
): Statement[] {
  const labels = new Map(context.jumps.labels);
  const block = context.case.nextLocal++;
  const names: ts.Identifier[] = [];
  let inner: ts.Statement = node;
  for (; ts.isLabeledStatement(inner); inner = inner.statement) names.push(inner.label);
  const round = ts.isIterationStatement(inner, false) ? context.case.nextLocal++ : undefined;
  for (const name of names) {
    if (labels.has(name.text)) {
      context.case.diagnostics.push(duplicateName(spanOf(context.module, name), "label", name.text));
    }
    labels.set(name.text, { block, round });
  }
  const body = lowerStatements({ ...context, jumps: { ...context.jumps, labels, round } }, [inner]);
  return [{ kind: "block", block, body, ...place }];
}

/** `switch`: the value is evaluated once, the cases are constants, and a clause runs on into the next. */
export function lowerSwitch(
  context: CodeContext,
  node: ts.SwitchStatement,
  place: Place,
  lowerStatements: LowerStatements,
): Statement[] {
  const value = switchedOn(context, node.expression);
  const block = context.case.nextLocal++;
  const inner: CodeContext = {
    ...context,
    jumps: { ...context.jumps, ofSwitch: block, round: undefined },
  };
  const lowerClause = (clause: ts.CaseOrDefaultClause): Statement[] =>
    lowerStatements(childScope(inner), clause.statements);
  const clauses = node.caseBlock.clauses.map((clause) => ({
    clause,
    isDefault: ts.isDefaultClause(clause),
    test: ts.isCaseClause(clause) ? lowerCase(context, value, clause.expression) : undefined,
  }));
  const decided = value && literalOf(value);
  if (decided !== undefined && !context.case.allBranches) {
    const matching = clauses.findIndex(({ test }) => test !== undefined && literalOf(test) === decided);
    const first = matching >= 0 ? matching : clauses.findIndex(({ isDefault }) => isDefault);
    const last = clauses.findIndex(({ clause }, index) => index >= first && leaves(clause));
    const taken = first < 0 ? [] : clauses.slice(first, last < 0 ? clauses.length : last + 1);
    return [{ kind: "block", block, body: taken.flatMap(({ clause }) => lowerClause(clause)), ...place }];
  }
  const lowered = clauses.flatMap(({ clause, isDefault, test }): SwitchClause[] => {
    const body = lowerClause(clause);
    return isDefault || test !== undefined ? [{ test, body }] : [];
  });
  if (value === undefined) return [];
  const statement: Statement = { kind: "switch", value, clauses: lowered, ...place };
  return [{ kind: "block", block, body: [statement], ...place }];
}

/** Whether the clause never runs on into the next: what follows it is then not looked at where the value is known. */
function leaves(clause: ts.CaseOrDefaultClause): boolean {
  const last = clause.statements.at(-1);
  const statement = last !== undefined && ts.isBlock(last) ? last.statements.at(-1) : last;
  return (
    statement !== undefined && (ts.isBreakOrContinueStatement(statement) || ts.isReturnStatement(statement))
  );
}

function switchedOn(context: CodeContext, node: ts.Expression): Expression | undefined {
  const value = needValue(context.case, lowerExpression(context, node));
  if (value.type.kind === "void") return undefined;
  if (isScalarType(value.type)) return value;
  const what = `a switch over ${describeType(value.type)}`;
  context.case.diagnostics.push(wrongKind(value.span, what, "Switch over a string, a number or a boolean."));
  return undefined;
}

/** The constant of a case, or undefined where it is none or can never be equal, which is reported. */
function lowerCase(
  context: CodeContext,
  value: Expression | undefined,
  node: ts.Expression,
): Expression | undefined {
  const test = needValue(context.case, lowerExpression(context, node));
  if (test.type.kind === "void") return undefined;
  const span = spanOf(context.module, node);
  if (literalOf(test) === undefined && test.kind !== "object") {
    context.case.diagnostics.push(
      unsupported(
        span,
        `${briefText(context.module, node)} as a case`,
        "Cases are compared in one go, and reading memory is a step of its own.",
        "Write a literal, a param or an object; for anything else use if and else.",
      ),
    );
    return undefined;
  }
  if (value !== undefined && !isComparable(context.case, value.type, test.type)) {
    const what = `${describeType(value.type)} is compared with ${describeType(test.type)}`;
    context.case.diagnostics.push(wrongKind(span, what, "Compare values of one kind."));
    return undefined;
  }
  return test;
}

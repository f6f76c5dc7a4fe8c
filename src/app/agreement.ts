/** Whether two engines that were asked about the same model say the same. */
import { enginesDisagree } from "../diagnostics/engines.js";
import type { Exploration } from "../explorer/explore.js";
import { checkOf, LIVENESS_CHECKS } from "../ir/checks.js";
import type { Answer } from "./answer.js";
import type { CompiledCase } from "./load.js";

type Verdict = Exclude<Answer, { readonly kind: "trouble" }>;

/** In what the engines differ, in words; undefined where they agree. `failing` is all that the explorer finds to fail. */
export function differenceOf(
  tlc: Verdict,
  explorer: Verdict,
  failing: ReadonlySet<string>,
  expected: string | undefined,
): string | undefined {
  if (tlc.kind === "holds" && explorer.kind === "holds") {
    return differentCounts(tlc.states.distinct, explorer.states.distinct);
  }
  const both = `${told("TLC", tlc)}, ${told("the explorer", explorer)}`;
  if (tlc.kind === "holds" || explorer.kind === "holds") return both;
  // What is met first depends on the order; whether what is expected fails does not.
  const sameAboutExpected = (tlc.check === expected) === (explorer.check === expected);
  const canFail = [...failing].some((key) => checkOf(key) === tlc.check);
  return sameAboutExpected && canFail ? undefined : both;
}

/**
 * The same where the explorer was asked for nothing but all states, and has seen them.
 * @param isFolded whether TLC was to look at one state only of those that symmetry makes alike
 */
export function differenceFrom(
  tlc: Verdict,
  { distinct, failing }: Exploration,
  isFolded: boolean,
): string | undefined {
  const checks = new Set([...failing.keys()].map(checkOf));
  if (tlc.kind === "violated") {
    // Claims about runs are nothing that a state says.
    if (LIVENESS_CHECKS.has(tlc.check) || checks.has(tlc.check)) return undefined;
    return `${told("TLC", tlc)}, the explorer that it does not`;
  }
  if (checks.size > 0) return `${told("TLC", tlc)}, the explorer that ${[...checks].join(", ")} can fail`;
  return isFolded ? undefined : differentCounts(tlc.states.distinct, distinct);
}

/** The answer where they differ. */
export function disagreement({ spec, declaration }: CompiledCase, difference: string): Answer {
  const diagnostic = enginesDisagree(spec, declaration.name, difference);
  return { kind: "trouble", diagnostic, resource: false };
}

function differentCounts(tlc: number, explorer: number): string | undefined {
  return tlc === explorer ? undefined : `TLC finds ${tlc} distinct states, the explorer ${explorer}`;
}

function told(engine: string, answer: Verdict): string {
  return answer.kind === "violated"
    ? `${engine} finds that ${answer.check} fails`
    : `${engine} that nothing does`;
}

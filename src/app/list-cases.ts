/** `latchwork check --list`. */
import type { CompiledCase } from "./load.js";
import { openSession, type SessionRequest } from "./session.js";

/** The cases that a run would check, without running them. Throws a DiagnosticsError. */
export async function listCases(request: SessionRequest): Promise<readonly CompiledCase[]> {
  const session = await openSession(request, { needsTools: false });
  const cases = await session.compile(session.cases);
  await session.typesChecked();
  return cases;
}

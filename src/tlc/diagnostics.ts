/**
 * Every text this room shows to users, in one place: what was found, why it stops the work, what to do. LW2001 and
 * up is about the machine (Java, the jar), LW3001 and up about a run of TLC. Facts come in, prose goes out.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { DiskShortage } from "./disk.js";
import type { Pin } from "./pins.js";

/** A place that was tried and what was wrong with it. */
export interface Attempt {
  readonly source: string;
  readonly reason: string;
}

const INSTALL_JAVA =
  "Install a Java runtime, 11 or newer: on Debian and Ubuntu `apt-get install openjdk-17-jre-headless`, elsewhere " +
  "Eclipse Temurin (adoptium.net). Or name one with --java or LATCHWORK_JAVA.";

const REPORT =
  "This is a defect in Latchwork, not in your spec: please report it, with the files of this run.";

function list(attempts: readonly Attempt[]): string {
  return attempts.map(({ source, reason }) => `  ${source}: ${reason}`).join("\n");
}

/** LW2001: no place holds a Java that works. */
export function noJava(attempts: readonly Attempt[]): Diagnostic {
  return {
    code: "LW2001",
    message: "no Java was found",
    why: `TLC, the model checker, is a Java program. These places were tried:\n${list(attempts)}`,
    help: INSTALL_JAVA,
  };
}

/** LW2002: the only Java there is cannot run the tools. */
export function javaTooOld(
  found: { readonly path: string; readonly version: string; readonly source: string },
  oldest: number,
  attempts: readonly Attempt[],
): Diagnostic {
  const tried = attempts.length === 0 ? "" : ` These places were tried:\n${list(attempts)}`;
  return {
    code: "LW2002",
    message: `${found.path} (from ${found.source}) is Java ${found.version}, which is too old`,
    why: `Latchwork needs Java ${oldest} or newer.${tried}`,
    help: INSTALL_JAVA,
  };
}

/** LW2003: every source of the jar failed. */
export function noJar(attempts: readonly Attempt[]): Diagnostic {
  return {
    code: "LW2003",
    message: "the TLA+ tools (tla2tools.jar) were not found and could not be fetched",
    why: `These sources were tried, in this order:\n${list(attempts)}`,
    help:
      "Do one of these: pass --tlc-jar <file>; set TLA2TOOLS_JAR; run once while online (HTTPS_PROXY is honoured), " +
      "the jar is then kept; or install Maven, whose own configuration is used. LATCHWORK_CACHE moves the cache.",
  };
}

/** LW2004: the jar that was named is none of the pinned ones; `name` is how it was named. */
export function jarRefused(name: string, path: string, reason: string, pins: readonly Pin[]): Diagnostic {
  const known = pins.map(({ version, sha256 }) => `  ${version}: sha256 ${sha256}`).join("\n");
  return {
    code: "LW2004",
    message: `${path}, named by ${name}, cannot be used: ${reason}`,
    why: `The verdict rests on this program, so a jar with a wrong checksum is never started. Accepted are:\n${known}`,
    help: `Give the path of one of these jars, or leave ${name} out: Latchwork then fetches one by itself.`,
  };
}

/** LW2005: the Java that was named does not work; `name` is how it was named. */
export function namedJavaBroken(name: string, value: string, reason: string): Diagnostic {
  return {
    code: "LW2005",
    message: `the Java named by ${name}, ${value}, does not work: ${reason}`,
    why: "A Java that was named is never replaced by another one silently.",
    help: `Correct ${name}, or leave it out: JAVA_HOME, JDK_HOME and PATH are then searched.`,
  };
}

/** LW2006: no Maven; only the report on the tools mentions it, since Maven is one of several ways to the jar. */
export function noMaven(): Diagnostic {
  return {
    code: "LW2006",
    message: "no program named mvn is on PATH",
    why: "Maven is the last of the ways to fetch the TLA+ tools; it is needed only when the others fail.",
    help: "Nothing, as long as a jar was found. Otherwise install Maven (on Debian `apt-get install maven`).",
  };
}

/** LW2007: the search was stopped before it ended; `what` was being looked for. */
export function searchInterrupted(what: string): Diagnostic {
  return { code: "LW2007", message: `interrupted while looking for ${what}`, help: "Run it again." };
}

/** LW2008: the jar is not the file any more whose checksum was verified. */
export function jarReplaced(path: string): Diagnostic {
  return {
    code: "LW2008",
    message: `${path} was replaced or changed while it was in use, so there is no verdict`,
    why: "The verdict rests on this program, and only the file that was there before is known to be the right one.",
    help: "Run it again: the checksum of what is there now is then verified first.",
  };
}

/** LW2009: there is no place for the files of a run. */
export function noTemporaryFolder(folder: string, reason: string): Diagnostic {
  return {
    code: "LW2009",
    message: `the temporary folder ${folder} cannot be written: ${reason}`,
    why: "The models of a run, and what Java and TLC write, go into a private folder there.",
    help: "Make room or correct its permissions, or name another place with TMPDIR.",
  };
}

/** LW3001: TLC could not evaluate an expression; `cause` is TLC's own text. */
export function evaluationFailed(cause: string): Diagnostic {
  return {
    code: "LW3001",
    message: "TLC could not evaluate an expression of the model, so there is no verdict",
    why: `TLC says: ${cause}`,
    help:
      "Look for arithmetic that leaves 32 bits, or a list or array read beyond its end, in the step after the last " +
      "state shown. If the spec does none of this, it is a defect in Latchwork: please report it.",
  };
}

/** LW3002: TLC refused the model or its configuration, both of which Latchwork wrote. */
export function modelRejected(cause: string): Diagnostic {
  return {
    code: "LW3002",
    message: "TLC refused the model that Latchwork generated",
    why: `TLC says: ${cause}`,
    help: `${REPORT} Run again with --keep to keep them.`,
  };
}

/** LW3003: Java ran out of memory. */
export function outOfMemory(maxHeap: string | undefined): Diagnostic {
  return {
    code: "LW3003",
    message: "TLC ran out of memory",
    why:
      maxHeap === undefined ? "Java takes a quarter of the machine's memory." : `The limit was ${maxHeap}.`,
    help: "Give it more with --max-heap (such as --max-heap 8g), or make the case smaller.",
  };
}

/** LW3004: Java ran out of stack. */
export function stackOverflow(): Diagnostic {
  return {
    code: "LW3004",
    message: "TLC ran out of stack while evaluating the model",
    why: "An expression of the model nests too deeply.",
    help: "Make the case smaller. If it is small already, it is a defect in Latchwork: please report it.",
  };
}

/** LW3005: the time the user allowed was not enough. */
export function timedOut(what: string, seconds: number): Diagnostic {
  return {
    code: "LW3005",
    message: `${what} did not finish within ${seconds} s`,
    why: "It was stopped, so there is no verdict.",
    help: "Allow more time with --timeout, or make the case smaller.",
  };
}

/** LW3006: stopped by the user. */
export function interrupted(what: string): Diagnostic {
  return {
    code: "LW3006",
    message: `${what} was interrupted, so there is no verdict`,
    help: "Run it again.",
  };
}

/** LW3007: ended by a signal that Latchwork did not send. */
export function killed(what: string, signal: string): Diagnostic {
  const message = `${what} was ended from outside by ${signal}, so there is no verdict`;
  if (!signal.includes("SIGKILL")) return { code: "LW3007", message, help: "Run it again." };
  return {
    code: "LW3007",
    message,
    why: "A SIGKILL nobody asked for usually comes from the kernel when the machine or container runs out of memory.",
    help: "Lower --max-heap so that all runs fit into memory together, or add memory.",
  };
}

/** LW3008: TLC ended as if all were well, and yet nothing is proved. */
export function notProven(reason: string): Diagnostic {
  return {
    code: "LW3008",
    message: `TLC ended without an error, but this is not a proof: ${reason}`,
    why: "Latchwork calls a case verified only when TLC explored every state and reported nothing.",
    help: `${REPORT} Run again with --keep to keep them.`,
  };
}

/** LW3009: TLC ended in a way that none of the rules explains. */
export function unexplained(how: string, lastWords: string): Diagnostic {
  return {
    code: "LW3009",
    message: `TLC ended with ${how}, which Latchwork cannot explain`,
    why: lastWords === "" ? "It printed nothing." : `Its last words were: ${lastWords}`,
    help: "Run it again with --keep; if it stays, please report it with the kept files.",
  };
}

/** LW3010: the Java process never got as far as TLC. */
export function javaDidNotStart(path: string, reason: string): Diagnostic {
  return {
    code: "LW3010",
    message: `${path} did not start TLC`,
    why: reason === "" ? "It printed nothing." : `It says: ${reason}`,
    help: "Check the value of --max-heap and that this Java works (`latchwork doctor`).",
  };
}

/** LW3013: the disk is full, or would soon have been. */
export function noRoom(what: string, folder: string, shortage: DiskShortage | undefined): Diagnostic {
  const help =
    "Make room, or name a larger place with TMPDIR: states take 15 to 30 bytes each once they are many. Or make the " +
    "case smaller.";
  if (shortage === undefined) {
    return {
      code: "LW3013",
      message: `${what} could not write to ${folder}: there is no room left`,
      why: "It was stopped by that, so there is no verdict.",
      help,
    };
  }
  const { taken, free, limit } = shortage;
  const reason =
    limit === undefined
      ? `${sizeText(free)} are left there, which Latchwork leaves to others.`
      : `The limit is ${sizeText(limit)}.`;
  return {
    code: "LW3013",
    message: `${what} has ${sizeText(taken)} of states in ${folder}, and was stopped`,
    why: `${reason} Part of the states was not explored, so there is no verdict.`,
    help: limit === undefined ? help : `Allow more with --max-disk. ${help}`,
  };
}

function sizeText(bytes: number): string {
  const unit = bytes >= 2 ** 30 ? ({ name: "GB", size: 2 ** 30 } as const) : { name: "MB", size: 2 ** 20 };
  return `${(bytes / unit.size).toFixed(bytes >= 2 ** 30 ? 1 : 0)} ${unit.name}`;
}

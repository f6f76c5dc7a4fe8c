/** What can be wrong with a command line: LW2201 and up. (What a path or a pattern fails to find is in the catalog.) */
import { didYouMean, nearest } from "../base/suggest.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** A first word that is no path and no command; `files` are the names in the current folder. */
export function unknownWord(word: string, commands: readonly string[], files: readonly string[]): Diagnostic {
  const command = nearest(word, commands);
  const file = nearest(word, files);
  const listed = `The commands are ${commands.join(", ")}; \`latchwork --help\` says what they do.`;
  return {
    code: "LW2201",
    message: `there is neither a command nor a path called ${word}`,
    why: "The first word is a command, or the path of a spec or of a folder with specs.",
    help:
      command === word
        ? `Put the command before its options: latchwork ${command} …`
        : command !== undefined
          ? `Did you mean \`latchwork ${command}\`?`
          : file !== undefined
            ? `Did you mean \`latchwork ${file}\`?`
            : listed,
  };
}

/**
 * The value of --output-file is not `name=path`, or its name is none of the reporters asked for; `known` are all that
 * there are.
 */
export function badOutputFile(
  text: string,
  reporters: readonly string[],
  known: readonly string[],
): Diagnostic {
  const name = /^([^=]+)=./.exec(text)?.[1];
  const asked = reporters.join(", ");
  if (name === undefined) {
    return {
      code: "LW2202",
      message: `--output-file ${text} names no reporter and no file`,
      why: "It says which reporter's document goes into which file.",
      help: `Write name=path, such as --output-file ${reporters[0] ?? "json"}=report.txt`,
    };
  }
  return {
    code: "LW2202",
    message: `--output-file ${text} is for the reporter ${name}, which was not asked for`,
    why: `The file would stay empty: the reporters of this run are ${asked}.`,
    help: known.includes(name)
      ? `Add --reporter ${name}, or name one of ${asked}.`
      : didYouMean(name, known, `The reporters are ${known.join(", ")}.`),
  };
}

/** Two reporters with one destination; `where` is a path, or undefined for the standard output. */
export function sharedDestination(first: string, second: string, where: string | undefined): Diagnostic {
  return {
    code: "LW2203",
    message: `the reporters ${first} and ${second} would both write to ${where ?? "the standard output"}`,
    why: "Each of them writes a document of its own, and two in one could not be read by a program.",
    help: `Give one of them a file: --output-file ${second}=<path>`,
  };
}

export function unwritableOutput(path: string, cause: string): Diagnostic {
  return {
    code: "LW2204",
    message: `${path} cannot be written: ${cause}`,
    why: "A reporter's document was to go there.",
    help: "Name another file in --output-file.",
  };
}

/** A report that is to be told again, or compared with. */
export function unreadableReport(path: string, cause: string): Diagnostic {
  return {
    code: "LW2205",
    message: `the report ${path} cannot be read: ${cause}`,
    help: "Name the file that `latchwork check --reporter json --output-file json=<path>` wrote.",
  };
}

/** A word that `explain` knows no page for. */
export function nothingToExplain(word: string, topics: readonly string[]): Diagnostic {
  const close = nearest(/^\d+$/.test(word) ? `LW${word}` : word, topics);
  const checks = topics.filter((name) => !name.startsWith("LW"));
  return {
    code: "LW2210",
    message: `there is no page about ${word}`,
    why: "A page stands behind each code of a diagnostic and behind each check that a design can fail.",
    help:
      close === undefined
        ? `The checks are ${checks.join(", ")}; \`latchwork explain\` lists the codes as well.`
        : `Did you mean \`latchwork explain ${close}\`? Without a word it lists all of them.`,
  };
}

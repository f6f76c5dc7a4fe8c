/** The cases of a run that nothing is known of yet: read, compiled, and put to the engines; the rest is told with them. */
import { resolve } from "node:path";
import { must } from "../base/assert.js";
import { digestText } from "../cache/digest.js";
import { caseThreadLost } from "../diagnostics/engines.js";
import { modulesOf } from "../frontend/modules.js";
import type { SpecFile } from "../frontend/spec.js";
import type { RunReport } from "../report/reporter.js";
import { type RunDirectory, withRunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import { askCase, type CaseJob, type CaseListener, caseOptions } from "./ask-case.js";
import { contentOf } from "./case-content.js";
import { type CaseThreads, LostThread } from "./case-threads.js";
import { type CheckedCase, unanswered } from "./check-case.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { type GeneratedFile, keepsModels, writeGenerated } from "./generated.js";
import { keepReadings } from "./keep-readings.js";
import type { KnownPart } from "./known-part.js";
import { smallestFirst } from "./lanes.js";
import type { CompiledCase, Elsewhere, ReadCase } from "./load.js";
import { caseDirectory } from "./models.js";
import { isReadable, nameIn } from "./readings.js";
import { type Remembering, rememberJava } from "./remembering.js";
import { roomOn, thisMachine } from "./room.js";
import { runReport, type SettledCase } from "./run-report.js";
import { openSession, type Session } from "./session.js";
import { type SpecOutline, sourcePaths } from "./shard.js";
import { openVerdicts, type Remembered, type Verdicts } from "./verdicts.js";

export interface CheckCasesRequest {
  readonly request: CheckRequest;
  readonly observer: CheckObserver;
  readonly root: string;
  readonly part: KnownPart;
  /** Absent where nothing is remembered. */
  readonly remembering: Remembering | undefined;
}

/** A case that is known, or one that is asked about. */
type Task = { readonly known: Remembered } | { readonly read: ReadCase; readonly compiled: CompiledCase };

/** What all cases of a run share. */
interface Run extends CheckCasesRequest {
  readonly session: Session;
  readonly tools: Tools | undefined;
  readonly verdicts: Verdicts | undefined;
  readonly signal: AbortSignal;
  /** Ends what is under way; `signal` is its signal too. */
  readonly stop: AbortController;
  readonly explorerBytes: number;
  /** Absent where all is done in this thread. */
  readonly threads: CaseThreads | undefined;
}

/** Checks what is open and tells what is known, in the order of the specs. Throws a DiagnosticsError. */
export async function checkCases(whole: CheckCasesRequest): Promise<RunReport> {
  const { request, observer, root, part, remembering } = whole;
  const session = await openSession(request, {
    needsTools: request.engine !== "explore",
    specPaths: part.open.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    ...(part.tools === undefined ? {} : { tools: part.tools }),
    ...(part.specs.length === 0 ? {} : { elsewhere: elsewhereIn(part) }),
  });
  const specs = [...part.specs, ...session.loaded.specs.map((spec) => outlineOf(root, spec))];
  observer.onSources?.(sourcePaths(root, specs));
  // Where it has to be searched for the tools, or nothing is remembered, all is compiled meanwhile: what is wrong with a spec
  // is told before what is wrong with the machine.
  const isSearching = session.tools !== undefined && part.tools === undefined;
  const isNew = remembering === undefined && request.moved === undefined;
  const compiled = isSearching || isNew ? await session.compile(session.cases) : undefined;
  const tools = await session.tools;
  const verdicts =
    remembering &&
    openVerdicts({ ...remembering, root, options: request, tools, keepsModels: keepsModels(request) });
  const stop = new AbortController();
  const signal = request.signal === undefined ? stop.signal : AbortSignal.any([request.signal, stop.signal]);
  const { lanes, maxHeap, explorerBytes } = roomOn(thisMachine(), {
    ...request,
    asksTlc: tools !== undefined,
    asksExplorer: request.engine !== "tlc",
  });
  const options: CheckRequest = { ...request, ...(maxHeap === undefined ? {} : { maxHeap }) };
  // A thread takes a moment to start, and one case alone has nobody to share the cores with.
  const own = lanes > 1 && session.cases.length > 1 ? request.threads : undefined;
  const threads = request.keptThreads ?? own?.();
  const shared = { session, tools, verdicts, signal, stop, threads, explorerBytes };
  const run: Run = { ...whole, ...shared, request: options };
  const tasks = inOrder(run, await open(run, compiled));
  observer.onStart?.(tasks.map(nameOf));
  const settled = await withRunDirectory(
    async (directory) => {
      if (request.keep) request.onNote?.(`the files of this run stay in ${directory.path}`);
      const work = smallestFirst(tasks, lanes, sizeOf, async (task): Promise<Told | undefined> => {
        if (stop.signal.aborted) return undefined;
        const told = await ("known" in task ? tell(run, task.known) : settle(run, directory, task)).catch(
          (error: unknown) => {
            // Java must not outlive a run that ends for another reason.
            stop.abort();
            throw error;
          },
        );
        // What was cut short because another case has ended the run is no answer.
        if (stop.signal.aborted) return undefined;
        observer.onCaseEnd?.(told.report);
        if (request.bail === true && !told.report.asExpected) stop.abort();
        return told;
      });
      try {
        const results = await work;
        // A run without cases has specs all the same.
        await session.typesChecked();
        return results;
      } finally {
        if (request.keptThreads === undefined) await threads?.close();
      }
    },
    { keep: request.keep },
  );
  await remember(run);
  const cases = settled.filter((each) => each !== undefined);
  const notChecked = tasks.filter((_, index) => settled[index] === undefined).map(nameOf);
  const tlcVersion = cases.find((each) => each.tlcVersion !== undefined)?.tlcVersion;
  return runReport(request, { specs, tools, tlcVersion, cases, notChecked });
}

function elsewhereIn({ specs, imports }: KnownPart): Elsewhere {
  return { caseNames: specs.flatMap(({ cases }) => cases), imports };
}

function outlineOf(root: string, { path, name, cases, module }: SpecFile): SpecOutline {
  const sources = modulesOf(module).map(({ path: own, file }) => ({
    path: nameIn(root, own),
    sha256: digestText(file.text),
  }));
  return { path, name, cases: cases.map((each) => each.name), sources };
}

/**
 * How large a case seems, before anything is known of it: each thread can be at any of its steps. What is known already
 * comes first.
 */
function sizeOf(task: Task): number {
  if ("known" in task) return -1;
  const { processes } = task.compiled.model;
  return processes.reduce((sum, { threads, steps }) => sum + threads.length * Math.log(1 + steps.length), 0);
}

/** What is known of the cases of the session, by what was read; the rest is compiled, where all have not been. */
async function open(run: Run, all: readonly CompiledCase[] | undefined): Promise<Task[]> {
  const { cases, compile } = run.session;
  const known = new Map<ReadCase, Remembered>();
  for (const read of cases) {
    const remembered = await recall(run, read);
    if (remembered !== undefined) known.set(read, remembered);
  }
  const rest = all === undefined ? cases.filter((read) => !known.has(read)) : cases;
  const compiled = all ?? (await compile(rest));
  const asked = new Map(
    rest.map((read, index) => [read, { read, compiled: must(compiled[index], "a compiled case") }]),
  );
  return cases.map((read): Task => {
    const remembered = known.get(read);
    return remembered === undefined ? must(asked.get(read), "a compiled case") : { known: remembered };
  });
}

/** Known and open cases together, as they would be if nothing were known. */
function inOrder({ part, root }: Run, tasks: readonly Task[]): Task[] {
  const byPath = [
    ...part.cases.map((known) => ({ path: known.path, task: { known } })),
    ...tasks.map((task) => ({ path: resolve(root, nameOf(task).spec), task })),
  ];
  return byPath.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)).map(({ task }) => task);
}

function nameOf(task: Task): { readonly spec: string; readonly case: string } {
  if ("compiled" in task) return { spec: task.compiled.spec, case: task.compiled.declaration.name };
  return { spec: task.known.report.spec, case: task.known.report.case };
}

type Told = SettledCase & { readonly tlcVersion?: string };

/** Nothing is written or told before the specs are known to be right. */
async function tell(
  { session, root }: Run,
  { report, explored, tlcVersion, missing }: Remembered,
): Promise<Told> {
  await session.typesChecked();
  writeGenerated(root, missing);
  return { report, ...(explored && { explored }), ...(tlcVersion === undefined ? {} : { tlcVersion }) };
}

/** What earlier runs found of the case, and of a watch the rounds before. */
async function recall(
  { verdicts, request: { moved } }: Run,
  read: ReadCase,
): Promise<Remembered | undefined> {
  const content = verdicts && contentOf(read).whole;
  const known = content === undefined ? undefined : verdicts?.find(read.spec, content);
  if (known !== undefined) {
    moved?.keep(read, known.report);
    return known;
  }
  const again = moved?.find(read);
  if (again === undefined) return undefined;
  moved?.keep(read, again);
  if (content !== undefined) await verdicts?.keep(content, { report: again, version: undefined }, []);
  return { report: { ...again, cached: true }, missing: [] };
}

async function settle(
  run: Run,
  directory: RunDirectory,
  { read, compiled }: Extract<Task, { compiled: unknown }>,
): Promise<Told> {
  const { verdicts, signal } = run;
  const { moved } = run.request;
  const { checked, files } = await ask(run, directory, compiled);
  if (!signal.aborted) {
    moved?.keep(read, checked.report);
    if (verdicts !== undefined) await verdicts.keep(contentOf(read).whole, checked, files);
  }
  const { report, explored, version } = checked;
  return { report, ...(explored && { explored }), ...(version === undefined ? {} : { tlcVersion: version }) };
}

/**
 * Has the engines find the verdict. Types are checked while an engine or another thread is at work, and what is found is
 * heard of after that.
 */
async function ask(
  { request, observer, root, session, tools, signal, stop, threads, explorerBytes }: Run,
  runDirectory: RunDirectory,
  compiled: CompiledCase,
): Promise<{ readonly checked: CheckedCase; readonly files: readonly GeneratedFile[] }> {
  const directory = await caseDirectory(runDirectory, compiled);
  const job: CaseJob = { compiled, options: caseOptions(request), tools, explorerBytes, directory };
  const [translated, begun] = [deferred<readonly GeneratedFile[]>(), deferred<void>()];
  const listener: CaseListener = {
    signal,
    onProgress: (...of) => observer.onProgress?.(...of),
    onJava: () => undefined,
    onModels: translated.resolve,
    onBegin: begun.resolve,
  };
  const asking = threads === undefined ? askCase(job, listener) : askThread(threads, job, listener);
  try {
    if (threads === undefined) await Promise.race([begun.promise, asking]);
    await session.typesChecked();
    const files = await Promise.race([translated.promise, asking.then(() => [])]);
    if (keepsModels(request)) writeGenerated(root, files);
    return { checked: await asking, files };
  } catch (error) {
    stop.abort();
    await asking.catch(() => undefined);
    // A spec with a type error may be one that the passes do not expect: then that is what is wrong.
    await session.typesChecked();
    throw error;
  }
}

/** As `askCase` in a thread; where that is lost, so is the case. */
async function askThread(threads: CaseThreads, job: CaseJob, listener: CaseListener): Promise<CheckedCase> {
  const started = performance.now();
  try {
    return await threads.ask(job, listener);
  } catch (error) {
    if (!(error instanceof LostThread)) throw error;
    const { spec, declaration } = job.compiled;
    const diagnostic = caseThreadLost(spec, declaration.name, error.message);
    const seconds = (performance.now() - started) / 1000;
    return { report: unanswered(job.compiled, diagnostic, seconds), version: undefined };
  }
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Notes for later runs what was read, and which Java this is. */
async function remember({ request, root, session, tools, remembering }: Run): Promise<void> {
  if (remembering === undefined) return;
  if (tools !== undefined) await rememberJava(remembering, tools.java);
  if (!isReadable(request)) return;
  const contents = new Map(
    session.cases.map((read) => [JSON.stringify([read.spec, read.declaration.name]), contentOf(read).whole]),
  );
  await keepReadings(
    { ...remembering, root, memory: request.memory },
    session.loaded.read,
    await session.typesChecked(),
    (spec, name) => contents.get(JSON.stringify([spec, name])),
  );
}

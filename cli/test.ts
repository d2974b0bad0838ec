import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { isReady } from "../fixtures/contract/adapter.ts";
import { runtimeNameOf } from "../harness/field.ts";
import type { Participants } from "../harness/resolve.ts";
import { readResults } from "../harness/results/read.ts";
import { Recorder, Unwritable } from "../harness/results/recorder.ts";
import { type CheckResult, type Header, type ParticipantRow, schemaVersion } from "../harness/results/schema.ts";
import { Session } from "../harness/session.ts";
import { BadBaseline, loadBaseline } from "../reports/baseline/load.ts";
import { neverStarted } from "../reports/summary/never-started.ts";
import { renderSummary } from "../reports/summary.ts";
import { notStarted } from "../reports/unheard.ts";
import { isAdvised } from "../reports/words.ts";
import { type OpenField, openField, participantsFor } from "./field.ts";
import { grepPattern, nothingMatches } from "./grep.ts";
import { resultLine } from "./line.ts";
import type { FieldFlags } from "./options.ts";
import { writePages } from "./pages.ts";
import { progress } from "./progress.ts";
import { replayCommand } from "./replay.ts";
import { newRunId, runsFolder } from "./runs-folder.ts";
import { namedSources } from "./sources.ts";
import { stoppable, stoppedCode } from "./stoppable.ts";
import { loadSuites, selectionOf } from "./suites.ts";
import { UsageError } from "./usage.ts";

interface TestFlags extends FieldFlags {
  readonly grep?: string;
  readonly report?: boolean;
}

export async function runSuites(flags: TestFlags): Promise<number> {
  const grep = grepPattern(flags.grep);
  const baseline = await loadBaseline().catch((error: unknown) => {
    throw error instanceof BadBaseline ? new UsageError(error.message) : error;
  });
  const participants = await participantsFor(flags, true);
  const id = newRunId();
  const run = { id, folder: join(runsFolder, id) };
  const open = openField(participants, run);
  return stoppable(async (stopping) => {
    let code: number;
    try {
      code = await inField(flags, grep, baseline, participants, run, open, stopping);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      console.error(`waku-conformance: ${error.message}`);
      return 4;
    } finally {
      await open.close();
    }
    if (stopping.aborted) return stoppedCode;
    // No node is left, and the results are written; the report can be made again.
    return flags.report ? writePages(run.folder, code, stopping) : code;
  });
}

async function inField(
  flags: TestFlags,
  grep: RegExp | undefined,
  listed: Awaited<ReturnType<typeof loadBaseline>>,
  participants: Participants,
  run: { id: string; folder: string },
  { field, seed }: OpenField,
  stopping: AbortSignal,
): Promise<number> {
  const versions = new Map(participants.ready.map(({ name, version }) => [name, version]));
  const baseline = listed.withFurther(participants.ready.flatMap(({ name, further }) => (further ? [name] : [])));
  const nodes = namedSources(flags.node);
  let recorder: Recorder | undefined;
  const ending = Promise.withResolvers<"finished" | "interrupted">();
  let over = false;
  let done = 0;
  let total = 0;
  const session = new Session(
    {
      field,
      folder: run.folder,
      known: (result) => isAdvised(result) || baseline.knows(result, versions),
      replay: (expansion) => replayCommand(expansion, nodes, flags.runtime),
      onResult(result: CheckResult) {
        if (over) return;
        done += 1;
        console.log(resultLine(result, done, total));
        try {
          recorder?.record(result);
        } catch (error) {
          void session.stop();
          ending.reject(error);
        }
      },
    },
    cpus().length,
  );
  const mocha = await loadSuites(session, grep);
  const { keys, deferred } = selectionOf(mocha, grep);
  if (keys.length === 0) throw nothingMatches(flags.grep, deferred.values());
  total = keys.length;
  recorder = new Recorder(run.folder, header(run.id, flags, seed, participants, session));
  progress(`${total} checks on ${participants.ready.map(({ name }) => name).join(", ")}; results in ${run.folder}`);
  for (const { name, reason } of participants.absent) progress(`${name} is absent: ${reason}`);

  session.run(keys);
  const stop = async () => {
    await session.stop();
    ending.resolve("interrupted");
  };
  if (stopping.aborted) void stop();
  else stopping.addEventListener("abort", () => void stop());
  const finished = new Promise<void>((done) => void mocha.run(() => done()));
  const faults = faultsOutsideOfChecks();
  Promise.all([finished, ...keys.map((key) => session.result(key))]).then(() => ending.resolve("finished"), ending.reject);
  // What still ends after it does so because its nodes are taken away.
  const ended = await ending.promise.finally(() => {
    over = true;
  });
  recorder.finish(ended === "interrupted", flags.grep === undefined);
  if (ended === "interrupted") {
    console.log(`\nstopped; ${done} of ${total} checks are in ${run.folder}`);
    return stoppedCode;
  }
  const results = await readResults(join(run.folder, "results.jsonl"));
  const absent = neverStarted(results);
  const problems = baseline.problems(
    results.checks.filter((check) => !absent.includes(notStarted(check) ?? "")),
    results.header.participants,
    session.expansions.map(({ key }) => key),
  );
  console.log(renderSummary(results, { columns: process.stdout.columns ?? 100, color: process.stdout.isTTY === true, problems }));
  const { counts } = results.footer;
  if ((counts["harness-error"] ?? 0) > 0 || faults.length > 0) return 3;
  const verdicts = (counts.pass ?? 0) + (counts.fail ?? 0) + (counts.observed ?? 0);
  return problems.length > 0 || verdicts === 0 || absent.length > 0 ? 1 : 0;
}

/** What is thrown where nobody waits for it is told at once, and the run goes on; mocha would end the test that it is at. */
function faultsOutsideOfChecks(): readonly unknown[] {
  const faults: unknown[] = [];
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.removeAllListeners(event).on(event, (fault: unknown) => {
      faults.push(fault);
      console.error(
        `waku-conformance: a fault outside of any check: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
      );
    });
  return faults;
}

function header(run: string, flags: TestFlags, seed: number, participants: Participants, { unasked }: Session): Header {
  const rows = [...participants.ready, ...participants.absent].map((one): ParticipantRow => {
    const { name, implementation } = one;
    const none = { referee: false, emulated: false, overrides: [], capabilities: [], traffic: [] };
    if (!isReady(one)) return { ...none, participant: name, implementation, state: "could-not-run", reason: one.reason };
    const { overrides, roles, traffic } = one.capabilities;
    return {
      participant: name,
      implementation,
      state: "ready",
      version: one.version,
      artifact: one.artifact,
      runtime: runtimeNameOf(one),
      referee: one.referee === true,
      emulated: one.emulated,
      overrides,
      capabilities: roles,
      traffic,
    };
  });
  return {
    kind: "header",
    schema: schemaVersion,
    run,
    startedAt: new Date().toISOString(),
    seed,
    command: `waku-conformance ${process.argv.slice(2).join(" ")}`,
    selection: flags.grep === undefined ? "full" : `grep:${flags.grep}`,
    machine: { os: process.platform, arch: process.arch, cpus: cpus().length, memoryBytes: totalmem(), node: process.versions.node },
    participants: rows,
    unasked: Object.fromEntries([...unasked].map(([check, names]) => [check, [...names]])),
  };
}

import { readdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { referenceParticipant } from "../fixtures/implementations/reference/adapter.ts";
import { mutants as negations } from "../fixtures/reference-node/mutants/index.ts";
import { kept, readKeptQuestions, writeKeptQuestions } from "../harness/kept-questions.ts";
import { type Mutant, selfTest } from "../harness/self-test.ts";
import { Session } from "../harness/session.ts";
import { renderSelfTest } from "../reports/self-test.ts";
import { openField } from "./field.ts";
import { grepPattern, nothingMatches } from "./grep.ts";
import { progress } from "./progress.ts";
import { newRunId, runsFolder } from "./runs-folder.ts";
import { stoppable } from "./stoppable.ts";
import { declaredDefinitions, deferredBy } from "./suites.ts";
import { UsageError } from "./usage.ts";

/** Nodes that share threads cost little to start: so many times as many topologies are in flight as in a run. */
const crowdedThreads = 2;
/** How many earlier self-tests keep their logs. */
const keptFolders = 3;

/** A mutant meets nobody but the reference. */
async function asMutant({ name, negates }: (typeof negations)[number]): Promise<Mutant> {
  const participant = await referenceParticipant({ mutant: name, miniatures: true });
  return { name, negates, participant: { ...participant, implementation: participant.name, further: true } };
}

export interface SelfTestFlags {
  readonly kills?: boolean;
  readonly grep?: string;
  readonly remember?: boolean;
}

/**
 * @returns the exit code
 * @throws UsageError when a part is to be written down for the whole
 */
export async function runSelfTest({ kills, grep, remember }: SelfTestFlags): Promise<number> {
  if (remember && grep !== undefined) throw new UsageError("--remember writes down a whole self-test; leave out --grep");
  const pattern = grepPattern(grep);
  const matching = (await declaredDefinitions()).filter(({ id, requirements }) => pattern?.test(`${id} ${requirements.join(" ")}`) ?? true);
  const definitions = matching.filter((definition) => deferredBy(definition) === undefined);
  if (matching.length > 0 && definitions.length === 0)
    throw new UsageError(`--grep ${grep}: only checks of the slow and the scale tier match, which a self-test leaves out`);
  if (definitions.length === 0) throw nothingMatches(grep);
  const cited = new Set(definitions.flatMap(({ requirements }) => requirements));
  // Those that some check could notice: the rules of others wait for a cache or a time-out.
  const wanted = negations.filter(({ negates }) => negates.some((id) => cited.has(id)));
  const mutants = await Promise.all(wanted.map(asMutant));
  const ready = [await referenceParticipant({ miniatures: true }), ...mutants.map(({ participant }) => participant)];
  const id = newRunId();
  const folder = join(runsFolder, "self-test");
  const run = { id: `self-test-${id}`, folder: join(folder, id) };
  await removeOlder(folder);
  const first = await readKeptQuestions();
  const { field, close } = openField({ ready, absent: [] }, run);
  return stoppable(async (stopping) => {
    let spent = false;
    try {
      const session = new Session(
        { folder: run.folder, field, known: () => false, replay: () => "", onResult: () => {} },
        cpus().length * crowdedThreads,
      );
      const stopped = new Promise<never>((_, reject) => {
        stopping.addEventListener("abort", () => {
          void session.stop();
          // Nobody has asked for what it came to so far.
          spent = true;
          reject(stopping.reason);
        });
      });
      const asked = selfTest(session, definitions, mutants, {
        first,
        onRound: ({ questions, alive, unproven }) =>
          progress(`${questions} questions, as ${alive} mutants live and ${unproven} checks have noticed none`),
      });
      const result = await Promise.race([asked, stopped]);
      const failed = result.survivors.length + result.unproven.length + result.failedByReference.length > 0;
      if (remember)
        console.error(failed ? "kept-questions.yaml is unchanged, as the self-test failed" : await writeKeptQuestions(kept(result.kills)));
      console.log(renderSelfTest(result, { kills: kills === true }));
      // Hundreds of megabytes in which nobody has to look anything up.
      if (failed) progress(`logs in ${run.folder}`);
      else spent = true;
      return failed ? 1 : 0;
    } finally {
      await close();
      if (spent) await rm(run.folder, { recursive: true, force: true });
    }
  });
}

/** Removes the logs of all but the newest self-tests that failed. */
async function removeOlder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.sort().slice(0, -keptFolders)) await rm(join(folder, name), { recursive: true, force: true });
}

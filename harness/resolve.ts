import {
  type AbsentParticipant,
  type Adapter,
  isReady,
  type ProvisionOptions,
  type ReadyParticipant,
  type Source,
} from "../fixtures/contract/adapter.ts";
import { StartFailure } from "../fixtures/contract/runtime.ts";
import { type NamedSource, orProgram, sourcesOf, writtenValue } from "./sources.ts";

export interface Participants {
  readonly ready: readonly ReadyParticipant[];
  readonly absent: readonly AbsentParticipant[];
}

/**
 * Provisions every implementation side by side, and leaves out what the chosen runtime cannot start.
 * @throws StartFailure when a node that the user named is left out: the run would say nothing of it
 */
export async function resolveParticipants(
  adapters: readonly Adapter[],
  sources: readonly NamedSource[],
  options: ProvisionOptions,
): Promise<Participants> {
  const found = await Promise.all(
    adapters.map(async (adapter) => {
      const each = await Promise.all(sourcesOf(adapter.implementation, sources).map((source) => provision(adapter, source, options)));
      return each.flat();
    }),
  );
  const participants = found.flat();
  return { ready: participants.filter(isReady), absent: participants.filter(isAbsent) };
}

async function provision(adapter: Adapter, source: Source, options: ProvisionOptions): Promise<(ReadyParticipant | AbsentParticipant)[]> {
  const hint = source.artifact?.kind === "image" ? orProgram(source.artifact.reference) : "";
  const provisioned = await adapter.provision(source, options).catch((error: unknown) => {
    throw error instanceof StartFailure ? new StartFailure(`${error.message}${hint}`) : error;
  });
  const participants = provisioned.map((one) => fitting(one, options));
  const absent = participants.find(isAbsent);
  if (source.artifact !== undefined && absent)
    throw new StartFailure(`${absent.name}=${writtenValue(source.artifact)}: ${absent.reason}${hint}`);
  return source.label === undefined ? participants : participants.map((one) => (isReady(one) ? { ...one, further: true } : one));
}

const isAbsent = (one: ReadyParticipant | AbsentParticipant): one is AbsentParticipant => !isReady(one);

function fitting(
  participant: ReadyParticipant | AbsentParticipant,
  { runtime, docker }: ProvisionOptions,
): ReadyParticipant | AbsentParticipant {
  if (!isReady(participant)) return participant;
  const usable = participant.runtimes.filter((name) => (name !== "docker" || docker) && (runtime === undefined || name === runtime));
  if (usable.length > 0) return { ...participant, runtimes: usable };
  const { name, implementation, runtimes, capabilities } = participant;
  const remedy = runtime === undefined || runtimes.includes(runtime) ? "start a Docker engine" : `leave out --runtime ${runtime}`;
  return { name, implementation, capabilities, reason: `runs by ${runtimes.join(" or ")} only; ${remedy}` };
}

import {
  type AbsentParticipant,
  type Adapter,
  isReady,
  type ProvisionOptions,
  type ReadyParticipant,
} from "../fixtures/contract/adapter.ts";
import { type NamedSource, sourcesOf } from "./sources.ts";

export interface Participants {
  readonly ready: readonly ReadyParticipant[];
  readonly absent: readonly AbsentParticipant[];
}

/** Provisions every implementation side by side, and leaves out what the chosen runtime cannot start. */
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
  const participants = found.flat().map((one) => fitting(one, options));
  return { ready: participants.filter(isReady), absent: participants.filter((one): one is AbsentParticipant => !isReady(one)) };
}

async function provision(adapter: Adapter, source: NamedSource | object, options: ProvisionOptions) {
  const label = "label" in source ? source.label : undefined;
  const participants = await adapter.provision(source, options);
  return label === undefined ? participants : participants.map((one) => (isReady(one) ? { ...one, further: true } : one));
}

function fitting(
  participant: ReadyParticipant | AbsentParticipant,
  { runtime, docker }: ProvisionOptions,
): ReadyParticipant | AbsentParticipant {
  if (!isReady(participant)) return participant;
  const usable = participant.runtimes.filter((name) => (name !== "docker" || docker) && (runtime === undefined || name === runtime));
  if (usable.length > 0) return { ...participant, runtimes: usable };
  const { name, implementation, runtimes, capabilities } = participant;
  return {
    name,
    implementation,
    capabilities,
    reason: `runs by ${runtimes.join(" or ")} only; leave out --runtime ${runtime ?? "docker"}, or start Docker`,
  };
}

import type { RecordFields } from "../../fixtures/contract/discovery-probe.ts";
import type { NodeSpec, StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Responder } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { addressFor, meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { recordBytes } from "../../rfc-checks/rules/enr-record.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { encodeMetadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { PeerExchangeRpc, peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { peerExchangeClientAlone } from "../../topologies/index.ts";
import { addressFields } from "./discovery-scene.ts";

/** Who asks is one more client, started with a service to ask: some ask then, and never again. */
export const ofClient = { subject: "client", topology: peerExchangeClientAlone, mutates: "nothing", tags: ["#wire"] } as const;

/** A response with these records, `enr:…` or any bytes. */
export const responseOf = (records: readonly (string | Uint8Array)[]): Uint8Array =>
  encode(PeerExchangeRpc, {
    response: { peerInfos: records.map((record) => ({ enr: typeof record === "string" ? recordBytes(record) : record })) },
  });

export const inOneFrame =
  (message: Uint8Array): Responder =>
  () => [{ write: frame(message) }, { close: true }];

interface ClientChoice extends Partial<Pick<NodeSpec, "discovery" | "relay">> {
  /** What the service answers of itself; by default that of a relay of the client's shards. */
  readonly metadata?: Responder;
}

/** A probe that serves peer exchange, and a client that was told of it. */
export async function clientOf(scene: Scene<unknown>, answer: Responder, { metadata, ...changes }: ClientChoice = {}) {
  const service = await scene.probe({ paced: false });
  if (metadata) await service.serve(metadataProtocol, metadata);
  await service.serve(peerExchangeProtocol, answer);
  const address = addressFor(scene.subject, service);
  if (address === undefined) throw new CouldNotRun("the client cannot dial a probe");
  const started = await scene.launch({ peerExchangeNode: address, ...changes });
  return { service, started, client: started.value };
}

/** The same where the question is what a client does that has started. */
export async function startedClient(...asked: Parameters<typeof clientOf>) {
  const { service, started } = await clientOf(...asked);
  return { service, client: (await must("starting a client", Promise.resolve(started))) as StartedWakuNode };
}

/** A peer that serves what it is to be found for, with its record, of which it tells nobody. */
export async function listed(scene: Scene<unknown>, fields: RecordFields) {
  const discv5 = await scene.discoveryProbe();
  const probe = await scene.probe({ privateKey: discv5.privateKey });
  discv5.describe({ ...addressFields(probe.addresses), ...fields });
  return { probe, discv5 };
}

/** How a client answers somebody who did nothing wrong. */
export async function answersMetadata(scene: Scene<unknown>, client: StartedWakuNode): Promise<string> {
  const other = await scene.probe();
  await must("connecting", meet(other, client));
  const request = frame(encodeMetadata({ clusterId: scene.clusterId, shards: [0] }, { field3: true }));
  const { outcome } = await other.exchange(client.peerId, metadataProtocol, [{ write: request }, { close: true }], {
    ms: client.capabilities.timings.callMs,
  });
  return outcome;
}

import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Exchange, Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { ProbeChoice } from "../../harness/probes.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { LightPushRequest, LightPushResponse, lightpushV2Protocol, lightpushV3Protocol, PushRpc } from "../../rfc-checks/wire/lightpush.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { serviceAlone } from "../../topologies/index.ts";
import { inMesh, relayPeer } from "../relay-peer.ts";
import { strictly } from "../strictly.ts";
import type { Message } from "../wire-message.ts";

export { strictly };

/** A service node and nobody else: probes ask it, and one is its relay peer. */
export const ofService = { subject: "service", topology: serviceAlone } as const;

export type Version = 2 | 3;
export const protocolOf: Record<Version, string> = { 2: lightpushV2Protocol, 3: lightpushV3Protocol };
export const requestOf = { 2: PushRpc, 3: LightPushRequest } as const;

export const serves = ({ service }: Readonly<Record<string, Capabilities>>, version: Version): boolean =>
  service?.protocols["lightpush-service"]?.includes(protocolOf[version]) === true;

export interface Push {
  readonly requestId: string;
  readonly pubsubTopic?: string;
  readonly message?: Message;
}

/** What goes into a frame. */
export const pushBytes = (version: Version, { requestId, ...request }: Push): Uint8Array =>
  version === 2 ? encode(PushRpc, { requestId, request }) : encode(LightPushRequest, { requestId, ...request });

export async function client(scene: Scene<unknown>, choice: ProbeChoice = {}): Promise<Probe> {
  const probe = await scene.probe(choice);
  await must("connecting", meet(probe, scene.subject));
  return probe;
}

/**
 * A relay peer of the service that takes what it relays; its mesh has formed.
 * @param further topics that it has joined besides
 */
export async function witness(scene: Scene<unknown>, further: readonly string[] = []): Promise<Gossip> {
  const gossip = await relayPeer(scene, further);
  await inMesh(scene, gossip);
  return gossip;
}

export const push = (probe: Probe, { peerId, capabilities }: StartedWakuNode, version: Version, bytes: Uint8Array): Promise<Exchange> =>
  probe.exchange(peerId, protocolOf[version], [{ write: frame(bytes) }, { close: true }], { ms: capabilities.timings.callMs });

/** An exchange as an observation; success and status are null where there is no answer that says so. */
export function answered(version: Version, { outcome, frames }: Exchange) {
  const [bytes] = frames;
  const { requestId, success, statusCode, statusDesc, relayPeerCount, deviations } = bytes ? read(version, bytes) : nothing;
  return {
    outcome: exact(outcome),
    success: exact(success),
    statusCode: exact(statusCode),
    relayPeerCount: exact(relayPeerCount),
    deviations: set(deviations),
    requestId,
    statusDesc,
  };
}

interface Read {
  readonly requestId: string | null;
  readonly success: boolean | null;
  readonly statusCode: number | null;
  readonly statusDesc: string | null;
  readonly relayPeerCount: number | null;
  readonly deviations: readonly string[];
}
const nothing: Read = { requestId: null, success: null, statusCode: null, statusDesc: null, relayPeerCount: null, deviations: [] };

function read(version: Version, bytes: Uint8Array): Read {
  if (version === 2) {
    const { value, deviations } = strictly(PushRpc, bytes);
    const { requestId = null, response } = value ?? {};
    return {
      ...nothing,
      requestId,
      success: response ? response.isSuccess === true : null,
      statusDesc: response?.info ?? null,
      deviations,
    };
  }
  const { value, deviations } = strictly(LightPushResponse, bytes);
  const { requestId = null, statusCode = null, statusDesc = null, relayPeerCount = null } = value ?? {};
  return { requestId, success: statusCode === null ? null : statusCode === 200, statusCode, statusDesc, relayPeerCount, deviations };
}

/** Messages that a relay peer was sent, once one of a content topic was among them. */
export async function relayed({ subject, pubsubTopic }: Scene<unknown>, gossip: Gossip, contentTopic: string): Promise<readonly Message[]> {
  const messages = () =>
    gossip.delivered(pubsubTopic).flatMap(({ message: { data } }) => strictly(WakuMessage, data ?? new Uint8Array()).value ?? []);
  return poll(
    async () => messages(),
    (all) => all.some((message) => message.contentTopic === contentTopic),
    subject.capabilities.timings.deliveryMs,
  );
}

import { multiaddr } from "@multiformats/multiaddr";
import type { DiscoveryProbe, RecordFields } from "../../fixtures/contract/discovery-probe.ts";
import type { DialAddresses, FoundPeer, StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import type { ProbeChoice } from "../../harness/probes.ts";
import type { Scene } from "../../harness/scene.ts";
import { encodeCapabilities } from "../../rfc-checks/rules/enr-capabilities.ts";
import { nodeIdOf, readRecord, recordText } from "../../rfc-checks/rules/enr-record.ts";
import { shardsField } from "../../rfc-checks/rules/enr-shards.ts";
import { type Message, messageType, numberOf, rlpOf } from "../../rfc-checks/wire/discv5-message.ts";
import { metadataProtocol } from "../../rfc-checks/wire/metadata.ts";

/** Nobody listens there: who is dialled at it is not reached. */
const discardPort = Uint8Array.of(9);

/** What a relay of these shards says of itself. */
export const relayOf = (cluster: number, shards: readonly number[]): RecordFields => ({
  waku2: encodeCapabilities(["relay"]),
  ...Object.fromEntries([shardsField({ cluster, shards })]),
});

/** How long the subject may take to find and dial. */
export function discoveryMs({ participant, capabilities: { timings } }: StartedWakuNode): number {
  if (timings.discoveryMs === undefined) throw new Error(`${participant} declares no discoveryMs`);
  return timings.discoveryMs;
}

/** The node's own record. @throws CouldNotRun */
export const recordOf = async (node: StartedWakuNode): Promise<string> =>
  (await must("reading the record", node.discovery?.record())) ?? "";

/** The id of the node of a record, to which its packets are masked. */
export function idOf(record: string): Uint8Array {
  const reading = readRecord(record);
  const key = "record" in reading ? reading.record.fields.get("secp256k1") : undefined;
  if (key === undefined) throw new CouldNotRun(`${record} has no key`);
  return nodeIdOf(key);
}

/** The records that NODES hand out, as text. */
export const handedOut = (answers: readonly Message[]): string[] =>
  answers.flatMap(({ items: [, records = []] }) => (records instanceof Uint8Array ? [] : records.map((one) => recordText(rlpOf(one)))));

/** A peer of discv5 that leads others on by what it offers, and that nobody knows yet. */
export const unknownGuide = (scene: Scene<unknown>): Promise<DiscoveryProbe> =>
  scene.discoveryProbe({ fields: { ...relayOf(scene.clusterId, [0]), tcp: discardPort } });

/** Makes a guide known to a node. @throws CouldNotRun */
export async function introduce(scene: Scene<unknown>, peer: DiscoveryProbe, node: StartedWakuNode = scene.subject): Promise<void> {
  const answers = await peer.ask(await recordOf(node), messageType.PING, [1], node.capabilities.timings.callMs);
  if (answers.length === 0) throw new CouldNotRun("it does not answer a ping of discv5");
  // Some take themselves for offline as long as nobody is connected to them, and dial nobody then.
  if ((await node.peers()).value?.length === 0) await must("connecting a bystander", meet(await scene.probe(), node));
}

/** A peer of discv5 that makes itself known to a node, and leads it to others by what it offers. */
export async function guide(scene: Scene<unknown>, node: StartedWakuNode = scene.subject): Promise<DiscoveryProbe> {
  const peer = await unknownGuide(scene);
  await introduce(scene, peer, node);
  return peer;
}

/** How often a guide was asked for the half of all nodes that is farthest from it, which is where it has all that it offers. */
export const walks = ({ received }: DiscoveryProbe): number =>
  received.filter(({ message }) => {
    const [distances = []] = message?.type === messageType.FINDNODE ? message.items : [];
    return !(distances instanceof Uint8Array) && distances.some((distance) => numberOf(distance) === 256n);
  }).length;

/** A record in the network that a guide leads to, behind which nobody is. */
export const recordWith = (scene: Scene<unknown>, leader: DiscoveryProbe, fields: RecordFields): Promise<DiscoveryProbe> =>
  scene.discoveryProbe({ fields: { tcp: discardPort, ...fields }, farFrom: leader.nodeId });

/** A peer that can be found and dialled. */
export interface Findable {
  readonly probe: Probe;
  readonly discv5: DiscoveryProbe;
}

/** What a record says of where its node is dialled: over TCP in keys of their own, over secure WebSocket in a list. */
export function addressFields({ tcp = "", wss = "" }: DialAddresses): RecordFields {
  const port = Buffer.alloc(2);
  port.writeUInt16BE(Number(/\/tcp\/(\d+)\//.exec(tcp)?.[1]));
  const { bytes } = multiaddr(wss.replace(/\/p2p\/.*/, ""));
  return { tcp: port, multiaddrs: Uint8Array.of(bytes.length >> 8, bytes.length & 0xff, ...bytes) };
}

export async function findable(
  scene: Scene<unknown>,
  leader: DiscoveryProbe,
  fields: RecordFields,
  choice: ProbeChoice = {},
): Promise<Findable> {
  const discv5 = await scene.discoveryProbe({ fields, farFrom: leader.nodeId });
  const probe = await scene.probe({ ...choice, privateKey: discv5.privateKey });
  discv5.describe({ ...addressFields(probe.addresses), ...fields });
  return { probe, discv5 };
}

/** Has the subject come to a peer? */
export const isDialled = ({ probe }: Pick<Findable, "probe">, { peerId }: StartedWakuNode): boolean =>
  probe.connected(peerId) || probe.recorded(metadataProtocol).some((asked) => asked.peerId === peerId);

/** What a node has found, by peer id. */
export async function foundBy(node: StartedWakuNode): Promise<ReadonlyMap<string, FoundPeer>> {
  const peers = await must("listing what was found", node.discovery?.found());
  return new Map((peers ?? []).map((peer) => [peer.peerId, peer]));
}

/** Whoever has spent as much on a few records, in ms of a processor's time, is in a loop that does not end. */
const endlessCpuMs = 5_000;

/** Waits until a node has found a peer, or is seen not to find anybody any more. */
async function untilFound(node: StartedWakuNode, { peerId }: Pick<DiscoveryProbe, "peerId">): Promise<ReadonlyMap<string, FoundPeer>> {
  const { cpuMs: before } = await node.stats();
  const { found } = await poll(
    async () => ({ found: await foundBy(node), spent: (await node.stats()).cpuMs - before }),
    ({ found, spent }) => found.has(peerId) || spent > endlessCpuMs,
    discoveryMs(node),
  );
  return found;
}

/**
 * Leads the subject to records, and then to a fair one that is met in another walk: whatever was to become of the records has
 * become of them once it is found.
 * @param fair one more record that is as it should be
 * @returns what was found, and whether the last fair one was
 */
export async function ledTo(
  scene: Scene<unknown>,
  leader: DiscoveryProbe,
  records: readonly string[],
  fair: () => Promise<Pick<DiscoveryProbe, "peerId" | "record">>,
): Promise<{ readonly found: ReadonlyMap<string, FoundPeer>; readonly last: boolean }> {
  const { subject } = scene;
  // The first is handed out together with the records.
  const first = await fair();
  leader.offer([...records, first.record]);
  const met = await untilFound(subject, first);
  if (!met.has(first.peerId)) {
    if (walks(leader) === 0) throw new CouldNotRun("it asks for no nodes");
    return { found: met, last: false };
  }
  const last = await fair();
  leader.offer([...records, first.record, last.record]);
  const found = await untilFound(subject, last);
  return { found, last: found.has(last.peerId) };
}

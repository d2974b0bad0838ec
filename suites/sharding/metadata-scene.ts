import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Probe, Responder } from "../../fixtures/contract/probe.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { decodeMetadata, encodeMetadata, type MetadataMessage, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { comes, stays } from "../metadata/kept-peers.ts";
import { nextRequest } from "../metadata/next-request.ts";

/** What a peer says of itself to a node of a cluster; nothing on the stream, or no such protocol. */
export type Saying = MetadataMessage | "silent" | "unserved";

const shardsOf = (shards: readonly number[]) => (clusterId: number) => ({ clusterId, shards });
/** Peers of the own cluster that differ in their shards, if at all. */
export const byShards: Readonly<Record<string, (clusterId: number) => Saying>> = {
  same: shardsOf([0]),
  "no-shards": shardsOf([]),
  "other-shards": shardsOf([5, 6]),
  "shards-there-are-not": shardsOf([1_024, 65_535, 4_294_967_295]),
};
/** Peers that are of another cluster, or do not say of which they are. */
export const byCluster: Readonly<Record<string, (clusterId: number) => Saying>> = {
  "other-cluster": (clusterId) => ({ clusterId: clusterId + 1, shards: [0] }),
  "cluster-0": () => ({ clusterId: 0, shards: [0] }),
  "cluster-1": () => ({ clusterId: 1, shards: [0] }),
  // What is left of it when its upper bits are lost is the own cluster.
  "cluster-that-wraps": (clusterId) => ({ clusterId: clusterId + 65_536, shards: [0] }),
  "no-cluster": () => ({ shards: [0] }),
  nothing: () => ({ shards: [] }),
  silent: () => "silent",
  unserved: () => "unserved",
};

const answering =
  (saying: MetadataMessage): Responder =>
  () => [{ write: frame(encodeMetadata(saying, { field3: true })) }, { close: true }];

async function saying(scene: Scene<unknown>, says: Saying): Promise<Probe> {
  const probe = await scene.probe({ metadata: false });
  if (says !== "unserved") await probe.serve(metadataProtocol, says === "silent" ? () => [] : answering(says));
  return probe;
}

/** Some let in no more connections of an address in a second. */
const atOnce = 4;

/**
 * Lets peers come some at a time; from which of them the node has parted when the time is over in which it may, and when.
 * @param meets how a peer and the node come together
 */
export async function whoStays(
  scene: Scene<unknown>,
  sayings: Readonly<Record<string, (clusterId: number) => Saying>>,
  clusterId: number,
  meets = meet,
) {
  const come = async (says: Saying) => {
    const probe = await saying(scene, says);
    const begun = performance.now();
    await comes(scene, probe, meets);
    const kept = await stays(scene, probe);
    const afterMs = kept ? null : Math.round(performance.now() - begun);
    // Or the next would be too many for some, who part from one of them for that.
    await probe.close();
    return { stays: kept, afterMs };
  };
  const coming = Object.entries(sayings);
  const found: (readonly [string, Awaited<ReturnType<typeof come>>])[] = [];
  while (coming.length > 0)
    found.push(...(await Promise.all(coming.splice(0, atOnce).map(async ([name, says]) => [name, await come(says(clusterId))] as const))));
  return {
    stays: exact(Object.fromEntries(found.map(([name, { stays }]) => [name, stays]))),
    afterMs: Object.fromEntries(found.map(([name, { afterMs }]) => [name, afterMs])),
  };
}

const wireTypes: Readonly<Record<number, string>> = { [WireType.Varint]: "varint", [WireType.LengthDelimited]: "packed" };

/** The fields of a message in the order in which they come, each once, with how they are written. */
export function fieldsIn(bytes: Uint8Array): string[] {
  const reader = new BinaryReader(bytes);
  const found = new Set<string>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    reader.skip(type, number);
    found.add(`${number} ${wireTypes[type] ?? type}`);
  }
  return [...found];
}

/** What a node says of itself when it is asked, and when it asks. */
export async function exchanged(scene: Scene<unknown>, clusterId: number) {
  const { subject } = scene;
  const own = { clusterId, shards: [0] };
  const probe = await saying(scene, own);
  await meet(probe, subject);
  // First, as some do not ask whom they know from a question.
  const asked = await nextRequest(scene, probe);
  const request = [{ write: frame(encodeMetadata(own, { field3: true })) }, { close: true }] as const;
  const { frames } = await probe.exchange(subject.peerId, metadataProtocol, request, { ms: subject.capabilities.timings.settledMs });
  return { answer: read(frames[0]), request: read(asked) };
}

function read(bytes: Uint8Array | undefined) {
  if (bytes === undefined) return null;
  const { clusterId = null, shards } = decodeMetadata(bytes);
  return { clusterId, shards: [...shards].sort((one, other) => one - other), fields: fieldsIn(bytes) };
}

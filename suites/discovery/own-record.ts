import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { Settings } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { sets } from "../../harness/casting.ts";
import type { Scene } from "../../harness/scene.ts";
import { readMultiaddrs } from "../../rfc-checks/rules/enr-multiaddrs.ts";
import { type NodeRecord, readRecord } from "../../rfc-checks/rules/enr-record.ts";
import { announcedShards, type ShardSet } from "../../rfc-checks/rules/enr-shards.ts";
import { numberOf } from "../../rfc-checks/wire/discv5-message.ts";
import { anyoneAlone, discoveryAlone } from "../../topologies/index.ts";

/** Whose subscriptions its record can follow. */
export const relay = {
  subject: "node",
  topology: anyoneAlone,
  mutates: "nothing",
  meaningful: ({ node }: Readonly<Record<string, { roles: readonly string[]; lacks: readonly string[] }>>) =>
    node?.roles.includes("relay") === true && !node.lacks.includes("relay.subscribe"),
} as const;

/** Where nobody is to be found, some leave their records as they are. */
export const discovering = { ...relay, topology: discoveryAlone, mutates: "connections" } as const;

type Fields = NodeRecord["fields"];

/** What a record says, and the fields to read on. */
export function readingOf(text: string): { readonly fault: string | null; readonly record?: NodeRecord; readonly fields: Fields } {
  const reading = readRecord(text);
  return "fault" in reading
    ? { fault: reading.fault, fields: new Map() }
    : { fault: null, record: reading.record, fields: reading.record.fields };
}

/** For `settings`: beside so many shards a record has no room for the addresses of WebSockets, and some do not start then. */
export const roomForShards = <Variant>(
  _variant: Variant,
  cast: Readonly<Record<string, Capabilities>>,
): Readonly<Record<string, Settings>> => (sets("node", "webSockets")(cast) ? { node: { webSockets: "false" } } : {});

/** What the subject's own record says. */
export const ownRecord = async ({ subject }: Pick<Scene<unknown>, "subject">) =>
  readingOf((await must("reading the record", subject.discovery?.record())) ?? "");

/** Where a record says that its node is dialled, by how it says so. */
export function addressesIn(fields: Fields, peerId: string): readonly (readonly [name: string, address: string])[] {
  const [ip, tcp] = [fields.get("ip"), numberOf(fields.get("tcp"))];
  const others = readMultiaddrs(fields.get("multiaddrs") ?? new Uint8Array());
  return [
    ...(ip && tcp !== undefined ? [["tcp", `/ip4/${ip.join(".")}/tcp/${tcp}/p2p/${peerId}`] as const] : []),
    ...("multiaddrs" in others ? others.multiaddrs : []).map(
      (address) => [address.protoNames().slice(1).join("/"), `${address}/p2p/${peerId}`] as const,
    ),
  ];
}

/** The keys in which a record names shards, and which; shards of a record that names none are none. */
export function shardsIn(fields: Fields) {
  const reading = announcedShards(fields);
  return {
    keys: ["rs", "rsv"].filter((key) => fields.has(key)),
    fault: reading !== undefined && "fault" in reading ? reading.fault : null,
    announced: reading !== undefined && "set" in reading ? sorted(reading.set) : null,
  };
}

/** Their order is nobody's concern. */
const sorted = ({ cluster, shards }: ShardSet): ShardSet => ({ cluster, shards: [...shards].sort((left, right) => left - right) });

/** The subject's record once it says what is awaited, or as it is when that takes too long. */
export const recordOnce = (scene: Pick<Scene<unknown>, "subject">, awaited: (fields: Fields) => boolean) =>
  poll(
    () => ownRecord(scene),
    ({ fields }) => awaited(fields),
    scene.subject.capabilities.timings.settledMs,
  );

import type { Probe } from "../../fixtures/contract/probe.ts";
import type { SettingName } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import type { Scene } from "../../harness/scene.ts";
import { inMesh, relayPeer } from "../relay-peer.ts";
import { come, parted } from "./connections.ts";
import { type FilterClient, fill, newClients } from "./filter-clients.ts";
import { asker, burst, type Service } from "./rates.ts";
import { addressOf } from "./slots-scene.ts";

/** What of a setting can be seen, as a number. */
export interface Effect {
  /** What else is set, with the larger of two ordinary values. */
  readonly beside?: SettingName;
  /** @param values those that the setting is given, one after the other */
  measure(scene: Scene<unknown>, values: readonly string[]): Promise<number>;
}

const largest = (values: readonly string[]): number => Math.max(...values.map(Number));

/** How many of as many relay peers as are too many in any case stay; in a mesh, a node may look after something else. */
async function relayPeersHeld(scene: Scene<unknown>, values: readonly string[]): Promise<number> {
  const came = await come(scene, ["relay peer without a shard"], (await scene.crowd(largest(values) + 1)).probes);
  return (await parted(scene, came, largest(values))).held.length;
}

/** How many relay peers find room beside more clients than a node holds. */
async function relayPeersBesideClients(scene: Scene<unknown>): Promise<number> {
  const most = Number(scene.subject.capabilities.settings.maxConnections?.ordinary?.[1]);
  const half = async () => (await scene.crowd(most)).probes;
  await parted(scene, await come(scene, ["client"], await half()), most);
  return (await parted(scene, await come(scene, ["relay peer"], await half()), most)).held.length;
}

/** The number of relay peers with which a message is published. */
async function peersToPublish(scene: Scene<unknown>, values: readonly string[]): Promise<number> {
  const { subject, pubsubTopic } = scene;
  const publishes = async () =>
    (await subject.relay?.publish(pubsubTopic, scene.message({ contentTopic: scene.freshContentTopic() })))?.outcome === "ok";
  for (let peers = 1; peers <= largest(values); peers += 1) {
    const gossip = await relayPeer(scene);
    await inMesh(scene, gossip);
    if (await poll(publishes, (published) => published, subject.capabilities.timings.settledMs)) return peers;
  }
  throw new CouldNotRun(`nothing is published with ${largest(values)} relay peers`);
}

/** Payloads in kB that fit into the smaller size, into the larger one alone, and into neither. */
const payloads = [10, 30, 70];

/** How many of these payloads are published. */
async function sizesPublished(scene: Scene<unknown>): Promise<number> {
  const { subject, pubsubTopic } = scene;
  await relayPeer(scene);
  const publish = (kilobytes: number) =>
    subject.relay?.publish(pubsubTopic, {
      ...scene.message({ contentTopic: scene.freshContentTopic() }),
      payload: Buffer.alloc(kilobytes * 1_000, kilobytes).toString("base64"),
    });
  await must(
    "publishing",
    poll(
      async () => (await publish(1)) ?? { outcome: "unsupported", raw: "no relay" },
      ({ outcome }) => outcome !== "refused",
      subject.capabilities.timings.settledMs,
    ),
  );
  const answers = await Promise.all(payloads.map(publish));
  return answers.filter((answer) => answer?.outcome === "ok").length;
}

/** How many peers of one address are taken. */
async function connectionsOfOneAddress(scene: Scene<unknown>, values: readonly string[]): Promise<number> {
  const probes: Probe[] = [];
  while (probes.length < largest(values) + 1) probes.push(await scene.probe());
  for (const probe of probes) await probe.connect(addressOf(scene.subject));
  const held = () => probes.filter((probe) => probe.connected(scene.subject.peerId)).length;
  return poll(
    async () => held(),
    (count) => count <= largest(values),
    scene.subject.capabilities.timings.settledMs,
  );
}

const filterClients = async (scene: Scene<unknown>, values: readonly string[]): Promise<number> =>
  (await fill(await newClients(scene, largest(values) + 1))).clients.length;

/** How many criteria one client is let have. */
async function criteria(scene: Scene<unknown>, values: readonly string[]): Promise<number> {
  const [client] = (await newClients(scene, 1)) as [FilterClient];
  await client.connect();
  let held = 0;
  while (held <= largest(values) && (await client.subscribe(scene.freshContentTopic())).success) held += 1;
  return held;
}

const servedAtOnce =
  (variant: Service) =>
  async (scene: Scene<unknown>): Promise<number> => {
    if (variant !== "filter") await relayPeer(scene);
    return (await burst(await asker({ ...scene, variant }), 12)).served.length;
  };

export const effects: Partial<Record<SettingName, Effect>> = {
  maxConnections: { measure: relayPeersHeld },
  relayServiceRatio: { beside: "maxConnections", measure: relayPeersBesideClients },
  minRelayPeersToPublish: { measure: peersToPublish },
  maxMessageSize: { measure: sizesPublished },
  ipColocationLimit: { measure: connectionsOfOneAddress },
  filterMaxPeers: { measure: filterClients },
  filterMaxCriteria: { measure: criteria },
  filterRate: { measure: servedAtOnce("filter") },
  lightpushRate: { measure: servedAtOnce("lightpush-v2") },
};

import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { Settings } from "../../fixtures/contract/settings.ts";
import { check } from "../../harness/check.ts";
import { cuttable } from "../../harness/cuttable.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { isOf } from "../relay/wire-scene.ts";
import { relayPeer } from "../relay-peer.ts";
import { FilterClient, newClients } from "./filter-clients.ts";
import { passOn, unreachableMs, type Way } from "./passing-on.ts";
import { addressOf, messageOn, ofService, ordinary, pushesOf, pushOnce } from "./slots-scene.ts";

type Cast = Readonly<Record<string, Capabilities>>;

const few = ordinary("service", "filterMaxPeers");
const tags = ["#slow"];

/** Besides the time that 12 gives a client, as much again in which a service may look after that. */
const goneMs = 2 * unreachableMs;
/** Longer than any period after which an implementation looks for what to forget, and than the time-out of most. */
const longMs = 390_000;
/** 12/WAKU2-FILTER, SUBSCRIBER_PING: a client should ping every minute. */
const pingMs = 50_000;

interface Going extends Way {
  /** Until when the slot has to be free, in ms. */
  boundMs(service: Capabilities | undefined): number;
  readonly settings?: (cast: Cast) => Readonly<Record<string, Settings>>;
}

const nothing = async () => {};
const seconds = (text: string | undefined): number => Number(/^(\d+)s?$/.exec(text ?? "")?.[1] ?? Number.NaN) * 1_000;
const timeout = (service: Capabilities | undefined, which: "default" | "ordinary"): number => {
  const { default: shipped, ordinary: set } = service?.settings.filterTimeout ?? {};
  return seconds(which === "default" ? shipped : set?.[0]);
};

const goings: Record<string, Going> = {
  disconnected: { how: "disconnected", leave: (client, { subject }) => client.probe.disconnect(subject.peerId), boundMs: () => goneMs },
  // By a way of its own, which is cut.
  vanished: { how: "vanished", leave: nothing, boundMs: () => goneMs },
  "idle-as-set": {
    how: "idle, filterTimeout set",
    leave: nothing,
    boundMs: (service) => timeout(service, "ordinary") + goneMs,
    settings: ordinary("service", "filterTimeout"),
  },
  "idle-as-shipped": { how: "idle, as shipped", leave: nothing, boundMs: (service) => timeout(service, "default") + goneMs },
};

/** The first client comes by a way that is cut once all slots are taken. */
async function vanishing(scene: Scene<unknown>): Promise<{ way: Way; coming: FilterClient[] }> {
  const cut = await cuttable(addressOf(scene.subject));
  scene.defer(() => cut.close());
  const coming = await newClients(scene);
  const first = new FilterClient(scene, (coming[0] as FilterClient).probe, { address: cut.address });
  return { way: { how: "vanished", leave: async () => cut.cut() }, coming: [first, ...coming.slice(1)] };
}

describe("slots in the long run", () => {
  check({
    ...ofService,
    id: "slots/filter-freed-in-time",
    title: "the slot of a client that is gone, or asks for nothing for as long as is documented, goes to the next in time",
    requirements: ["REC-SLOT-09"],
    tags,
    variants: goings,
    // A time-out of hours is not waited for.
    meaningful: ({ service }, { boundMs }) => boundMs(service) < 2 * longMs,
    settings(going, cast) {
      const { service } = { ...few(cast), ...going.settings?.(cast) };
      return service ? { service: { ...few(cast).service, ...service } } : {};
    },
    async observe(scene) {
      const { variant, subject } = scene;
      const { way, coming } = variant.how === "vanished" ? await vanishing(scene) : { way: variant };
      const { freed, answer, slots } = await passOn(scene, way, variant.boundMs(subject.capabilities), coming);
      return { freed, answer, slots };
    },
    judge({ freed }) {
      expect(freed, "limit-too-low", "freed").to.equal(true);
    },
  });

  const kept: Record<string, (scene: Scene<unknown>) => Promise<boolean>> = {
    async filter(scene) {
      const gossip = await relayPeer(scene);
      const [client] = (await newClients(scene, 1)) as [FilterClient];
      const joined = await client.join();
      if (!joined.success) throw new CouldNotRun(`subscribing: ${joined.outcome} ${joined.statusCode}`);
      for (let ms = 0; ms < longMs; ms += pingMs) {
        await scene.elapse(pingMs);
        await client.ping();
      }
      gossip.publish(scene.pubsubTopic, messageOn(client.topic));
      return (await pushesOf(scene, [client]))[0] === 1;
    },
    async lightpush(scene) {
      const [client] = (await newClients(scene, 1)) as [FilterClient];
      await relayPeer(scene);
      await client.connect();
      await scene.elapse(longMs);
      return pushOnce(scene, client.probe);
    },
    async relay(scene) {
      const gossip = await relayPeer(scene);
      await scene.elapse(longMs);
      const topic = scene.freshContentTopic();
      await scene.subject.relay?.publish(scene.pubsubTopic, scene.message({ contentTopic: topic }));
      const pushes = () => gossip.delivered(scene.pubsubTopic).filter(({ message }) => isOf(message, topic)).length;
      const receiver = { topic, pushes };
      return ((await pushesOf(scene, [receiver]))[0] ?? 0) > 0;
    },
  };
  check({
    ...ofService,
    id: "slots/held",
    title: "what is kept alive is held for longer than any period of the node, and works",
    requirements: ["REC-SLOT-21"],
    tags,
    variants: kept,
    observe: async (scene) => ({ works: exact(await scene.variant(scene)) }),
    judge({ works }) {
      expect(works, "not-delivered", "works").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "slots/filter-gone",
    title: "what becomes of the subscription of a client that was away for one and a half of the time that 12 gives it",
    requirements: ["12-FILTER-36", "12-FILTER-37"],
    tags,
    async observe(scene) {
      const gossip = await relayPeer(scene);
      const [client] = (await newClients(scene, 1)) as [FilterClient];
      const joined = await client.join();
      if (!joined.success) throw new CouldNotRun(`subscribing: ${joined.outcome} ${joined.statusCode}`);
      await client.probe.disconnect(scene.subject.peerId);
      for (let ms = 0; ms < 1.5 * unreachableMs; ms += unreachableMs / 6) {
        // Pushes that fail are what a service can tell by.
        gossip.publish(scene.pubsubTopic, messageOn(client.spare));
        await scene.elapse(unreachableMs / 6);
      }
      await client.connect();
      const ping = await client.ping();
      return { statusCode: exact(ping.statusCode), late: exact(client.pushes(client.spare)) };
    },
  });
});

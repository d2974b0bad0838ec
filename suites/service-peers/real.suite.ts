import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { cuttable } from "../../harness/cuttable.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { addressFor } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { clientAndServices } from "../../topologies/index.ts";

type Cast = Record<"client" | "first" | "second" | "witness", StartedWakuNode>;
const ofReal = {
  subject: "client",
  topology: clientAndServices,
  mutates: "connections",
  // The check links the two itself.
  meaningful: ({ client, first }: Readonly<Record<string, Capabilities>>): boolean =>
    client?.muxers.some((muxer) => first?.muxers.includes(muxer)) === true,
} as const;

/** Links the client to a service, by a way of the check's own where one is given, and waits until it knows what is served there. */
async function link(client: StartedWakuNode, service: StartedWakuNode, way = addressFor(client, service)): Promise<void> {
  if (way === undefined) throw new CouldNotRun(`${client.participant} cannot dial ${service.participant}`);
  await must("connecting", client.connect(way));
  const known = await poll(
    async () => (await client.peers()).value?.find(({ peerId }) => peerId === service.peerId),
    (peer) => (peer?.protocols.length ?? 0) > 0,
    client.capabilities.timings.settledMs,
  );
  if ((known?.protocols.length ?? 0) === 0) throw new CouldNotRun("the client does not stay connected");
}

/** Publishes at the witness; the payload tells the messages of a check apart. */
async function published(scene: Scene<unknown>, contentTopic: string): Promise<string> {
  const message = scene.message({ contentTopic });
  await must("publishing at the witness", (scene.nodes as Cast).witness.relay?.publish(scene.pubsubTopic, message));
  return message.payload ?? "";
}

/** So many copies of a message are among those that came. */
const copies = (came: readonly { readonly payload?: string }[], payload: string): number =>
  came.filter((message) => message.payload === payload).length;

describe("clients of several service nodes", () => {
  check({
    ...ofReal,
    id: "service-peers/two-services",
    title: "how often a client of two services is given a message, and how often the network is given what it pushes",
    requirements: ["P2PREL-01", "REC-SERVICE-09"],
    async observe(scene) {
      const { client, first, second, witness } = scene.nodes as Cast;
      for (const service of [first, second]) await link(client, service);
      const [wanted, pushed] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [wanted]));
      const payload = await published(scene, wanted);
      await arrivals(client, "filter", scene.pubsubTopic, wanted);
      const version = Math.max(...client.capabilities.lightpushVersions.filter((one) => one === 2 || servesV3(first, second))) as 2 | 3;
      const push = await client.lightpush?.push(version, scene.pubsubTopic, scene.message({ contentTopic: pushed }));
      const relayed = await arrivals(witness, "relay", scene.pubsubTopic, pushed);
      const given = await arrivals(client, "filter", scene.pubsubTopic, wanted);
      return { given: exact(copies(given, payload)), push: exact(push?.outcome ?? "none"), relayed: exact(relayed.length) };
    },
  });

  check({
    ...ofReal,
    id: "service-peers/lost-service",
    title: "when the connection to the service where it subscribed is lost, a client that knows another is given messages again",
    requirements: ["REC-SERVICE-03"],
    async observe(scene) {
      const { client, first, second } = scene.nodes as Cast;
      const direct = addressFor(client, first);
      if (direct === undefined) throw new CouldNotRun(`${client.participant} cannot dial ${first.participant}`);
      const way = await cuttable(direct);
      scene.defer(() => way.close());
      await link(client, first, way.address);
      const contentTopic = scene.freshContentTopic();
      // A client may refuse at first what it asks of a service that it has just come to know.
      const subscribe = (filter: NonNullable<typeof client.filter>) =>
        poll(
          () => filter.subscribe(scene.pubsubTopic, [contentTopic]),
          ({ outcome }) => outcome === "ok",
          client.capabilities.timings.settledMs,
        );
      await must("subscribing", client.filter && subscribe(client.filter));
      await link(client, second);
      const before = await published(scene, contentTopic);
      const came = await arrivals(client, "filter", scene.pubsubTopic, contentTopic);
      if (copies(came, before) === 0) throw new CouldNotRun("the client is not given messages before the loss");
      const lostAt = performance.now();
      await way.close();
      let messages = 0;
      const again = await poll(
        async () => {
          const payload = await published(scene, contentTopic);
          messages += 1;
          const now = (await client.filter?.received(scene.pubsubTopic, contentTopic))?.value ?? [];
          return now.length > came.length || copies(now, payload) > 0;
        },
        (given) => given,
        2 * client.capabilities.timings.deliveryMs,
      );
      const given = (await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length - came.length;
      return { again: exact(again), afterMs: Math.round(performance.now() - lostAt), published: messages, given };
    },
    judge({ again }) {
      expect(again, "not-delivered", "again").to.equal(true);
    },
  });
});

const servesV3 = (...services: readonly StartedWakuNode[]): boolean =>
  services.every(({ capabilities }) =>
    capabilities.protocols["lightpush-service"]?.some((protocol) => protocol.endsWith("/lightpush/3.0.0")),
  );

import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { filterPushProtocol, MessagePush } from "../../rfc-checks/wire/filter.ts";
import { roomForShards } from "../discovery/own-record.ts";
import { neighbour, wakuMessage } from "../relay/wire-scene.ts";
import { requestsTo } from "../requests.ts";
import { answered, isSuccess, ofService, receiver, strictly, subscribe, subscribeRequest } from "./wire-scene.ts";

const hundred = Array.from({ length: 100 }, (_, shard) => shard);
/** A service may answer each no more than once a second. */
const clients = 10;

/** What one client asks for on one shard. */
interface Wanted {
  readonly probe: Probe;
  readonly topic: string;
  readonly contentTopic: string;
}

/** How many of one client's subscriptions are not answered with success. */
async function refusals(scene: Scene<unknown>, wanted: readonly Wanted[]): Promise<number> {
  let refused = 0;
  for (const { probe, topic, contentTopic } of wanted) {
    const exchange = await subscribe(probe, scene.subject, subscribeRequest(scene.freshKey(), topic, [contentTopic]));
    if (!isSuccess(answered(exchange).statusCode.value)) refused += 1;
  }
  return refused;
}

const isPushed = ({ probe, topic, contentTopic }: Wanted): boolean =>
  requestsTo(probe, filterPushProtocol)
    .map((push) => strictly(MessagePush, push).value)
    .some((push) => push?.pubsubTopic === topic && push.wakuMessage?.contentTopic === contentTopic);

describe("filter on many shards", () => {
  check({
    ...ofService,
    id: "filter/hundred-shards",
    title: "clients of a service that has joined a hundred shards are pushed what is sent on each of them",
    requirements: ["12-FILTER-21", "12-FILTER-34", "STATUS-03"],
    tags: ["#wire", "#scale"],
    mutates: "connections",
    network: () => ({ shards: hundred }),
    settings: (variant, { service }) => ({ service: roomForShards(variant, service ? { node: service } : {}).node ?? {} }),
    async observe(scene) {
      const probes = await Promise.all(Array.from({ length: clients }, () => receiver(scene)));
      const wanted = hundred.map((shard) => ({
        probe: probes[shard % clients] as Probe,
        topic: pubsubTopicOf({ cluster: scene.clusterId, shard }),
        contentTopic: scene.freshContentTopic(),
      }));
      const refused = await Promise.all(
        probes.map((one) =>
          refusals(
            scene,
            wanted.filter(({ probe }) => probe === one),
          ),
        ),
      );
      const { gossip } = await neighbour(scene);
      let missing = 0;
      // One for each client at a time: what is asked is whether each shard is served, not how large a burst may be.
      for (let next = 0; next < wanted.length; next += clients) {
        const some = wanted.slice(next, next + clients);
        for (const { topic, contentTopic } of some) gossip.publish(topic, wakuMessage(scene, { contentTopic }));
        const left = await poll(
          async () => some.filter((one) => !isPushed(one)),
          ({ length }) => length === 0,
          scene.subject.capabilities.timings.deliveryMs,
        );
        missing += left.length;
      }
      return { refused: exact(refused.reduce((sum, count) => sum + count, 0)), missing: exact(missing) };
    },
    judge({ refused, missing }) {
      expect(refused, "refused-valid", "refused").to.equal(0);
      expect(missing, "not-delivered", "missing").to.equal(0);
    },
  });
});

import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { largestAccepted } from "../../harness/bisection.ts";
import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pair } from "../../topologies/index.ts";
import { heartbeatMs } from "./wire-scene.ts";

type Relays = Record<"publisher" | "subscriber", StartedWakuNode>;
/** Payload sizes around 150 kilobytes, whichever kilobyte is meant (64/WAKU2-NETWORK, Message Size), in bytes. */
const [low, high] = [140_000, 160_000];
/** Above the largest cap that is known, in bytes. */
const beyond = 1_300_000;

type Trial = "arrived" | "refused" | "lost" | "lost, and nothing came after it";

async function tryOne(
  { pubsubTopic, freshContentTopic, message }: Scene<unknown>,
  { publisher, subscriber }: Relays,
  size: number,
): Promise<Trial> {
  const [contentTopic, marker] = [freshContentTopic(), freshContentTopic()];
  const payload = Buffer.alloc(size, 0x61).toString("base64");
  const answer = await publisher.relay?.publish(pubsubTopic, message({ contentTopic, payload }));
  if (answer?.outcome !== "ok") return "refused";
  // A small message behind it says when a large one that was dropped is overdue.
  await publisher.relay?.publish(pubsubTopic, message({ contentTopic: marker }));
  const came = async (topic: string) => (await arrivals(subscriber, "relay", pubsubTopic, topic, 0)).length > 0;
  const after = await poll(
    () => came(marker),
    (yes) => yes,
    2 * heartbeatMs,
  );
  if (
    await poll(
      () => came(contentTopic),
      (yes) => yes,
      heartbeatMs,
    )
  )
    return "arrived";
  return after ? "lost" : "lost, and nothing came after it";
}

describe("relay: size limit", () => {
  check({
    id: "relay/size-limit",
    title: "the largest payload that is published and arrives, in bytes, and what becomes of one that is larger",
    requirements: ["64-NET-30"],
    subject: "publisher",
    topology: pair,
    mutates: "node",
    async observe(scene) {
      const trials: Record<number, Trial> = {};
      let nodes = scene.nodes as Relays;
      const accepts = async (size: number) => {
        const trial = await tryOne(scene, nodes, size);
        trials[size] = trial;
        // Nodes between which nothing passes any more would refuse every size.
        if (trial === "lost, and nothing came after it") nodes = (await scene.renew()) as Relays;
        return trial === "arrived";
      };
      const around = await largestAccepted(low, high, accepts);
      const limit = around === Number.POSITIVE_INFINITY ? await largestAccepted(high, beyond, accepts) : around;
      const above = Object.keys(trials)
        .map(Number)
        .filter((size) => size > (limit ?? 0));
      return {
        limit: exact(limit === Number.POSITIVE_INFINITY ? `above ${beyond}` : (limit ?? `below ${low}`)),
        justAbove: exact(trials[Math.min(...above)] ?? null),
        farAbove: exact(trials[Math.max(...above)] ?? null),
        trials,
      };
    },
  });
});

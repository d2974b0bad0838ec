import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { arrivals, followed, type Send } from "../../harness/deliveries.ts";
import type { Scene } from "../../harness/scene.ts";

export type Publishing = Pick<Scene<unknown>, "pubsubTopic" | "freshContentTopic" | "message">;

/** Publishes one more message at a relay. */
const sendFrom =
  ({ relay }: StartedWakuNode, { pubsubTopic, message }: Publishing): Send =>
  (contentTopic) =>
    must("publishing what must arrive", relay?.publish(pubsubTopic, message({ contentTopic })));

/** What came from one relay to another, a message that followed it included in the wait. */
export const cameTo = (to: StartedWakuNode, from: StartedWakuNode, scene: Publishing, contentTopic: string, atLeast = 1) =>
  followed(to, "relay", scene.pubsubTopic, contentTopic, { marker: scene.freshContentTopic(), send: sendFrom(from, scene), atLeast });

/** Publishes until one message has come: a subscription made at run time takes a heartbeat to be known. */
export async function reaches(
  publisher: StartedWakuNode,
  subscriber: StartedWakuNode,
  pubsubTopic: string,
  contentTopic: string,
  message: (fields: { contentTopic: string }) => object,
): Promise<boolean> {
  return poll(
    async () => {
      await publisher.relay?.publish(pubsubTopic, message({ contentTopic }));
      return (await arrivals(subscriber, "relay", pubsubTopic, contentTopic, 0)).length > 0;
    },
    (came) => came,
    publisher.capabilities.timings.meshMs,
  );
}

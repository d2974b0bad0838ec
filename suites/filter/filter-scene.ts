import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { arrivals, type Scene } from "../../harness/scene.ts";
import { serviceAndClients } from "../../topologies/index.ts";

export type Cast = Record<"service" | "client" | "witness" | "bystander", StartedWakuNode>;

/** The service is in question; a client asks it, and a witness publishes to it by relay. */
export const ofService = { subject: "service", topology: serviceAndClients, mutates: "subscriptions" } as const;

/** Publishes at the witness, so that it comes to the service by relay. */
export const publish = ({ nodes, pubsubTopic, message }: Scene<unknown>, contentTopic: string) =>
  must("publishing at the witness", (nodes as Cast).witness.relay?.publish(pubsubTopic, message({ contentTopic })));

/** Subscribes to a topic of its own, which must be pushed once a message is published: what came before it would have come. */
export async function proof(scene: Scene<unknown>): Promise<() => Promise<number>> {
  const { client } = scene.nodes as Cast;
  const marker = scene.freshContentTopic();
  await must("subscribing to a marker", client.filter?.subscribe(scene.pubsubTopic, [marker]));
  scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [marker]));
  return async () => {
    await publish(scene, marker);
    return (await arrivals(client, "filter", scene.pubsubTopic, marker)).length;
  };
}

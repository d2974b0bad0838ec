import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { serviceAndClients } from "../../topologies/index.ts";

export type Cast = Record<"service" | "client" | "witness" | "bystander", StartedWakuNode>;

/** The service is in question; a client asks it, and a witness publishes to it by relay. */
export const ofService = { subject: "service", topology: serviceAndClients, mutates: "subscriptions" } as const;

/** Publishes at the witness, so that it comes to the service by relay. */
export const publish = ({ nodes, pubsubTopic, message }: Scene<unknown>, contentTopic: string) =>
  must("publishing at the witness", (nodes as Cast).witness.relay?.publish(pubsubTopic, message({ contentTopic })));

/**
 * Waits until every topic has been pushed to the client, then for a marker, which it must have subscribed to as well.
 * @returns how often each was pushed by then, and whether the marker was
 */
export async function pushesOf(scene: Scene<unknown>, contentTopics: readonly string[], marker: string, atLeast = 1) {
  const { client } = scene.nodes as Cast;
  await Promise.all(contentTopics.map((topic) => arrivals(client, "filter", scene.pubsubTopic, topic, atLeast)));
  await publish(scene, marker);
  const proof = (await arrivals(client, "filter", scene.pubsubTopic, marker)).length > 0;
  const came = await Promise.all(contentTopics.map((topic) => given(client, "filter", scene.pubsubTopic, topic)));
  return { came, pushes: exact(came.map(({ length }) => length)), proof: exact(proof) };
}

/** How often a topic was pushed that the client has unsubscribed from; null where its API cannot show. */
export async function strayedTo({ nodes, pubsubTopic }: Scene<unknown>, contentTopic: string): Promise<number | null> {
  const { client } = nodes as Cast;
  if (!offers("client", "filter.received after unsubscribe")({ client: client.capabilities })) return null;
  return (await given(client, "filter", pubsubTopic, contentTopic)).length;
}

import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { isOf, type Neighbour } from "../relay/wire-scene.ts";
import { type Making, signed, unsigned } from "./messages.ts";
import { jsonOf } from "./paths.ts";
import { bytesOf, draft, passes, topicOf } from "./wire-scene.ts";

type Any = Scene<unknown>;
const byOthers: Making = (plain) => signed({ ...plain, own: plain.other });

/** Is a shard protected at a node? What was handed on of what must not be, by relay and by the node's own API, and whether what may be is. */
export async function guardOf(scene: Any, from: Neighbour, to: Neighbour, shard: number) {
  const topic = topicOf(scene, shard);
  const send = (making: Making): string => {
    const message = making(draft(scene, shard));
    from.gossip.publish(topic, bytesOf(message));
    return message.contentTopic ?? "";
  };
  const published = unsigned(draft(scene, shard));
  const sent = { unsigned: send(unsigned), byOthers: send(byOthers), published: published.contentTopic ?? "" };
  await scene.subject.relay?.publish(topic, jsonOf(published));
  // The second is sent when the first has come: whatever was sent before them has been dealt with.
  const open = (await passes(scene, from, to, shard)) && (await passes(scene, from, to, shard));
  const came = (contentTopic: string) => exact(to.gossip.delivered(topic).some(({ message }) => isOf(message, contentTopic)));
  return { signed: exact(open), unsigned: came(sent.unsigned), byOthers: came(sent.byOthers), published: came(sent.published) };
}
export type Guard = { readonly signed: boolean; readonly unsigned: boolean; readonly byOthers: boolean; readonly published: boolean };

/** A judge's demand that a shard is protected. */
export function demandGuard({ signed: sound, ...strangers }: Guard, path: string): void {
  expect(sound, "refused-valid", `${path}.signed`).to.equal(true);
  for (const [what, came] of Object.entries(strangers)) expect(came, "accepted-invalid", `${path}.${what}`).to.equal(false);
}

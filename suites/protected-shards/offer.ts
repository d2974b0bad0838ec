import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { isOf } from "../relay/wire-scene.ts";
import type { Making } from "./messages.ts";
import { type OnPath, type Path, paths } from "./paths.ts";
import { draft, neighbours, passes, shown } from "./wire-scene.ts";

/** Sends one message for shard 1 one way; whether it was handed on and shown, and whether what follows it is. */
export async function offer(scene: Scene<OnPath<Making>>) {
  const { subject, variant } = scene;
  const [from, to] = await neighbours(scene);
  const message = variant.input(draft(scene));
  const [topic, { contentTopic = "" }] = [draft(scene).pubsubTopic, message];
  const answer = await (paths[variant.path] as Path).send(scene, from, topic, message);
  const proof = await passes(scene, from, to);
  // Asked when the proof has come, and before the deliveries are counted: whatever was sent before it has been dealt with.
  const given = await shown(subject, topic, contentTopic);
  return {
    answer,
    handedOn: exact(to.gossip.delivered(topic).filter(({ message: one }) => isOf(one, contentTopic)).length),
    shown: exact(given.length),
    proof: exact(proof),
  };
}

interface Offered {
  readonly handedOn: number;
  readonly shown: number;
  readonly proof: boolean;
}

/** A judge's demand that nothing came of it. */
export const demandNothingCame = ({ handedOn, shown: given, proof }: Offered): void => {
  expect(proof, "not-delivered", "proof").to.equal(true);
  expect(handedOn, "accepted-invalid", "handedOn").to.equal(0);
  expect(given, "accepted-invalid", "shown").to.equal(0);
};

import type { Exchange, Probe, Script } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import type { Message } from "../wire-message.ts";

interface Joined {
  readonly scene: Scene<unknown>;
  readonly asker: Probe;
  readonly publish: (topic: string, data: Uint8Array) => void;
}

/** Two probes in the network of a store: one relays, one asks. */
export async function joined(scene: Scene<unknown>): Promise<Joined> {
  const [asker, publisher] = [await scene.probe(), await scene.probe()];
  const gossip = await publisher.gossip();
  for (const one of [asker, publisher]) await must("connecting", meet(one, scene.subject));
  gossip.announce([scene.pubsubTopic]);
  await must("joining the relay network", gossip.attach(scene.subject.peerId));
  return { scene, asker, publish: (topic, data) => gossip.publish(topic, data) };
}

/** A network with a store, whatever the version in which it is asked. */
export class StoreNetwork {
  protected readonly scene: Scene<unknown>;
  readonly #asker: Probe;
  readonly #publish: Joined["publish"];
  /** Where the messages of this check are. */
  readonly contentTopic: string;
  /** ns, later for each message */
  readonly now = nowNs();

  constructor({ scene, asker, publish }: Joined) {
    this.scene = scene;
    this.#asker = asker;
    this.#publish = publish;
    this.contentTopic = scene.freshContentTopic();
  }

  get pubsubTopic(): string {
    return this.scene.pubsubTopic;
  }

  /** A message of its own, so many ns after the first. */
  message(afterNs: number, fields: Message = {}): Message {
    return {
      payload: Buffer.from(this.scene.freshKey(), "hex"),
      contentTopic: this.contentTopic,
      version: 0,
      timestamp: this.now + BigInt(afterNs),
      ...fields,
    };
  }

  publish(message: Message, pubsubTopic = this.pubsubTopic): void {
    this.#publish(pubsubTopic, encode(WakuMessage, message));
  }

  /** @param ms how long an answer is waited for */
  protected exchange(protocol: string, script: Script, ms = this.scene.subject.capabilities.timings.callMs): Promise<Exchange> {
    return this.#asker.exchange(this.scene.subject.peerId, protocol, script, { ms });
  }
}

import { bytesToHex } from "@noble/hashes/utils";
import type { Exchange, Script } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { messageHash } from "../../rfc-checks/rules/message-hash.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { StoreQueryRequest, StoreQueryResponse, storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { storeAlone } from "../../topologies/index.ts";
import { strictly } from "../strictly.ts";
import type { Message } from "../wire-message.ts";
import { joined, StoreNetwork } from "./network.ts";

export { type Message, strictly };

/** A store service and nobody else: probes publish to it and ask it. */
export const ofStore = { subject: "service", topology: storeAlone, mutates: "subscriptions", tags: ["#wire"] } as const;

export type Criteria = Omit<ValueOf<typeof StoreQueryRequest>, "requestId">;

/** The rule's hash of a message that was sent. */
export const hashOf = (pubsubTopic: string, { payload, contentTopic, meta, timestamp }: Message): string =>
  bytesToHex(messageHash(pubsubTopic, { payload: payload ?? new Uint8Array(), contentTopic: contentTopic ?? "", meta, timestamp }));

const asRead = ({ payload, contentTopic, version = 0, timestamp = 0n, meta, ephemeral = false }: Message): string =>
  JSON.stringify([
    bytesToHex(payload ?? new Uint8Array()),
    contentTopic,
    version,
    String(timestamp),
    bytesToHex(meta ?? new Uint8Array()),
    ephemeral,
  ]);

/** Are two messages the same as they are read: absent is its default (14/WAKU2-MESSAGE)? */
export const sameMessage = (left: Message, right: Message): boolean => asRead(left) === asRead(right);

export const request = (requestId: string, criteria: Criteria): Uint8Array => encode(StoreQueryRequest, { requestId, ...criteria });

/** What a store answered, if it did. */
export function answered({ outcome, frames: [answer] }: Exchange) {
  const { value, deviations } = answer === undefined ? { deviations: [] } : strictly(StoreQueryResponse, answer);
  return {
    outcome,
    deviations,
    requestId: value?.requestId ?? null,
    statusCode: value?.statusCode ?? null,
    messages: value?.messages ?? [],
    hashes: (value?.messages ?? []).map(({ messageHash: hash }) => bytesToHex(hash ?? new Uint8Array())),
    cursor: value?.paginationCursor,
  };
}
export type Answered = ReturnType<typeof answered>;

/** How a refusal or a success looks, to be compared. */
export const summary = ({ outcome, statusCode, deviations }: Answered) => ({
  outcome: exact(outcome),
  statusCode: exact(statusCode),
  deviations: set(deviations),
});

export const success = (code: number | null): boolean => code !== null && code >= 200 && code < 300;

/** A network with a store of version 3. */
export class StoreScene extends StoreNetwork {
  static async of(scene: Scene<unknown>): Promise<StoreScene> {
    return new StoreScene(await joined(scene));
  }

  /** @param ms how long an answer is waited for */
  play(script: Script, ms?: number): Promise<Exchange> {
    return this.exchange(storeQueryProtocol, script, ms);
  }

  async query(criteria: Criteria): Promise<Answered> {
    return answered(await this.play([{ write: frame(request(this.scene.freshKey(), criteria)) }, { close: true }]));
  }

  /** Criteria for every message of this check, oldest first. */
  all(rest: Criteria = {}): Criteria {
    return { pubsubTopic: this.pubsubTopic, contentTopics: [this.contentTopic], paginationForward: true, paginationLimit: 100n, ...rest };
  }

  /**
   * Publishes, and waits until that many are stored.
   * @param criteria that meet all of them
   */
  async fill(messages: readonly Message[], criteria = this.all()): Promise<Answered> {
    for (const message of messages) this.publish(message);
    const stored = await poll(
      () => this.query(criteria),
      ({ hashes }) => hashes.length >= messages.length,
      this.scene.subject.capabilities.timings.deliveryMs,
    );
    if (stored.hashes.length < messages.length)
      throw new CouldNotRun(`${stored.hashes.length} of ${messages.length} messages are stored: ${stored.outcome} ${stored.statusCode}`);
    return stored;
  }

  /** Publishes a message of another content topic and waits until it is stored. */
  async storedElsewhere(message: Message): Promise<void> {
    this.publish(message);
    const { hashes } = await poll(
      () => this.query(this.all({ contentTopics: [message.contentTopic ?? ""] })),
      (found) => found.hashes.length > 0,
      this.scene.subject.capabilities.timings.deliveryMs,
    );
    if (hashes.length === 0) throw new CouldNotRun("a message of another content topic is not stored");
  }

  /** Publishes one that must be stored, after which what is not stored is not going to be. @returns hashes of all that is */
  async storedBefore(last: Message): Promise<readonly string[]> {
    this.publish(last);
    const wanted = hashOf(this.pubsubTopic, last);
    const { hashes } = await poll(
      () => this.query(this.all()),
      (found) => found.hashes.includes(wanted),
      this.scene.subject.capabilities.timings.deliveryMs,
    );
    if (!hashes.includes(wanted)) throw new CouldNotRun("a plain message is not stored");
    return hashes;
  }
}

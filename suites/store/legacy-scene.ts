import { bytesToHex } from "@noble/hashes/utils";
import type { Exchange, Probe, Script } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { sets } from "../../harness/casting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import {
  HistoryError,
  type HistoryQuery,
  HistoryRpc,
  type Index,
  legacyStoreProtocol,
  PagingDirection,
} from "../../rfc-checks/wire/legacy-store.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { legacyStoreAlone } from "../../topologies/index.ts";
import { strictly } from "../strictly.ts";
import type { Message } from "../wire-message.ts";
import { joined, StoreNetwork } from "./network.ts";

export type Query = ValueOf<typeof HistoryQuery>;
export type Cursor = ValueOf<typeof Index>;

/** A service of store before version 3 and nobody else: probes publish to it and ask it. */
export const ofLegacyStore = {
  subject: "service",
  topology: legacyStoreAlone,
  mutates: "subscriptions",
  tags: ["#wire"],
  meaningful: sets("service", "legacyStore"),
  settings: () => ({ service: { legacyStore: "true" } }),
} as const;

export const { FORWARD, BACKWARD } = PagingDirection.values;
export const { NONE, INVALID_CURSOR } = HistoryError.values;

/** What a store answered, if it did; an error that is absent is none. */
export function answered({ outcome, frames: [answer] }: Exchange) {
  const { value, deviations } = answer === undefined ? { deviations: [] } : strictly(HistoryRpc, answer);
  const { response } = value ?? {};
  return {
    outcome,
    deviations,
    requestId: value?.requestId ?? null,
    error: response ? (response.error ?? NONE) : null,
    messages: response?.messages ?? [],
    cursor: response?.pagingInfo?.cursor,
  };
}
export type Answered = ReturnType<typeof answered>;

/** How an answer looks, to be compared. */
export const summary = ({ outcome, error, deviations }: Answered) => ({
  outcome: exact(outcome),
  error: exact(error),
  deviations: set(deviations),
});

const payloadOf = ({ payload = new Uint8Array() }: Message): string => bytesToHex(payload);

/** Which of these messages came, in the order in which they did; -1 is another one. */
export function placesIn(messages: readonly Message[], came: readonly Message[]): number[] {
  const payloads = messages.map(payloadOf);
  return came.map((message) => payloads.indexOf(payloadOf(message)));
}

/** A network with a store of the versions before 3. */
export class LegacyStoreScene extends StoreNetwork {
  static async of(scene: Scene<unknown>): Promise<LegacyStoreScene> {
    return new LegacyStoreScene(await joined(scene));
  }

  play(script: Script): Promise<Exchange> {
    return this.exchange(legacyStoreProtocol, script);
  }

  async query(query: Query): Promise<Answered> {
    return answered(await this.play(this.#asking(query)));
  }

  /** The same by another peer, as a service may keep a pace with each. */
  async queryBy(asker: Probe, query: Query): Promise<Answered> {
    const { subject } = this.scene;
    const bound = { ms: subject.capabilities.timings.callMs };
    return answered(await asker.exchange(subject.peerId, legacyStoreProtocol, this.#asking(query), bound));
  }

  #asking(query: Query): Script {
    return [{ write: frame(encode(HistoryRpc, { requestId: this.scene.freshKey(), query })) }, { close: true }];
  }

  /** A query for every message of this check, oldest first. */
  all(rest: Query = {}): Query {
    return {
      pubsubTopic: this.pubsubTopic,
      contentFilters: [{ contentTopic: this.contentTopic }],
      pagingInfo: { pageSize: 100n, direction: FORWARD },
      ...rest,
    };
  }

  /** Publishes, and waits until all are stored. */
  async fill(messages: readonly Message[]): Promise<void> {
    for (const message of messages) this.publish(message);
    const contentFilters = [...new Set(messages.map(({ contentTopic }) => contentTopic))].map((contentTopic) => ({ contentTopic }));
    const stored = await poll(
      () => this.query(this.all({ contentFilters })),
      (found) => found.messages.length >= messages.length,
      this.scene.subject.capabilities.timings.deliveryMs,
    );
    if (stored.messages.length < messages.length)
      throw new CouldNotRun(`${stored.messages.length} of ${messages.length} messages are stored: ${stored.outcome} ${stored.error}`);
  }
}

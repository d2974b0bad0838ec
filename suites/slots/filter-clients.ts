import type { Probe } from "../../fixtures/contract/probe.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { pacer } from "../../harness/pacing.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeType, filterPushProtocol, MessagePush } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { answered, isSuccess, strictly, subscribe } from "../filter/wire-scene.ts";
import { requestsTo } from "../requests.ts";
import { addressOf, ordinary } from "./slots-scene.ts";

const { SUBSCRIBE, SUBSCRIBER_PING, UNSUBSCRIBE, UNSUBSCRIBE_ALL } = FilterSubscribeType.values;

/** What a filter request was answered with. */
export interface FilterAnswer {
  readonly outcome: string;
  readonly statusCode: number | null;
  readonly statusDesc: string | null;
  readonly success: boolean;
  readonly sameRequestId: boolean;
  readonly ms: number;
}

const notConnected: FilterAnswer = {
  ...{ outcome: "not connected", statusCode: null, statusDesc: null, success: false, sameRequestId: false, ms: 0 },
};

/** A filter client with content topics of its own. It asks no faster than the service lets one peer, unless told otherwise. */
export class FilterClient {
  readonly probe: Probe;
  /** Subscribed to first. */
  readonly topic: string;
  readonly spare: string;
  /** Not subscribed to. */
  readonly further: string;
  readonly #scene: Scene<unknown>;
  readonly #address: string;
  readonly #pace: ReturnType<typeof pacer>;

  constructor(scene: Scene<unknown>, probe: Probe, { paced = true, address = addressOf(scene.subject) } = {}) {
    this.probe = probe;
    this.#address = address;
    [this.topic, this.spare, this.further] = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshContentTopic()];
    this.#scene = scene;
    const { pacing } = scene.subject.capabilities;
    this.#pace = pacing && paced ? pacer(pacing) : (call) => call();
  }

  /** @returns whether the node took the connection */
  async connect(): Promise<boolean> {
    await this.probe.serve(filterPushProtocol, () => [{ close: true }]);
    return (await this.probe.connect(this.#address)).outcome === "ok";
  }

  /** Connects and subscribes to its own topics. */
  async join(): Promise<FilterAnswer> {
    return (await this.connect()) ? this.subscribe(this.topic, this.spare) : notConnected;
  }

  subscribe(...contentTopics: string[]): Promise<FilterAnswer> {
    return this.#ask({ filterSubscribeType: SUBSCRIBE, ...this.#criteria(contentTopics) });
  }

  ping(): Promise<FilterAnswer> {
    return this.#ask({ filterSubscribeType: SUBSCRIBER_PING });
  }

  unsubscribe(...contentTopics: string[]): Promise<FilterAnswer> {
    return this.#ask({ filterSubscribeType: UNSUBSCRIBE, ...this.#criteria(contentTopics) });
  }

  unsubscribeAll(): Promise<FilterAnswer> {
    return this.#ask({ filterSubscribeType: UNSUBSCRIBE_ALL });
  }

  /** How often a content topic was pushed so far. */
  pushes(contentTopic: string): number {
    const pushed = requestsTo(this.probe, filterPushProtocol).map((push) => strictly(MessagePush, push).value?.wakuMessage?.contentTopic);
    return pushed.filter((one) => one === contentTopic).length;
  }

  #criteria(contentTopics: readonly string[]) {
    return { pubsubTopic: this.#scene.pubsubTopic, contentTopics };
  }

  async #ask(request: Omit<ValueOf<typeof FilterSubscribeRequest>, "requestId">): Promise<FilterAnswer> {
    const requestId = this.#scene.freshKey();
    const bytes = frame(encode(FilterSubscribeRequest, { requestId, ...request }));
    const exchange = await this.#pace(() => subscribe(this.probe, this.#scene.subject, bytes));
    const { outcome, statusCode, statusDesc, requestId: echoed } = answered(exchange);
    return {
      outcome: outcome.value,
      statusCode: statusCode.value,
      statusDesc,
      success: isSuccess(statusCode.value),
      sameRequestId: echoed === requestId,
      ms: exchange.ms,
    };
  }
}

/** For `settings`: a service that takes few clients, where that can be set. */
export const limitedToFew = ordinary("service", "filterMaxPeers");

/** How many did not get the message on their own topic once. */
export const missing = (pushes: readonly number[]): number => pushes.filter((count) => count !== 1).length;

/** More filter clients than a service takes that takes few as built. */
const many = 24;

/** To how many filter clients the operator of the subject is to set it. */
const few = ({ subject }: Scene<unknown>): string | undefined => subject.capabilities.settings.filterMaxPeers?.ordinary?.[0];

/** By default more than the subject takes where it can be set to few. */
export async function newClients(scene: Scene<unknown>, size = Number(few(scene) ?? many - 1) + 1): Promise<FilterClient[]> {
  const { probes } = await scene.crowd(size);
  return probes.map((probe) => new FilterClient(scene, probe));
}

/** Filter clients come, one after the other, until one is refused or all are in. */
export async function fill(coming: readonly FilterClient[]) {
  for (const [index, late] of coming.entries()) {
    const refusal = await late.join();
    if (!refusal.success) return { clients: coming.slice(0, index), late, refusal };
  }
  return { clients: coming };
}

/** A full service, where a service can be filled by so many. */
export async function filled(scene: Scene<unknown>, coming?: readonly FilterClient[]) {
  const { clients, late, refusal } = await fill(coming ?? (await newClients(scene)));
  if (!late) throw new CouldNotRun(`it takes more than ${clients.length} clients`);
  return { clients, late, refusal };
}

/** Under which limit of clients the subject of a check stands that is set to few where that can be set. */
export const filterLimit = (scene: Scene<unknown>): string => {
  const set = few(scene);
  return set === undefined ? "as built" : `filterMaxPeers ${set}`;
};

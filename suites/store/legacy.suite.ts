import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { HistoryRpc } from "../../rfc-checks/wire/legacy-store.ts";
import type { Message } from "../wire-message.ts";
import { answered, FORWARD, LegacyStoreScene, NONE, ofLegacyStore, placesIn, type Query, summary } from "./legacy-scene.ts";
import { sameMessage } from "./wire-scene.ts";

const published: Record<string, Message> = {
  plain: {},
  meta: { meta: Buffer.from("meta") },
  version: { version: 1 },
  "no-version": { version: undefined },
  "not-ephemeral": { ephemeral: false },
  "binary-payload": { payload: Uint8Array.from({ length: 256 }, (_, index) => index) },
  "long-payload": { payload: new Uint8Array(10_000).fill(7) },
};

describe("store service before version 3 on the wire: answers", () => {
  check({
    ...ofLegacyStore,
    id: "store/legacy-query",
    title: "a query of the versions before 3 is answered by one response with its request id",
    requirements: ["REC-STORE-01"],
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      await store.fill([store.message(0)]);
      const requestId = scene.freshKey();
      const bytes = frame(encode(HistoryRpc, { requestId, query: store.all() }));
      const exchange = await store.play([{ write: bytes }, { close: true }]);
      const answer = answered(exchange);
      const whole = exchange.frames.reduce((sum, one) => sum + frame(one).length, 0);
      return {
        query: summary(answer),
        sameRequestId: exact(answer.requestId === requestId),
        entries: exact(answer.messages.length),
        more: exact(answer.cursor !== undefined),
        unframed: exact(exchange.bytes.length - whole),
      };
    },
    judge({ query, sameRequestId, entries, unframed }) {
      expect(query.outcome, "no-answer", "query.outcome").to.equal("answered");
      expect(query.error, "refused-valid", "query.error").to.equal(NONE);
      expect(query.deviations, "not-by-the-book", "query.deviations").to.deep.equal([]);
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
      expect(entries, "wrong-value", "entries").to.equal(1);
      expect(unframed, "wrong-value", "unframed").to.equal(0);
    },
  });

  check({
    ...ofLegacyStore,
    id: "store/legacy-message",
    title: "a message comes from a store before version 3 as it was published",
    requirements: ["REC-STORE-02"],
    variants: published,
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      const message = store.message(0, scene.variant);
      await store.fill([message]);
      const { messages } = await store.query(store.all());
      return { entries: exact(messages.length), changed: exact(messages.some((came) => !sameMessage(came, message))) };
    },
    judge({ entries, changed }) {
      expect(entries, "wrong-value", "entries").to.equal(1);
      expect(changed, "field-changed", "changed").to.equal(false);
    },
  });

  const matches: Record<string, readonly [ask: (store: LegacyStoreScene, other: string) => Query, found: readonly number[]]> = {
    "content-topic": [() => ({}), [0, 1]],
    "other-content-topic": [(_, other) => ({ contentFilters: [{ contentTopic: other }] }), [2]],
    "both-content-topics": [
      ({ contentTopic }, other) => ({ contentFilters: [contentTopic, other].map((topic) => ({ contentTopic: topic })) }),
      [0, 1, 2],
    ],
    "unknown-content-topic": [(_, other) => ({ contentFilters: [{ contentTopic: `${other}x` }] }), []],
    "content-topic-alone": [() => ({ pubsubTopic: undefined }), [0, 1]],
    "other-pubsub-topic": [() => ({ pubsubTopic: "/waku/2/rs/66/777" }), []],
    // Others have stored messages of this shard, too.
    "pubsub-topic-alone": [({ now }) => ({ contentFilters: [], startTime: now, endTime: now + 2n }), [0, 1, 2]],
  };
  check({
    ...ofLegacyStore,
    id: "store/legacy-matching",
    title: "only messages that match the topics of a query come from a store before version 3",
    requirements: ["REC-STORE-02"],
    variants: matches,
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      const other = scene.freshContentTopic();
      const messages = [store.message(0), store.message(1), store.message(2, { contentTopic: other })];
      await store.fill(messages);
      const [ask, expected] = scene.variant;
      const answer = await store.query(store.all(ask(store, other)));
      return { query: summary(answer), found: exact(placesIn(messages, answer.messages)), expected: [...expected] };
    },
    judge({ query, found, expected }) {
      expect(query.outcome, "no-answer", "query.outcome").to.equal("answered");
      expect(found, "wrong-value", "found").to.deep.equal(expected);
    },
  });

  check({
    ...ofLegacyStore,
    id: "store/legacy-everything",
    title: "a query without criteria is answered by a store before version 3 with what is stored",
    requirements: ["REC-STORE-02"],
    // Nobody else's messages are there.
    mutates: "node",
    variants: { "empty-query": {}, "direction-alone": { pagingInfo: { direction: FORWARD } } } as Record<string, Query>,
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      const messages = [0, 1, 2].map((after) => store.message(after));
      await store.fill(messages);
      const answer = await store.query(scene.variant);
      return { query: summary(answer), found: exact(placesIn(messages, answer.messages)) };
    },
    judge({ query, found }) {
      expect(query.outcome, "no-answer", "query.outcome").to.equal("answered");
      expect(found, "wrong-value", "found").to.deep.equal([0, 1, 2]);
    },
  });

  const ranges: Record<string, readonly [start: number | undefined, end: number | undefined]> = {
    "from-an-entry": [10, undefined],
    "to-an-entry": [undefined, 20],
    "both-ends": [10, 30],
    "between-entries": [11, 19],
    "one-instant": [20, 20],
    "turned-around": [30, 10],
  };
  check({
    ...ofLegacyStore,
    id: "store/legacy-times",
    title: "which messages of a time range come from a store before version 3",
    requirements: ["REC-STORE-03"],
    variants: ranges,
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      const messages = [0, 10, 20, 30].map((after) => store.message(after));
      await store.fill(messages);
      const [startTime, endTime] = scene.variant.map((after) => (after === undefined ? undefined : store.now + BigInt(after)));
      const answer = await store.query(store.all({ startTime, endTime }));
      return { query: summary(answer), found: exact(placesIn(messages, answer.messages)) };
    },
  });
});

import fc from "fast-check";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { byteByByte, inOneWrite, inTwoWrites } from "../../rfc-checks/wire/pieces.ts";
import { sampled } from "../random-inputs.ts";
import { topicOf, topicParts } from "../random-topics.ts";
import { answered, hashOf, type Message, ofStore, request, StoreScene, sameMessage, success, summary } from "./wire-scene.ts";

/** Fields that enter the hash, fields that do not, and those that are absent. */
const hashed: Record<string, Message> = {
  plain: {},
  meta: { meta: Buffer.from("meta") },
  "meta-of-64-bytes": { meta: Uint8Array.from({ length: 64 }, (_, index) => index) },
  "empty-meta": { meta: new Uint8Array() },
  version: { version: 1 },
  "no-version": { version: undefined },
  "not-ephemeral": { ephemeral: false },
  "binary-payload": { payload: Uint8Array.from({ length: 256 }, (_, index) => index) },
  "long-payload": { payload: new Uint8Array(10_000).fill(7) },
};

/** With meta or without. */
const hashable = fc.record(
  { payload: fc.uint8Array({ minLength: 1, maxLength: 300 }), meta: fc.uint8Array({ maxLength: 64 }), afterNs: fc.nat(1_000_000) },
  { requiredKeys: ["payload", "afterNs"], noNullPrototype: true },
);

describe("store service on the wire: answers", () => {
  check({
    ...ofStore,
    id: "store/wire-query",
    title: "a query is answered by one response with its request id and a status, however its bytes come",
    requirements: ["10-WAKU2-01", "13-STORE-03", "13-STORE-32"],
    variants: { "in-one-write": inOneWrite, "in-two-writes": inTwoWrites, "byte-by-byte": byteByByte },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([store.message(0)]);
      const id = scene.freshKey();
      const bytes = frame(request(id, store.all({ includeData: true })));
      const exchange = await store.play([...scene.variant(bytes), { close: true }]);
      const answer = answered(exchange);
      const whole = exchange.frames.reduce((sum, one) => sum + frame(one).length, 0);
      return {
        query: summary(answer),
        sameRequestId: exact(answer.requestId === id),
        entries: exact(answer.messages.length),
        values: exact(answer.messages.filter(({ message }) => message !== undefined).length),
        unframed: exact(exchange.bytes.length - whole),
      };
    },
    judge({ query, sameRequestId, entries, values, unframed }) {
      expect(query.outcome, "no-answer", "query.outcome").to.equal("answered");
      expect(query.deviations, "not-by-the-book", "query.deviations").to.deep.equal([]);
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
      expect(success(query.statusCode), "wrong-status-code", "query.statusCode").to.equal(true);
      expect(entries, "wrong-value", "entries").to.equal(1);
      expect(values, "wrong-value", "values").to.equal(1);
      expect(unframed, "wrong-value", "unframed").to.equal(0);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-status-code",
    revision: 2,
    title: "a query is answered with a status code; which, and which where it has no id",
    requirements: ["13-STORE-32", "13-STORE-33", "13-STORE-35"],
    variants: { id: true, "no-id": false },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const bytes = frame(request(scene.variant ? scene.freshKey() : "", store.all()));
      return { query: summary(answered(await store.play([{ write: bytes }, { close: true }]))) };
    },
    judge({ query }) {
      expect(query.outcome, "no-answer", "query.outcome").to.equal("answered");
      expect(query.statusCode, "not-by-the-book", "query.statusCode").to.not.equal(null);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-hash",
    title: "the hash of an entry is the deterministic hash of its message",
    requirements: ["13-STORE-04", "14-MESSAGE-17", "14-MESSAGE-18", "14-MESSAGE-19"],
    variants: hashed,
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const message = store.message(0, scene.variant);
      await store.fill([message]);
      const { hashes } = await store.query(store.all());
      const known = await store.query({ messageHashes: [Buffer.from(hashOf(store.pubsubTopic, message), "hex")] });
      return { byTheRule: exact(hashes[0] === hashOf(store.pubsubTopic, message)), found: exact(known.hashes.length), hashes };
    },
    judge({ byTheRule, found }) {
      expect(byTheRule, "wrong-value", "byTheRule").to.equal(true);
      expect(found, "wrong-value", "found").to.equal(1);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-hash-random",
    title: "the hashes of random messages of random content topics are those of the rule",
    requirements: ["13-STORE-04", "14-MESSAGE-17", "14-MESSAGE-18", "14-MESSAGE-19"],
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const topics = sampled(topicParts, 10).map(topicOf);
      const messages = sampled(hashable, 50).map(({ afterNs, ...fields }, index) =>
        store.message(afterNs, { ...fields, contentTopic: topics[index % topics.length] }),
      );
      const { hashes } = await store.fill(messages, store.all({ contentTopics: topics }));
      const unknown = messages.map((message) => hashOf(store.pubsubTopic, message)).filter((hash) => !hashes.includes(hash));
      return { stored: messages.length, byTheRule: exact(unknown.length === 0), unknown: unknown.length };
    },
    judge({ byTheRule }) {
      expect(byTheRule, "wrong-value", "byTheRule").to.equal(true);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-data",
    title: "an entry has its hash, and message and pubsub topic with it when data is asked for, and neither otherwise",
    requirements: ["13-STORE-05", "13-STORE-06", "13-STORE-40"],
    variants: { data: true, "no-data": false, unsaid: undefined },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const message = store.message(0, { meta: Buffer.from("meta") });
      await store.fill([message]);
      const { messages } = await store.query(store.all({ includeData: scene.variant }));
      const [entry] = messages;
      return {
        entries: exact(messages.length),
        hashBytes: exact(entry?.messageHash?.length ?? 0),
        message: exact(entry?.message !== undefined),
        pubsubTopic: exact(entry?.pubsubTopic ?? null),
        changed: exact(entry?.message !== undefined && !sameMessage(entry.message, message)),
      };
    },
    judge({ entries, hashBytes, message, pubsubTopic, changed }, { variant }) {
      expect(entries, "wrong-value", "entries").to.equal(1);
      expect(hashBytes, "wrong-value", "hashBytes").to.equal(32);
      expect(message, "wrong-value", "message").to.equal(variant === true);
      expect(pubsubTopic, "wrong-value", "pubsubTopic").to.equal(variant === true ? "/waku/2/rs/66/0" : null);
      expect(changed, "field-changed", "changed").to.equal(false);
    },
  });

  const faults: Record<string, (store: StoreScene, hash: Uint8Array) => object> = {
    "content-filter": (store, hash) => ({ pubsubTopic: store.pubsubTopic, contentTopics: [store.contentTopic], messageHashes: [hash] }),
    "time-start": (store, hash) => ({ timeStart: store.now, messageHashes: [hash] }),
    "time-end": (store, hash) => ({ timeEnd: store.now + 1_000n, messageHashes: [hash] }),
  };
  check({
    ...ofStore,
    id: "store/wire-criteria-with-hashes",
    title: "content criteria together with hashes are refused, and the hashes alone are found",
    requirements: ["13-STORE-37"],
    variants: faults,
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const message = store.message(0);
      await store.fill([message]);
      const hash = Buffer.from(hashOf(store.pubsubTopic, message), "hex");
      const both = await store.query({ ...scene.variant(store, hash) });
      const alone = await store.query({ messageHashes: [hash] });
      return { both: summary(both), entries: exact(both.messages.length), alone: exact(alone.hashes.length) };
    },
    judge({ both, entries, alone }) {
      expect(alone, "not-delivered", "alone").to.equal(1);
      expect(both.outcome, "no-answer", "both.outcome").to.equal("answered");
      expect(success(both.statusCode), "accepted-invalid", "both.statusCode").to.equal(false);
      expect(entries, "refused-with-effect", "entries").to.equal(0);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-half-a-filter",
    title: "what is answered to a pubsub topic without content topics, and to content topics without it",
    requirements: ["13-STORE-21"],
    variants: { "pubsub-topic": { contentTopics: undefined }, "content-topics": { pubsubTopic: undefined } },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([store.message(0)]);
      const answer = await store.query(store.all(scene.variant));
      return { query: summary(answer), found: exact(answer.messages.length > 0) };
    },
  });

  check({
    ...ofStore,
    id: "store/wire-unknown-cursor",
    title: "what is answered to a cursor that no entry has",
    requirements: ["13-STORE-29"],
    variants: { unknown: 32, short: 31, long: 33, empty: 0 },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([store.message(0)]);
      const answer = await store.query(store.all({ paginationCursor: new Uint8Array(scene.variant).fill(0xab) }));
      return { query: summary(answer), entries: exact(answer.messages.length), cursor: exact(answer.cursor !== undefined) };
    },
  });

  check({
    ...ofStore,
    id: "store/wire-not-a-request",
    title: "bytes that are no request are not answered with success, and the next query is",
    requirements: ["10-WAKU2-01"],
    variants: {
      undecodable: (bytes: Uint8Array) => [{ write: frame(bytes.map(() => 0xff)) }, { close: true }] as const,
      "cut-short": (bytes: Uint8Array) => [{ write: frame(bytes).subarray(0, -3) }, { close: true }] as const,
      "huge-length": () => [{ write: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2) }, { close: true }] as const,
      "reset-midway": (bytes: Uint8Array) => [{ write: frame(bytes).subarray(0, 5) }, { reset: true }] as const,
    },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([store.message(0)]);
      const bad = answered(await store.play(scene.variant(request(scene.freshKey(), store.all()))));
      const next = await store.query(store.all());
      return { bad: summary(bad), next: summary(next), found: exact(next.hashes.length) };
    },
    judge({ bad, next, found }) {
      expect(success(bad.statusCode), "accepted-invalid", "bad.statusCode").to.equal(false);
      expect(next.outcome, "no-answer", "next.outcome").to.equal("answered");
      expect(success(next.statusCode), "wrong-status-code", "next.statusCode").to.equal(true);
      expect(found, "wrong-value", "found").to.equal(1);
    },
  });
});

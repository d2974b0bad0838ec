import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type Criteria, hashOf, type Message, ofStore, StoreScene, success } from "./wire-scene.ts";

/** As a store orders them: by time, then by hash. */
const ordered = (pubsubTopic: string, messages: readonly Message[]): string[] =>
  messages
    .map((message) => ({ time: message.timestamp ?? 0n, hash: hashOf(pubsubTopic, message) }))
    .sort((left, right) => (left.time === right.time ? (left.hash < right.hash ? -1 : 1) : left.time < right.time ? -1 : 1))
    .map(({ hash }) => hash);

/** Ends a walk that does not end. */
const mostPages = 10;

describe("store service on the wire: order and pages", () => {
  check({
    ...ofStore,
    id: "store/wire-order",
    title: "entries come by timestamp, those of one timestamp by hash, whatever the order of arrival",
    requirements: ["13-STORE-11", "13-STORE-12", "13-STORE-39"],
    variants: { forward: true, backward: false, unsaid: undefined },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const messages = [5, 2, 2, 2, 9, 2, 1].map((after) => store.message(after));
      await store.fill(messages);
      const { hashes } = await store.query(store.all({ paginationForward: scene.variant }));
      const right = ordered(store.pubsubTopic, messages);
      return { places: exact(hashes.map((hash) => right.indexOf(hash))) };
    },
    judge({ places }) {
      expect(places, "wrong-value", "places").to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-pages",
    title: "pages follow one another by their cursors, each ascending, until all was given once",
    requirements: ["13-STORE-13", "13-STORE-29", "13-STORE-39", "13-STORE-41", "13-STORE-44", "13-STORE-45"],
    variants: { forward: true, backward: false, unsaid: undefined },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const messages = [0, 1, 2, 3, 4].map((after) => store.message(after));
      await store.fill(messages);
      const right = ordered(store.pubsubTopic, messages);
      const pages: number[][] = [];
      const cursors: (number | null)[] = [];
      let cursor: Uint8Array | undefined;
      do {
        const page = await store.query(store.all({ paginationForward: scene.variant, paginationLimit: 2n, paginationCursor: cursor }));
        pages.push(page.hashes.map((hash) => right.indexOf(hash)));
        cursor = page.cursor;
        cursors.push(cursor === undefined ? null : right.indexOf(Buffer.from(cursor).toString("hex")));
      } while (cursor !== undefined && pages.length < mostPages);
      return { pages: exact(pages), cursors: exact(cursors) };
    },
    judge({ pages, cursors }, { variant }) {
      const right = variant === true ? [[0, 1], [2, 3], [4]] : [[3, 4], [1, 2], [0]];
      expect(pages, "wrong-value", "pages").to.deep.equal(right);
      expect(cursors, "wrong-value", "cursors").to.deep.equal(variant === true ? [1, 3, null] : [3, 1, null]);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-page-limits",
    title: "a page has no more entries than its limit",
    requirements: ["13-STORE-41"],
    variants: { one: 1n, two: 2n, three: 3n, "as-many-as-there-are": 4n, more: 5n },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([0, 1, 2, 3].map((after) => store.message(after)));
      const { hashes, cursor } = await store.query(store.all({ paginationLimit: scene.variant }));
      return { entries: exact(hashes.length), limit: Number(scene.variant), more: exact(cursor !== undefined) };
    },
    judge({ entries, limit, more }) {
      expect(entries, "wrong-value", "entries").to.equal(Math.min(limit, 4));
      expect(more, "wrong-value", "more").to.equal(limit < 4);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-page-size",
    revision: 2,
    title: "a page has as many entries when the request asks for too many as when it names no limit; how many, and how many for none",
    requirements: ["13-STORE-15", "13-STORE-42", "13-STORE-43"],
    async observe(scene) {
      const store = await StoreScene.of(scene);
      for (let after = 0; after < 105; after += 1) store.publish(store.message(after));
      const full = await poll(
        () => store.query(store.all()),
        ({ hashes, cursor }) => hashes.length === 100 && cursor !== undefined,
        scene.subject.capabilities.timings.deliveryMs,
      );
      if (full.hashes.length < 100) throw new CouldNotRun(`a page of 100 has ${full.hashes.length} entries`);
      const asked = async (paginationLimit: bigint | undefined) => {
        const { hashes, cursor, statusCode } = await store.query(store.all({ paginationLimit }));
        return { entries: exact(hashes.length), more: exact(cursor !== undefined), statusCode: exact(statusCode) };
      };
      return { unset: await asked(undefined), zero: await asked(0n), huge: await asked(10_000n), uint64Max: await asked(2n ** 64n - 1n) };
    },
    judge({ unset, huge, uint64Max }) {
      expect(success(unset.statusCode), "refused-valid", "unset.statusCode").to.equal(true);
      expect(huge, "wrong-value", "huge").to.deep.equal(unset);
      expect(uint64Max, "wrong-value", "uint64Max").to.deep.equal(unset);
    },
  });

  const ranges: Record<string, readonly [start: number | undefined, end: number | undefined, found: readonly number[]]> = {
    "start-is-inclusive": [10, undefined, [1, 2, 3]],
    "end-is-exclusive": [undefined, 20, [0, 1]],
    "both-ends": [10, 30, [1, 2]],
    "between-entries": [11, 19, []],
    "no-end": [20, undefined, [2, 3]],
    "no-start": [undefined, 31, [0, 1, 2, 3]],
    "one-ns": [20, 21, [2]],
    "no-range": [undefined, undefined, [0, 1, 2, 3]],
  };
  check({
    ...ofStore,
    id: "store/wire-times",
    title: "a time range takes its start in and leaves its end out, and is open where an end is not given",
    requirements: ["13-STORE-23", "13-STORE-36", "13-STORE-38"],
    variants: ranges,
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const messages = [0, 10, 20, 30].map((after) => store.message(after));
      await store.fill(messages);
      const [start, end, expected] = scene.variant;
      const at = (after: number | undefined) => (after === undefined ? undefined : store.now + BigInt(after));
      const { hashes } = await store.query(store.all({ timeStart: at(start), timeEnd: at(end) }));
      const right = ordered(store.pubsubTopic, messages);
      return { found: exact(hashes.map((hash) => right.indexOf(hash))), expected: [...expected] };
    },
    judge({ found, expected }) {
      expect(found, "wrong-value", "found").to.deep.equal(expected);
    },
  });

  const matches: Record<string, readonly [ask: (store: StoreScene, other: string, hashes: readonly Uint8Array[]) => Criteria, number[]]> = {
    "content-topic": [(store) => ({ contentTopics: [store.contentTopic] }), [0, 1]],
    "other-content-topic": [(_, other) => ({ contentTopics: [other] }), [2]],
    "both-content-topics": [(store, other) => ({ contentTopics: [store.contentTopic, other] }), [0, 1, 2]],
    "unknown-content-topic": [(_, other) => ({ contentTopics: [`${other}x`] }), []],
    "other-pubsub-topic": [(store) => ({ pubsubTopic: "/waku/2/rs/66/777", contentTopics: [store.contentTopic] }), []],
    hash: [(_store, _other, hashes) => ({ pubsubTopic: undefined, messageHashes: hashes.slice(1, 2) }), [1]],
    hashes: [(_store, _other, hashes) => ({ pubsubTopic: undefined, messageHashes: hashes }), [0, 1, 2]],
    "unknown-hash": [() => ({ pubsubTopic: undefined, messageHashes: [new Uint8Array(32).fill(3)] }), []],
  };
  check({
    ...ofStore,
    id: "store/wire-matching",
    title: "only entries that match are returned",
    requirements: ["13-STORE-38"],
    variants: matches,
    async observe(scene) {
      const store = await StoreScene.of(scene);
      const other = scene.freshContentTopic();
      const messages = [store.message(0), store.message(1), store.message(2, { contentTopic: other })];
      await store.fill(messages.slice(0, 2));
      await store.storedElsewhere(messages[2] as Message);
      const right = messages.map((message) => hashOf(store.pubsubTopic, message));
      const [ask, expected] = scene.variant;
      const criteria = ask(
        store,
        other,
        right.map((hash) => Buffer.from(hash, "hex")),
      );
      const { hashes, statusCode } = await store.query({ paginationForward: true, pubsubTopic: store.pubsubTopic, ...criteria });
      return { found: exact(hashes.map((hash) => right.indexOf(hash)).sort()), statusCode: exact(statusCode), expected };
    },
    judge({ found, expected }) {
      expect(found, "wrong-value", "found").to.deep.equal(expected);
    },
  });
});

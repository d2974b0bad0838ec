import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { BACKWARD, type Cursor, FORWARD, INVALID_CURSOR, LegacyStoreScene, ofLegacyStore, placesIn, summary } from "./legacy-scene.ts";

/** Ends a walk that does not end. */
const mostPages = 10;
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0xab);

describe("store service before version 3 on the wire: pages", () => {
  check({
    ...ofLegacyStore,
    id: "store/legacy-pages",
    title: "pages of a store before version 3 follow one another by their cursors, each oldest first, until all was given once",
    requirements: ["REC-STORE-04"],
    variants: { forward: FORWARD, backward: BACKWARD },
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      const messages = [0, 1, 2, 3, 4].map((after) => store.message(after));
      // Whatever the order of arrival.
      await store.fill(messages.toReversed());
      const pages: number[][] = [];
      let cursor: Cursor | undefined;
      do {
        const page = await store.query(store.all({ pagingInfo: { pageSize: 2n, direction: scene.variant, cursor } }));
        pages.push(placesIn(messages, page.messages));
        cursor = page.cursor;
      } while (cursor !== undefined && pages.length < mostPages);
      return { pages: exact(pages), forward: scene.variant === FORWARD };
    },
    judge({ pages, forward }) {
      expect(pages, "wrong-value", "pages").to.deep.equal(forward ? [[0, 1], [2, 3], [4]] : [[3, 4], [1, 2], [0]]);
    },
  });

  check({
    ...ofLegacyStore,
    id: "store/legacy-direction",
    title: "from which end a store before version 3 answers a query that names no direction",
    requirements: ["REC-STORE-04"],
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      const messages = [0, 1, 2].map((after) => store.message(after));
      await store.fill(messages);
      const answer = await store.query(store.all({ pagingInfo: { pageSize: 2n } }));
      return { query: summary(answer), found: exact(placesIn(messages, answer.messages)) };
    },
  });

  const cursors: Record<string, (known: Cursor) => Cursor> = {
    unknown: (known) => ({ ...known, digest: bytes(32) }),
    "other-time": ({ senderTime = 0n, receiverTime = 0n, ...known }) => ({
      ...known,
      senderTime: senderTime + 1n,
      receiverTime: receiverTime + 1n,
    }),
    short: (known) => ({ ...known, digest: bytes(31) }),
    long: (known) => ({ ...known, digest: bytes(33) }),
    "no-digest": (known) => ({ ...known, digest: undefined }),
    empty: () => ({}),
  };
  check({
    ...ofLegacyStore,
    id: "store/legacy-unknown-cursor",
    title: "a cursor that no stored message has is refused by a store before version 3 as one, and the next query is answered",
    requirements: ["REC-STORE-05"],
    variants: cursors,
    async observe(scene) {
      const store = await LegacyStoreScene.of(scene);
      await store.fill([0, 1].map((after) => store.message(after)));
      const page = (cursor?: Cursor) => store.query(store.all({ pagingInfo: { pageSize: 1n, direction: FORWARD, cursor } }));
      const { cursor = {} } = await page();
      const answer = await page(scene.variant(cursor));
      return { query: summary(answer), entries: exact(answer.messages.length), next: exact((await page(cursor)).messages.length) };
    },
    judge({ query, entries, next }) {
      expect(next, "no-answer", "next").to.equal(1);
      expect(entries, "accepted-invalid", "entries").to.equal(0);
      expect(query.error, "accepted-invalid", "query.error").to.equal(INVALID_CURSOR);
    },
  });
});

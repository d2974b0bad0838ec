import type { StoreQuery } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { StoreQueryRequest } from "../../rfc-checks/wire/store.ts";
import { storeClientAlone } from "../../topologies/index.ts";
import { answers, askings, requestsOf, serviceOf } from "../asking.ts";

const { store } = askings;
const pubsubTopic = "/waku/2/rs/66/0";
const contentTopics = ["/wire/1/unfit/proto"];
const messageHashes = ["33".repeat(32)];
const plain = { includeData: true, forward: true } as const;

/** What a request must not hold together, and what it must not hold alone. */
const unfit: Readonly<Record<string, StoreQuery>> = {
  "pubsub-topic-alone": { ...plain, pubsubTopic },
  "content-topics-alone": { ...plain, contentTopics },
  "hashes-and-topics": { ...plain, pubsubTopic, contentTopics, messageHashes },
  "hashes-and-times": { ...plain, messageHashes, timeStart: "1700000000001000000" },
};

describe("store client and what must not be asked", () => {
  check({
    id: "store/wire-client-unfit",
    revision: 2,
    title: "a client that is told to ask by criteria that do not go together sends no such request, and still asks a fair one",
    requirements: ["13-STORE-20", "13-STORE-24", "13-STORE-26"],
    subject: "client",
    topology: storeClientAlone,
    tags: ["#wire"],
    mutates: "connections",
    variants: unfit,
    async observe(scene) {
      const service = await serviceOf(scene, store, answers(store));
      // One that cannot be told to does not ask so, either.
      const query = await scene.subject.store?.query(scene.variant);
      await must("a fair query", store.ask(scene));
      const requests = requestsOf(service, store).map((bytes) => decode(StoreQueryRequest, bytes).value);
      const wrong = requests.filter((request) => {
        const { pubsubTopic: topic = "", contentTopics: topics = [], messageHashes: hashes = [], timeStart, timeEnd } = request;
        const content = topic !== "" || topics.length > 0;
        if (hashes.length > 0) return content || timeStart !== undefined || timeEnd !== undefined;
        return content && (topic === "" || topics.length === 0);
      });
      return { query: exact(query?.outcome ?? "unsupported"), asked: exact(requests.length > 0), wrong: exact(wrong.length) };
    },
    judge({ asked, wrong }) {
      expect(asked, "no-answer", "asked").to.equal(true);
      expect(wrong, "not-by-the-book", "wrong").to.equal(0);
    },
  });
});

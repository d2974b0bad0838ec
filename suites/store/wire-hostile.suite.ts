import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, type Step as FramingStep } from "../../rfc-checks/wire/hostile-framing.ts";
import { fieldsOf } from "../../rfc-checks/wire/schema.ts";
import { StoreQueryRequest } from "../../rfc-checks/wire/store.ts";
import { answered, ofStore, request, StoreScene, success } from "./wire-scene.ts";

/** The same noise in every run, so that names stay what they are. */
const seed = 13;
const example = {
  requestId: "hostile",
  includeData: true,
  pubsubTopic: "/waku/2/rs/66/0",
  contentTopics: ["/hostile/1/store/proto"],
  timeStart: 1n,
  timeEnd: 2n,
  messageHashes: [],
  paginationForward: true,
  paginationLimit: 5n,
} as const;
const all = hostileMessages(StoreQueryRequest, example, seed);
const fields = fieldsOf(StoreQueryRequest).map(([, { name }]) => name);
const fieldOf = (name: string): string => fields.find((field) => name.startsWith(`${field}-`)) ?? "whole";
const groups = Object.fromEntries([...fields, "whole"].map((field) => [field, all.filter(({ name }) => fieldOf(name) === field)]));

/** A stream that is neither written to nor ended is silent. */
const isPlayed = (step: FramingStep): step is Exclude<FramingStep, { wait: unknown }> => !("wait" in step);

describe("store service on the wire: hostile queries", () => {
  check({
    ...ofStore,
    id: "store/wire-hostile",
    title: "a store that was sent hostile queries still answers a fair one",
    requirements: ["13-STORE-32", "13-STORE-38"],
    mutates: "node",
    tags: ["#wire", "#hostile"],
    variants: groups,
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([store.message(0)]);
      const answers: Record<string, string> = {};
      for (const { name, bytes } of scene.variant) {
        const { outcome, statusCode } = answered(await store.play([{ write: frame(bytes) }, { close: true }]));
        answers[name] = statusCode === null ? outcome : `${outcome} ${statusCode}`;
      }
      const fair = await (await StoreScene.of(scene)).query(store.all());
      return { answers: exact(answers), fair: exact(fair.hashes.length), statusCode: exact(fair.statusCode) };
    },
    judge({ fair, statusCode }) {
      expect(success(statusCode), "no-answer", "statusCode").to.equal(true);
      expect(fair, "not-delivered", "fair").to.equal(1);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-hostile-framing",
    title: "a store that was sent broken frames still answers a fair query",
    requirements: ["10-WAKU2-01", "13-STORE-32"],
    mutates: "node",
    tags: ["#wire", "#hostile"],
    async observe(scene) {
      const store = await StoreScene.of(scene);
      await store.fill([store.message(0)]);
      const { settledMs } = scene.subject.capabilities.timings;
      // Side by side: some leave the stream open, and are waited for to the end.
      const answers = Object.fromEntries(
        await Promise.all(
          brokenFramings(request("broken", example)).map(
            async ({ name, steps }) => [name, answered(await store.play(steps.filter(isPlayed), settledMs)).statusCode] as const,
          ),
        ),
      );
      const fair = await (await StoreScene.of(scene)).query(store.all());
      return { answers: exact(answers), fair: exact(fair.hashes.length), statusCode: exact(fair.statusCode) };
    },
    judge({ fair, statusCode }) {
      expect(success(statusCode), "no-answer", "statusCode").to.equal(true);
      expect(fair, "not-delivered", "fair").to.equal(1);
    },
  });
});

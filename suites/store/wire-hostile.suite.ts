import type { Exchange, Muxer } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { fieldsOf } from "../../rfc-checks/wire/schema.ts";
import { StoreQueryRequest, storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { answersTo, eachMuxer, inputsOf, putAll, readable } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { answered, ofStore, request, StoreScene, strictly, success } from "./wire-scene.ts";

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

const code = (exchange: Exchange): number | null => answered(exchange).statusCode;

describe("store service on the wire: hostile queries", () => {
  check(
    measured({
      ...ofStore,
      id: "store/wire-hostile",
      revision: 2,
      title: "a store answers nothing with success that is no query, and still answers a fair one",
      requirements: ["10-WAKU2-01", "13-STORE-38", "CONN-05"],
      mutates: "node",
      tags: ["#wire", "#hostile"],
      variants: groups,
      async observe(scene) {
        const store = await StoreScene.of(scene);
        await store.fill([store.message(0)]);
        const answers: Record<string, string> = {};
        const accepted: string[] = [];
        for (const { name, bytes } of scene.variant) {
          const { outcome, statusCode } = answered(await store.play([{ write: frame(bytes) }, { close: true }]));
          answers[name] = statusCode === null ? outcome : `${outcome} ${statusCode}`;
          if (success(statusCode) && strictly(StoreQueryRequest, bytes).value === undefined) accepted.push(name);
        }
        const fair = await (await StoreScene.of(scene)).query(store.all());
        return { answers: exact(answers), accepted: set(accepted), fair: exact(fair.hashes.length), statusCode: exact(fair.statusCode) };
      },
      judge({ accepted, fair, statusCode }) {
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(success(statusCode), "no-answer", "statusCode").to.equal(true);
        expect(fair, "not-delivered", "fair").to.equal(1);
      },
    }),
  );

  check(
    measured({
      ...ofStore,
      id: "store/wire-hostile-framing",
      revision: 2,
      title: "a query is answered in every fair framing and in no broken one, and the store still answers another peer",
      requirements: ["10-WAKU2-01", "CONN-05"],
      mutates: "node",
      tags: ["#wire", "#hostile"],
      variants: eachMuxer,
      meaningful: ({ service }, muxer) => service?.muxers.includes(muxer) === true,
      async observe(scene: Scene<Muxer>) {
        const store = await StoreScene.of(scene);
        await store.fill([store.message(0)]);
        const put = (framings: typeof brokenFramings, ms?: number) => {
          const inputs = inputsOf(framings(request(scene.freshKey(), store.all())));
          return putAll(scene, storeQueryProtocol, inputs, scene.variant, ms);
        };
        const { callMs } = scene.subject.capabilities.timings;
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        const other = await (await StoreScene.of(scene)).query(store.all());
        return {
          answers: answersTo([...fair, ...many, ...broken], (one) => code(one)?.toString()),
          refused: set(fair.filter(([, one]) => !success(code(one))).map(([name]) => name)),
          accepted: set(broken.filter(([name, one]) => !readable.has(name) && success(code(one))).map(([name]) => name)),
          fair: exact(other.hashes.length),
          statusCode: exact(other.statusCode),
        };
      },
      judge({ refused, accepted, fair, statusCode }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(success(statusCode), "no-answer", "statusCode").to.equal(true);
        expect(fair, "not-delivered", "fair").to.equal(1);
      },
    }),
  );
});

import type { Exchange, Muxer } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { HistoryRpc, legacyStoreProtocol } from "../../rfc-checks/wire/legacy-store.ts";
import type { MessageSchema } from "../../rfc-checks/wire/schema.ts";
import { answersTo, eachMuxer, groupsOf, inputsOf, ofGroup, putAll, readable } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { strictly } from "../strictly.ts";
import { answered, FORWARD, LegacyStoreScene, NONE, ofLegacyStore, summary } from "./legacy-scene.ts";

/** The same noise in every run, so that names stay what they are. */
const seed = 13;
/** What a request is made of. */
const Request = { name: HistoryRpc.name, fields: { 1: HistoryRpc.fields[1], 2: HistoryRpc.fields[2] } } as const satisfies MessageSchema;
const example = {
  requestId: "hostile",
  query: {
    pubsubTopic: "/waku/2/rs/66/0",
    contentFilters: [{ contentTopic: "/hostile/1/store/proto" }],
    pagingInfo: {
      pageSize: 5n,
      cursor: { digest: new Uint8Array(32).fill(1), receiverTime: 1n, senderTime: 1n, pubsubTopic: "/waku/2/rs/66/0" },
      direction: FORWARD,
    },
    startTime: 1n,
    endTime: 2n,
  },
} as const;

const errorIn = (exchange: Exchange): string | undefined => answered(exchange).error?.toString();

describe("store service before version 3 on the wire: hostile queries", () => {
  check(
    measured({
      ...ofLegacyStore,
      id: "store/legacy-hostile",
      title: "a store before version 3 answers nothing with success that is no query, and still answers another peer",
      requirements: ["10-WAKU2-01", "CONN-05"],
      mutates: "node",
      tags: ["#wire", "#hostile"],
      variants: groupsOf(Request),
      async observe(scene) {
        const store = await LegacyStoreScene.of(scene);
        await store.fill([store.message(0)]);
        const messages = ofGroup(Request, hostileMessages(Request, example, seed), scene.variant);
        const inputs = messages.map(({ name, bytes }) => ({ name, script: () => [{ write: frame(bytes) }, { close: true as const }] }));
        // Nobody leaves before the answer: one that comes late is no question of hostile bytes.
        const exchanges = await putAll(scene, legacyStoreProtocol, inputs, undefined, scene.subject.capabilities.timings.callMs);
        const noQuery = new Set(messages.filter(({ bytes }) => !strictly(HistoryRpc, bytes).value?.query).map(({ name }) => name));
        const fair = await (await LegacyStoreScene.of(scene)).query(store.all());
        return {
          answers: answersTo(exchanges, errorIn),
          accepted: set(exchanges.filter(([name, one]) => noQuery.has(name) && answered(one).error === NONE).map(([name]) => name)),
          fair: summary(fair),
          found: exact(fair.messages.length),
        };
      },
      judge({ accepted, fair, found }) {
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(fair.outcome, "no-answer", "fair.outcome").to.equal("answered");
        expect(found, "not-delivered", "found").to.equal(1);
      },
    }),
  );

  check(
    measured({
      ...ofLegacyStore,
      id: "store/legacy-framing",
      title:
        "a query of the versions before 3 is answered in every fair framing and in no broken one, and the store still answers another peer",
      requirements: ["10-WAKU2-01", "CONN-05"],
      mutates: "node",
      tags: ["#wire", "#hostile"],
      variants: eachMuxer,
      meaningful: (cast, muxer) => ofLegacyStore.meaningful(cast) && cast.service?.muxers.includes(muxer) === true,
      async observe(scene: Scene<Muxer>) {
        const store = await LegacyStoreScene.of(scene);
        await store.fill([store.message(0)]);
        const put = (framings: typeof brokenFramings, ms?: number) => {
          const inputs = inputsOf(framings(encode(HistoryRpc, { requestId: scene.freshKey(), query: store.all() })));
          return putAll(scene, legacyStoreProtocol, inputs, scene.variant, ms);
        };
        const { callMs } = scene.subject.capabilities.timings;
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        const found = await (await LegacyStoreScene.of(scene)).query(store.all());
        const succeeded = (exchange: Exchange): boolean => answered(exchange).error === NONE;
        return {
          answers: answersTo([...fair, ...many, ...broken], errorIn),
          refused: set(fair.filter(([, one]) => !succeeded(one)).map(([name]) => name)),
          accepted: set(broken.filter(([name, one]) => !readable.has(name) && succeeded(one)).map(([name]) => name)),
          fair: summary(found),
          found: exact(found.messages.length),
        };
      },
      judge({ refused, accepted, fair, found }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(fair.outcome, "no-answer", "fair.outcome").to.equal("answered");
        expect(found, "not-delivered", "found").to.equal(1);
      },
    }),
  );
});

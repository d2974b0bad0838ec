import type { Exchange } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeType, filterPushProtocol, filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { answersTo, eachMuxer, groupsOf, inputsOf, ofGroup, putAll, readable } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { answered, client, isSuccess, ofService, strictly, subscribe, subscribeRequest } from "./wire-scene.ts";

const { SUBSCRIBE, UNSUBSCRIBE } = FilterSubscribeType.values;
const seed = 12;

const example = (scene: Scene<unknown>): ValueOf<typeof FilterSubscribeRequest> => ({
  ...{ requestId: scene.freshKey(), filterSubscribeType: SUBSCRIBE },
  ...{ pubsubTopic: scene.pubsubTopic, contentTopics: [scene.freshContentTopic()] },
});

/** Not a request, or one of those that 12-FILTER-25 and -30 have refused. */
function breaksRules(bytes: Uint8Array): boolean {
  const { value } = strictly(FilterSubscribeRequest, bytes);
  if (!value) return true;
  const { filterSubscribeType = 0, pubsubTopic = "", contentTopics = [] } = value;
  const hasCriteria = filterSubscribeType === SUBSCRIBE || filterSubscribeType === UNSUBSCRIBE;
  return hasCriteria && (pubsubTopic === "" || contentTopics.length === 0);
}

const code = (exchange: Exchange): number | null => answered(exchange).statusCode.value;
const succeeded = (exchange: Exchange): boolean => isSuccess(code(exchange));
const said = (exchange: Exchange): string | undefined => code(exchange)?.toString();

/** Does the service still serve somebody who did nothing wrong? */
const another = async (scene: Scene<unknown>) =>
  answered(
    await subscribe(await client(scene), scene.subject, subscribeRequest(scene.freshKey(), scene.pubsubTopic, [scene.freshContentTopic()])),
  );

describe("filter service and hostile peers", () => {
  check(
    measured({
      ...ofService,
      id: "filter/wire-hostile-request",
      revision: 2,
      title: "no request that breaks a rule is answered with success, and the service still serves another peer",
      requirements: ["12-FILTER-01", "12-FILTER-25", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: groupsOf(FilterSubscribeRequest),
      async observe(scene) {
        const messages = ofGroup(FilterSubscribeRequest, hostileMessages(FilterSubscribeRequest, example(scene), seed), scene.variant);
        const inputs = messages.map((message) => ({
          name: message.name,
          script: () => [{ write: frame(message.bytes) }, { close: true as const }],
          alone: (strictly(FilterSubscribeRequest, message.bytes).value?.contentTopics ?? []).length > 1,
        }));
        const exchanges = await putAll(scene, filterSubscribeProtocol, inputs);
        const wrong = new Set(messages.filter(({ bytes }) => breaksRules(bytes)).map(({ name }) => name));
        return {
          answers: answersTo(exchanges, said),
          accepted: set(exchanges.filter(([name, exchange]) => wrong.has(name) && succeeded(exchange)).map(([name]) => name)),
          other: await another(scene),
        };
      },
      judge({ accepted, other }) {
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(other.outcome, "no-answer", "other.outcome").to.equal("answered");
        expect(isSuccess(other.statusCode), "refused-valid", "other.statusCode").to.equal(true);
      },
    }),
  );

  check(
    measured({
      ...ofService,
      id: "filter/wire-framing",
      title: "a request is taken in every fair framing and in no broken one, and the service still serves another peer",
      requirements: ["10-WAKU2-01", "12-FILTER-01", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: eachMuxer,
      meaningful: ({ service }, muxer) => service?.muxers.includes(muxer) === true,
      async observe(scene) {
        const { callMs } = scene.subject.capabilities.timings;
        const put = async (framings: typeof brokenFramings, ms?: number) => {
          const inputs = inputsOf(framings(encode(FilterSubscribeRequest, example(scene))));
          return putAll(scene, filterSubscribeProtocol, inputs, scene.variant, ms);
        };
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        return {
          answers: answersTo([...fair, ...many, ...broken], said),
          refused: set(fair.filter(([, exchange]) => !succeeded(exchange)).map(([name]) => name)),
          accepted: set(broken.filter(([name, exchange]) => !readable.has(name) && succeeded(exchange)).map(([name]) => name)),
          other: await another(scene),
        };
      },
      judge({ refused, accepted, other }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(other.outcome, "no-answer", "other.outcome").to.equal("answered");
        expect(isSuccess(other.statusCode), "refused-valid", "other.statusCode").to.equal(true);
      },
    }),
  );

  check({
    ...ofService,
    id: "filter/wire-near-misses",
    title: "which protocol ids that are almost filter-subscribe's open a stream",
    requirements: ["12-FILTER-01"],
    tags: ["#wire"],
    mutates: "nothing",
    async observe(scene) {
      const probe = await client(scene, { paced: false });
      const ids = nearMisses(filterSubscribeProtocol).filter((id) => id !== filterPushProtocol);
      const { callMs: ms } = scene.subject.capabilities.timings;
      const opened = [];
      for (const id of [filterSubscribeProtocol, ...ids]) {
        const { outcome } = await probe.exchange(scene.subject.peerId, id, [{ close: true }], { ms });
        if (outcome !== "refused") opened.push(id);
      }
      return { opened: set(opened) };
    },
  });
});

import type { Exchange, Probe } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import {
  FilterSubscribeRequest,
  FilterSubscribeType,
  filterPushProtocol,
  filterSubscribeProtocol,
  MessagePush,
} from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { type HostileMessage, hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { anothers, answersTo, eachMuxer, groupsOf, ofGroup, putAll, readable, scriptOf } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { relayPeer } from "../relay-peer.ts";
import { requestsTo } from "../requests.ts";
import { wireMessage } from "../wire-message.ts";
import { answered, client, isSuccess, ofService, pushedTo, receiver, strictly, subscribe, subscribeRequest } from "./wire-scene.ts";

const { SUBSCRIBE, UNSUBSCRIBE } = FilterSubscribeType.values;
const seed = 12;

const contentTopicOf = (own: string): string => `/waku-conformance/1/${own}/proto`;

/** @param own stands in the content topic, which tells one request from another */
const example = (scene: Scene<unknown>, own: string): ValueOf<typeof FilterSubscribeRequest> => ({
  ...{ requestId: scene.freshKey(), filterSubscribeType: SUBSCRIBE },
  ...{ pubsubTopic: scene.pubsubTopic, contentTopics: [contentTopicOf(own)] },
});

/** The content topic that a request asks for, or that it would ask for if it could be read. */
function wantedBy(bytes: Uint8Array, own: string): string {
  const plain = contentTopicOf(own);
  // Of many, the first; one that is very long goes into no message.
  const named = strictly(FilterSubscribeRequest, bytes).value?.contentTopics ?? [];
  return named.find((topic) => topic.startsWith(plain) && topic.length < 2 * plain.length) ?? plain;
}

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

/** Was it told that it was not served? Silence tells nothing. */
const failed = (exchange: Exchange): boolean => code(exchange) !== null && !succeeded(exchange);

/** Peers that put requests, and take what they are pushed for them. */
const takers = () => {
  const probes: Probe[] = [];
  const ready = async (probe: Probe) => {
    probes.push(probe);
    await probe.serve(filterPushProtocol, () => [{ close: true }]);
  };
  const pushed = () =>
    new Set(
      probes.flatMap((probe) =>
        requestsTo(probe, filterPushProtocol).map((push) => strictly(MessagePush, push).value?.wakuMessage?.contentTopic),
      ),
    );
  return { ready, pushed };
};

/**
 * Does the service still serve somebody who did nothing wrong? And whom does it push what is published for those whom it refused?
 * @param refused content topics, by the name of the request
 */
async function afterwards(scene: Scene<unknown>, { pushed }: ReturnType<typeof takers>, refused: readonly (readonly [string, string])[]) {
  const [probe, gossip, marker] = [await receiver(scene), await relayPeer(scene), scene.freshContentTopic()];
  const answer = answered(await subscribe(probe, scene.subject, subscribeRequest(scene.freshKey(), scene.pubsubTopic, [marker])));
  const publish = (contentTopic: string) => gossip.publish(scene.pubsubTopic, encode(WakuMessage, wireMessage(scene, { contentTopic })));
  for (const [, contentTopic] of refused) publish(contentTopic);
  publish(marker);
  const [pushes = exact(0)] = isSuccess(answer.statusCode.value) ? await pushedTo(scene, probe, [marker]) : [];
  const strayed = pushed();
  return {
    kept: set(refused.filter(([, contentTopic]) => strayed.has(contentTopic)).map(([name]) => name)),
    other: { ...answer, pushes },
  };
}

interface Other {
  readonly outcome: string;
  readonly statusCode: number | null;
  readonly pushes: number;
}

function demandServed({ outcome, statusCode, pushes }: Other): void {
  expect(outcome, "no-answer", "other.outcome").to.equal("answered");
  expect(isSuccess(statusCode), "refused-valid", "other.statusCode").to.equal(true);
  expect(pushes, "answered-success-no-effect", "other.pushes").to.equal(1);
}

describe("filter service and hostile peers", () => {
  check(
    measured({
      ...ofService,
      id: "filter/wire-hostile-request",
      revision: 3,
      title: "no request that breaks a rule is answered with success or has an effect, and the service still serves another peer",
      requirements: ["12-FILTER-01", "12-FILTER-24", "12-FILTER-25", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: groupsOf(FilterSubscribeRequest),
      async observe(scene) {
        const [peers, own] = [takers(), scene.freshKey()];
        const messages = ofGroup(FilterSubscribeRequest, hostileMessages(FilterSubscribeRequest, example(scene, own), seed), scene.variant);
        const marks = new Map(messages.map(({ name }) => [name, scene.freshKey()]));
        const bytesOf = ({ name, bytes }: HostileMessage) => anothers(bytes, own, marks.get(name) ?? own);
        const inputs = messages.map((message) => ({
          name: message.name,
          script: () => [{ write: frame(bytesOf(message)) }, { close: true as const }],
          alone: (strictly(FilterSubscribeRequest, message.bytes).value?.contentTopics ?? []).length > 1,
        }));
        const { settledMs } = scene.subject.capabilities.timings;
        const exchanges = await putAll(scene, filterSubscribeProtocol, inputs, undefined, settledMs, peers.ready);
        const wrong = new Set(messages.filter(({ bytes }) => breaksRules(bytes)).map(({ name }) => name));
        const refused = new Set(exchanges.filter(([name, exchange]) => wrong.has(name) || failed(exchange)).map(([name]) => name));
        const wanted = messages.flatMap((one) =>
          refused.has(one.name) ? [[one.name, wantedBy(bytesOf(one), marks.get(one.name) ?? own)] as const] : [],
        );
        return {
          answers: answersTo(exchanges, said),
          accepted: set(exchanges.filter(([name, exchange]) => wrong.has(name) && succeeded(exchange)).map(([name]) => name)),
          ...(await afterwards(scene, peers, wanted)),
        };
      },
      judge({ accepted, kept, other }) {
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(kept, "refused-with-effect", "kept").to.deep.equal([]);
        demandServed(other);
      },
    }),
  );

  check(
    measured({
      ...ofService,
      id: "filter/wire-framing",
      revision: 2,
      title:
        "a request is taken in every fair framing and in no broken one, which has no effect either, and the service still serves another peer",
      requirements: ["10-WAKU2-01", "12-FILTER-01", "12-FILTER-24", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: eachMuxer,
      meaningful: ({ service }, muxer) => service?.muxers.includes(muxer) === true,
      async observe(scene) {
        const [peers, marks] = [takers(), new Map<string, string>()];
        const { callMs, settledMs } = scene.subject.capabilities.timings;
        const put = async (framings: typeof brokenFramings, ms = settledMs) => {
          const names = framings(Uint8Array.of(0)).map(({ name }) => name);
          const inputs = names.map((name, index) => {
            const own = scene.freshKey();
            marks.set(name, contentTopicOf(own));
            const scripts = framings(encode(FilterSubscribeRequest, example(scene, own)));
            return { name, script: () => scriptOf(scripts[index] ?? { name, steps: [] }) };
          });
          return putAll(scene, filterSubscribeProtocol, inputs, scene.variant, ms, peers.ready);
        };
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        const unreadable = broken.filter(([name]) => !readable.has(name));
        return {
          answers: answersTo([...fair, ...many, ...broken], said),
          refused: set(fair.filter(([, exchange]) => !succeeded(exchange)).map(([name]) => name)),
          accepted: set(unreadable.filter(([, exchange]) => succeeded(exchange)).map(([name]) => name)),
          ...(await afterwards(
            scene,
            peers,
            unreadable.map(([name]) => [name, marks.get(name) ?? ""] as const),
          )),
        };
      },
      judge({ refused, accepted, kept, other }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(kept, "refused-with-effect", "kept").to.deep.equal([]);
        demandServed(other);
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

import type { Muxer, Script } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { filterPushProtocol, filterSubscribeProtocol, MessagePush } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { byteByByte, type Cut, inOneWrite, inTwoWrites } from "../../rfc-checks/wire/pieces.ts";
import { answered, client, isSuccess, leaves, ofService, strictly, subscribe, subscribeRequest, unframed } from "./wire-scene.ts";

interface Way {
  readonly muxer: Muxer;
  readonly cut: Cut;
}
const cuts = { "in-one-write": inOneWrite, "in-two-writes": inTwoWrites, "byte-by-byte": byteByByte };
const ways: Record<string, Way> = Object.fromEntries(
  (["yamux", "mplex"] as const).flatMap((muxer) => Object.entries(cuts).map(([name, cut]) => [`${muxer}-${name}`, { muxer, cut }])),
);

describe("filter service on the wire", () => {
  check({
    ...ofService,
    id: "filter/wire-subscribe",
    title: "a SUBSCRIBE is answered with its request id and success, however its bytes come",
    requirements: ["10-WAKU2-01", "12-FILTER-01", "12-FILTER-08", "12-FILTER-09", "12-FILTER-10", "12-FILTER-24"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: ways,
    meaningful: ({ service }, { muxer }) => service?.muxers.includes(muxer) === true,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const probe = await client(scene, { muxer: variant.muxer });
      const requestId = scene.freshKey();
      const request = subscribeRequest(requestId, pubsubTopic, [scene.freshContentTopic()]);
      const exchange = await probe.exchange(subject.peerId, filterSubscribeProtocol, [...variant.cut(request), { close: true }], {
        ms: subject.capabilities.timings.callMs,
      });
      const { requestId: echoed, ...subscribe } = answered(exchange);
      return {
        subscribe,
        sameRequestId: exact(echoed === requestId),
        framed: exact(exchange.bytes.length > 0 && unframed(exchange) === 0),
      };
    },
    judge({ subscribe, sameRequestId, framed }) {
      expect(subscribe.outcome, "no-answer", "subscribe.outcome").to.equal("answered");
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
      expect(isSuccess(subscribe.statusCode), "wrong-status-code", "subscribe.statusCode").to.equal(true);
      expect(subscribe.deviations, "not-by-the-book", "subscribe.deviations").to.deep.equal([]);
      expect(framed, "wrong-value", "framed").to.equal(true);
    },
  });

  const garbage = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
  const bad: Record<string, (request: Uint8Array) => Script> = {
    undecodable: () => [{ write: frame(garbage) }, { close: true }],
    empty: () => [{ write: frame(new Uint8Array()) }, { close: true }],
    "no-prefix": (request) => [{ write: request.subarray(1) }, { close: true }],
    "cut-short": (request) => [{ write: request.subarray(0, request.length - 3) }, { close: true }],
    "reset-midway": (request) => [{ write: request.subarray(0, 5) }, { reset: true }],
    "huge-length": () => [{ write: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3) }, { close: true }],
    "endless-length": () => [{ write: new Uint8Array(64).fill(0xff) }, { close: true }],
  };
  check({
    ...ofService,
    id: "filter/wire-undecodable",
    title: "bytes that are no request are not answered with success, and the service still serves another peer",
    requirements: ["10-WAKU2-01", "12-FILTER-01", "CONN-05"],
    tags: ["#wire"],
    mutates: "node",
    variants: bad,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const [probe, other] = [await client(scene), await client(scene)];
      const request = () => subscribeRequest(scene.freshKey(), pubsubTopic, [scene.freshContentTopic()]);
      const exchange = await probe.exchange(subject.peerId, filterSubscribeProtocol, variant(request()), {
        ms: subject.capabilities.timings.callMs,
      });
      return { bad: answered(exchange), other: answered(await subscribe(other, subject, request())) };
    },
    judge({ bad, other }) {
      expect(isSuccess(bad.statusCode), "accepted-invalid", "bad.statusCode").to.equal(false);
      expect(other.outcome, "no-answer", "other.outcome").to.equal("answered");
      expect(isSuccess(other.statusCode), "refused-valid", "other.statusCode").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "filter/wire-push",
    title: "a push is one MessagePush with the pubsub topic and the message as it was published",
    requirements: ["12-FILTER-39", "12-FILTER-40", "12-FILTER-41", "12-FILTER-21"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const [probe, publisher] = [await scene.probe(), await scene.probe()];
      const [contentTopic, gossip] = [scene.freshContentTopic(), await publisher.gossip()];
      await probe.serve(filterPushProtocol, () => [{ close: true }]);
      for (const one of [probe, publisher]) await must("connecting", meet(one, subject));
      leaves(scene, probe);
      gossip.announce([pubsubTopic]);
      await must("joining the relay network", gossip.attach(subject.peerId));
      const subscribed = await subscribe(probe, subject, subscribeRequest(scene.freshKey(), pubsubTopic, [contentTopic]));
      const sent = encode(WakuMessage, {
        payload: Buffer.from("pushed"),
        contentTopic,
        version: 0,
        timestamp: nowNs(),
        meta: Buffer.from("meta"),
        ephemeral: true,
      });
      gossip.publish(pubsubTopic, sent);
      const [push] = await poll(
        async () => probe.recorded(filterPushProtocol),
        (streams) => (streams[0]?.frames.length ?? 0) > 0,
        subject.capabilities.timings.deliveryMs,
      );
      const { value, deviations } = strictly(MessagePush, push?.frames[0] ?? new Uint8Array());
      return {
        subscribe: answered(subscribed),
        frames: exact(push?.frames.length ?? 0),
        deviations: set(deviations),
        pubsubTopic: exact(value?.pubsubTopic === pubsubTopic),
        unchanged: exact(Buffer.from(encode(WakuMessage, value?.wakuMessage ?? {})).equals(sent)),
      };
    },
    judge({ subscribe, frames, deviations, pubsubTopic, unchanged }) {
      expect(subscribe.outcome, "no-answer", "subscribe.outcome").to.equal("answered");
      expect(frames, "not-delivered", "frames").to.equal(1);
      expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
      expect(pubsubTopic, "wrong-value", "pubsubTopic").to.equal(true);
      expect(unchanged, "field-changed", "unchanged").to.equal(true);
    },
  });
});

import type { Muxer } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { demandProof } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { byteByByte } from "../../rfc-checks/wire/pieces.ts";
import { wireMessage } from "../wire-message.ts";
import {
  answered,
  client,
  ofService,
  type Push,
  protocolOf,
  push,
  pushBytes,
  relayed,
  serves,
  type Version,
  witness,
} from "./wire-scene.ts";

interface Way {
  readonly version: Version;
  readonly muxer: Muxer;
}
const versions: Record<string, Version> = { v2: 2, v3: 3 };
const ways: Record<string, Way> = Object.fromEntries(
  Object.entries(versions).flatMap(([name, version]) =>
    (["yamux", "mplex"] as const).map((muxer) => [`${name}-${muxer}`, { version, muxer }]),
  ),
);

interface Fault {
  readonly version: Version;
  readonly malformed: boolean;
  bytes(scene: Scene<unknown>, push: Required<Push>): Uint8Array;
}
const faults: Record<string, (scene: Scene<unknown>, push: Required<Push>, version: Version) => Uint8Array> = {
  "no-message": (_, { requestId, pubsubTopic }, version) => pushBytes(version, { requestId, pubsubTopic }),
  "no-pubsub-topic": (_, { requestId, message }, version) => pushBytes(version, { requestId, message }),
  "no-content-topic": (_, given, version) => pushBytes(version, { ...given, message: { ...given.message, contentTopic: "" } }),
  "meta-too-long": (_, given, version) => pushBytes(version, { ...given, message: { ...given.message, meta: new Uint8Array(65) } }),
  "shard-not-served": (scene, given, version) => pushBytes(version, { ...given, pubsubTopic: scene.freshPubsubTopic() }),
  "named-topic": (_, given, version) => pushBytes(version, { ...given, pubsubTopic: "/waku/2/default-waku/proto" }),
};
/** Those that no service could read as a request, whatever it serves. */
const malformed: readonly string[] = ["no-message", "no-content-topic", "meta-too-long"];
const faulty: Record<string, Fault> = Object.fromEntries(
  Object.entries(versions).flatMap(([name, version]) =>
    Object.entries(faults).map(([fault, bytes]) => [
      `${name}-${fault}`,
      {
        version,
        malformed: malformed.includes(fault),
        bytes: (scene: Scene<unknown>, given: Required<Push>) => bytes(scene, given, version),
      },
    ]),
  ),
);

describe("lightpush service on the wire", () => {
  check({
    ...ofService,
    id: "lightpush/wire-relayed",
    revision: 2,
    title: "a push that comes byte by byte is answered with success and relayed as it was sent, once",
    requirements: ["10-WAKU2-01", "19-LPV2-01", "19-LPV2-02", "19-LPV2-03", "19-LPV3-01", "19-LPV3-02", "19-LPV3-06"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: ways,
    meaningful: (cast, { version, muxer }) => serves(cast, version) && cast.service?.muxers.includes(muxer) === true,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const [gossip, probe] = [await witness(scene), await client(scene, { muxer: variant.muxer })];
      const [message, requestId] = [wireMessage(scene), scene.freshKey()];
      const bytes = frame(pushBytes(variant.version, { requestId, pubsubTopic, message }));
      const exchange = await probe.exchange(subject.peerId, protocolOf[variant.version], [...byteByByte(bytes), { close: true }], {
        ms: subject.capabilities.timings.callMs,
      });
      const { requestId: echoed, relayPeerCount, ...answer } = answered(variant.version, exchange);
      await relayed(scene, gossip, message.contentTopic ?? "");
      // A second copy has come when a push that follows it has.
      const next = wireMessage(scene);
      const again = answered(
        variant.version,
        await push(
          probe,
          subject,
          variant.version,
          pushBytes(variant.version, { requestId: scene.freshKey(), pubsubTopic, message: next }),
        ),
      );
      const all = await relayed(scene, gossip, next.contentTopic ?? "");
      const came = all.filter((one) => one.contentTopic === message.contentTopic);
      return {
        answer,
        counted: exact((relayPeerCount.value ?? 0) > 0),
        sameRequestId: exact(echoed === requestId),
        copies: exact(came.length),
        proof: exact(again.success.value === true && all.some((one) => one.contentTopic === next.contentTopic)),
        unchanged: exact(came[0] !== undefined && Buffer.from(encode(WakuMessage, came[0])).equals(encode(WakuMessage, message))),
      };
    },
    judge({ answer, counted, copies, proof, unchanged }, { variant }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(answer.deviations, "not-by-the-book", "answer.deviations").to.deep.equal([]);
      expect(answer.success, "refused-valid", "answer.success").to.equal(true);
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
      demandProof(proof);
      expect(unchanged, "field-changed", "unchanged").to.equal(true);
      if (variant?.version === 3) expect(counted, "wrong-value", "counted").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "lightpush/wire-refused",
    title: "a push that cannot be served is answered with an error and relayed nowhere, and the next one is served",
    revision: 2,
    requirements: ["14-MESSAGE-02", "14-MESSAGE-03", "19-LPV2-04", "19-LPV3-04", "19-LPV3-05", "19-LPV3-07", "19-LPV3-08", "19-LPV3-10"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: faulty,
    meaningful: (cast, { version }) => serves(cast, version),
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const { version } = variant;
      const [gossip, probe, requestId] = [await witness(scene), await client(scene), scene.freshKey()];
      const [message, next] = [wireMessage(scene), wireMessage(scene)];
      const exchange = await push(probe, subject, version, variant.bytes(scene, { requestId, pubsubTopic, message }));
      const { requestId: echoed, ...answer } = answered(version, exchange);
      const proof = answered(version, await push(probe, subject, version, pushBytes(version, { requestId, pubsubTopic, message: next })));
      const came = await relayed(scene, gossip, next.contentTopic ?? "");
      const payloads = came.map(({ payload }) => Buffer.from(payload ?? []).toString());
      const count = ({ payload }: typeof message) => payloads.filter((one) => one === Buffer.from(payload ?? []).toString()).length;
      return {
        answer,
        sameRequestId: exact(echoed === requestId),
        described: exact((answer.statusDesc ?? "") !== ""),
        proof: { success: proof.success, copies: exact(count(next)) },
        leaked: exact(count(message)),
      };
    },
    judge({ answer, proof, leaked, described }, { variant }) {
      expect(leaked, "accepted-invalid", "leaked").to.equal(0);
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(answer.success, "accepted-invalid", "answer.success").to.equal(false);
      expect(answer.deviations, "not-by-the-book", "answer.deviations").to.deep.equal([]);
      expect(answer.relayPeerCount ?? 0, "wrong-value", "answer.relayPeerCount").to.equal(0);
      if (variant?.version === 2) expect(described, "wrong-value", "described").to.equal(true);
      else if (variant?.malformed) expect(answer.statusCode, "wrong-status-code", "answer.statusCode").to.equal(400);
      expect(proof, "not-delivered", "proof").to.deep.equal({ success: true, copies: 1 });
    },
  });

  check({
    ...ofService,
    id: "lightpush/wire-no-relay-peers",
    title: "a push to a service without relay peers is answered with an error and no count of peers",
    requirements: ["19-LPV2-04", "19-LPV3-05", "19-LPV3-07", "19-LPV3-12"],
    tags: ["#wire"],
    mutates: "node",
    variants: versions,
    meaningful: serves,
    async observe(scene) {
      const { subject, variant: version, pubsubTopic } = scene;
      const [probe, requestId] = [await client(scene), scene.freshKey()];
      const exchange = await push(probe, subject, version, pushBytes(version, { requestId, pubsubTopic, message: wireMessage(scene) }));
      const { requestId: echoed, ...answer } = answered(version, exchange);
      return { answer, sameRequestId: exact(echoed === requestId) };
    },
    judge({ answer }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(answer.success, "accepted-invalid", "answer.success").to.equal(false);
      expect(answer.relayPeerCount ?? 0, "wrong-value", "answer.relayPeerCount").to.equal(0);
    },
  });

  const sizes = { "149-kb": 149_000, "151-kib": 151 * 1_024, "900-kb": 900_000 };
  const large: Record<string, { readonly version: Version; readonly size: number }> = Object.fromEntries(
    Object.entries(versions).flatMap(([name, version]) =>
      Object.entries(sizes).map(([called, size]) => [`${name}-${called}`, { version, size }]),
    ),
  );
  check({
    ...ofService,
    id: "lightpush/wire-size",
    title: "what a push of a payload around and above the size limit is answered with, and with what request id",
    requirements: ["19-LPV2-06", "19-LPV3-09", "19-LPV3-16", "64-NET-30"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: large,
    meaningful: (cast, { version }) => serves(cast, version),
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const { version, size } = scene.variant;
      const [gossip, probe, requestId] = [await witness(scene), await client(scene), scene.freshKey()];
      const message = wireMessage(scene, { payload: new Uint8Array(size).fill(0x61) });
      const exchange = await push(probe, subject, version, pushBytes(version, { requestId, pubsubTopic, message }));
      const { requestId: echoed, ...answer } = answered(version, exchange);
      const came = answer.success.value ? await relayed(scene, gossip, message.contentTopic ?? "") : [];
      return {
        answer,
        sameRequestId: exact(echoed === requestId),
        copies: exact(came.filter(({ contentTopic }) => contentTopic === message.contentTopic).length),
      };
    },
  });
});

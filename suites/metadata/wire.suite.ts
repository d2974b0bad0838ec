import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { NotApplicable } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode, encode, WireError } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { encodeMetadata, Metadata, type MetadataMessage, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { byteByByte, type Cut, inOneWrite, inTwoWrites } from "../../rfc-checks/wire/pieces.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { measured } from "../measured.ts";
import { requestsTo } from "../requests.ts";
import { comes, leaves, stays } from "./kept-peers.ts";
import { nextRequest } from "./next-request.ts";

const ofAnyone = {
  subject: "node",
  topology: anyoneAlone,
  mutates: "connections",
  tags: ["#wire"],
  meaningful: has("node", "metadata"),
} as const;
const own = { clusterId: 66, shards: [0] };

/** Fields 1 and 2, as 66 has them. */
function byTheBook(bytes: Uint8Array | undefined): ValueOf<typeof Metadata> {
  try {
    return bytes === undefined ? {} : decode(Metadata, bytes).value;
  } catch (error) {
    if (error instanceof WireError) return {};
    throw error;
  }
}

/** A probe that answers metadata requests with this, or not at all; connected to the subject. */
async function answering(scene: Scene<unknown>, answer: MetadataMessage | undefined, field3: boolean) {
  const probe = await scene.probe({ metadata: false });
  await probe.serve(metadataProtocol, () =>
    answer === undefined ? [] : [{ write: frame(encodeMetadata(answer, { field3 })) }, { close: true }],
  );
  await comes(scene, probe);
  return probe;
}

const ask = async (scene: Scene<unknown>, bytes: Uint8Array, cut: Cut = inOneWrite) => {
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  return probe.exchange(scene.subject.peerId, metadataProtocol, [...cut(frame(bytes)), { close: true }], {
    ms: scene.subject.capabilities.timings.callMs,
  });
};

describe("metadata on the wire", () => {
  check({
    ...ofAnyone,
    id: "metadata/wire-answer",
    title: "a request is answered by one message with the cluster in field 1, however its bytes come",
    requirements: ["66-META-01", "66-META-07", "10-WAKU2-01"],
    variants: { "in-one-write": inOneWrite, "in-two-writes": inTwoWrites, "byte-by-byte": byteByByte },
    async observe(scene) {
      const { outcome, frames, bytes } = await ask(scene, encodeMetadata(own, { field3: true }), scene.variant);
      const whole = frames.reduce((sum, one) => sum + frame(one).length, 0);
      return { outcome: exact(outcome), clusterId: exact(byTheBook(frames[0]).clusterId ?? null), unframed: exact(bytes.length - whole) };
    },
    judge({ outcome, clusterId, unframed }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(clusterId, "wrong-value", "clusterId").to.equal(66);
      expect(unframed, "wrong-value", "unframed").to.equal(0);
    },
  });

  check({
    ...ofAnyone,
    id: "metadata/wire-shards",
    title: "a relay that serves others lists its shards in field 2",
    requirements: ["66-META-01", "66-META-10"],
    meaningful: (cast) => has("node", "metadata")(cast) && has("node", "relay")(cast) && has("node", "filter-service")(cast),
    async observe(scene) {
      const { outcome, frames } = await ask(scene, encodeMetadata(own, { field3: true }));
      return { outcome: exact(outcome), shards: exact(byTheBook(frames[0]).shards ?? []) };
    },
    judge({ outcome, shards }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(shards, "not-by-the-book", "shards").to.deep.equal([0]);
    },
  });

  check({
    ...ofAnyone,
    id: "metadata/wire-request",
    title: "a node that asks for metadata puts its own into the request",
    requirements: ["66-META-02", "66-META-07"],
    async observe(scene) {
      const asked = await nextRequest(scene, await answering(scene, own, true));
      if (asked === undefined) throw new NotApplicable("it does not ask a peer that connects to it");
      return { clusterId: exact(byTheBook(asked).clusterId ?? null), shards: exact(byTheBook(asked).shards ?? []) };
    },
    judge({ clusterId }) {
      expect(clusterId, "wrong-value", "clusterId").to.equal(66);
    },
  });

  check({
    ...ofAnyone,
    id: "metadata/wire-asks",
    revision: 2,
    title: "whether a node asks a peer that connects for the first time, and again when it is back",
    requirements: ["66-META-03", "66-META-04"],
    async observe(scene) {
      const probe = await answering(scene, own, true);
      const first = (await nextRequest(scene, probe)) !== undefined;
      const before = requestsTo(probe, metadataProtocol).length;
      await leaves(scene, probe);
      await meet(probe, scene.subject);
      const again = (await nextRequest(scene, probe, before)) !== undefined;
      return { first: exact(first), again: exact(again) };
    },
  });

  check({
    ...ofAnyone,
    id: "metadata/wire-other-cluster",
    title: "whether a node parts from a peer of another cluster, of none, or that does not answer",
    requirements: ["66-META-12"],
    variants: {
      other: { clusterId: 67, shards: [0] },
      zero: { clusterId: 0, shards: [0] },
      none: { shards: [0] },
      silent: undefined,
    } as Record<string, MetadataMessage | undefined>,
    async observe(scene) {
      return { stays: exact(await stays(scene, await answering(scene, scene.variant, true))) };
    },
  });

  check({
    ...ofAnyone,
    id: "metadata/wire-other-shards",
    title: "a node keeps a peer of its cluster whose shards are others",
    requirements: ["66-META-13"],
    variants: {
      none: { shards: [], field3: true },
      "one-other": { shards: [5], field3: true },
      several: { shards: [0, 5, 1_023], field3: true },
      "in-field-2-alone": { shards: [5], field3: false },
    },
    async observe(scene) {
      const { shards, field3 } = scene.variant;
      return { stays: exact(await stays(scene, await answering(scene, { clusterId: 66, shards }, field3))) };
    },
    judge({ stays }) {
      expect(stays, "disconnected", "stays").to.equal(true);
    },
  });

  check(
    measured({
      ...ofAnyone,
      id: "metadata/wire-hostile",
      revision: 3,
      title: "a node answers hostile metadata requests, where it does, with its cluster, and still a fair one",
      requirements: ["66-META-01", "66-META-07", "CONN-05"],
      mutates: "node",
      tags: ["#wire", "#hostile"],
      async observe(scene) {
        const answers: Record<string, string> = {};
        const astray: string[] = [];
        const { peerId, capabilities } = scene.subject;
        for (const { name, bytes } of hostileMessages(Metadata, own, 66)) {
          const probe = await scene.probe();
          await must("connecting", meet(probe, scene.subject));
          const script = [{ write: frame(bytes) }, { close: true }] as const;
          const { outcome, frames } = await probe.exchange(peerId, metadataProtocol, script, { ms: capabilities.timings.settledMs });
          // Whether the stream or its connection ends first is chance.
          const unanswered = outcome === "timeout" ? outcome : "ended";
          const told = frames[0] && byTheBook(frames[0]).clusterId;
          answers[name] = frames[0] === undefined ? unanswered : `${outcome} ${told}`;
          if (frames[0] !== undefined && told !== own.clusterId) astray.push(name);
          await probe.close();
        }
        const fair = await ask(scene, encode(Metadata, own));
        return { answers: exact(answers), astray: set(astray), clusterId: exact(byTheBook(fair.frames[0]).clusterId ?? null) };
      },
      judge({ astray, clusterId }) {
        expect(astray, "wrong-value", "astray").to.deep.equal([]);
        expect(clusterId, "no-answer", "clusterId").to.equal(66);
      },
    }),
  );
});

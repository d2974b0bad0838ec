import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { demandOk, demandRefusal, expected, seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals, relayedTo } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { differences } from "../../rfc-checks/rules/message.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { pair } from "../../topologies/index.ts";

type Relays = Record<"publisher" | "subscriber", StartedWakuNode>;
const bytes = (length: number): string => Buffer.alloc(length, 0xa5).toString("base64");
/** Values that 14 allows; every field absent, at its edges and in between. */
const allowed: Record<string, () => WakuMessageJson> = {
  "payload-1-byte": () => ({ payload: bytes(1) }),
  "payload-64-kib": () => ({ payload: bytes(64 * 1024) }),
  "payload-every-byte": () => ({ payload: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("base64") }),
  "version-0": () => ({ version: 0 }),
  "version-1": () => ({ version: 1 }),
  "version-7": () => ({ version: 7 }),
  "version-max": () => ({ version: 4_294_967_295 }),
  "timestamp-now": () => ({ timestamp: nowNs().toString() }),
  "timestamp-nanoseconds": () => ({ timestamp: (nowNs() + 123_457n).toString() }),
  "timestamp-1": () => ({ timestamp: "1" }),
  "timestamp-max": () => ({ timestamp: "9223372036854775807" }),
  "timestamp-negative": () => ({ timestamp: "-1" }),
  "meta-1-byte": () => ({ meta: bytes(1) }),
  "meta-64-bytes": () => ({ meta: bytes(64) }),
  "ephemeral-true": () => ({ ephemeral: true }),
  "ephemeral-false": () => ({ ephemeral: false }),
  "all-fields": () => ({ version: 1, timestamp: nowNs().toString(), meta: bytes(32), ephemeral: true }),
};

describe("relay: fields of a message", () => {
  check({
    id: "relay/message-fields",
    title: "a message arrives with the fields it was published with",
    requirements: ["14-MESSAGE-01", "14-MESSAGE-10", "14-MESSAGE-12", "14-MESSAGE-15"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    variants: allowed,
    async observe({ nodes, pubsubTopic, freshContentTopic, message, variant }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      const sent = message({ contentTopic, ...variant() });
      const publish = seen(await publisher.relay?.publish(pubsubTopic, sent));
      const [came] = await arrivals(subscriber, "relay", pubsubTopic, contentTopic, expected(publish));
      const cut = subscriber.capabilities.timestampResolutionNs;
      return {
        publish,
        arrived: exact(came !== undefined),
        changed: set(came ? differences(rounded(sent, cut), came) : []),
        received: came ? { ...came, payload: `${came.payload?.length} characters` } : null,
      };
    },
    judge({ publish, arrived, changed }) {
      demandOk(publish, "publish");
      expect(arrived, "answered-success-no-effect", "arrived").to.equal(true);
      expect(changed, "field-changed", "changed").to.deep.equal([]);
    },
  });

  check({
    id: "relay/message-without-timestamp",
    title: "what a publisher does with a message that has no timestamp",
    requirements: ["14-MESSAGE-05"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      const { timestamp: _, ...sent } = message({ contentTopic });
      const publish = seen(await publisher.relay?.publish(pubsubTopic, sent));
      const [came] = await arrivals(subscriber, "relay", pubsubTopic, contentTopic, expected(publish));
      return {
        publish,
        arrived: exact(came !== undefined),
        timestamp: exact(came === undefined ? "none" : came.timestamp ? "filled in" : "left out"),
      };
    },
  });

  check({
    id: "relay/message-out-of-form",
    title: "what a publisher does with a message that 14 does not allow, and whether a neighbour gets it",
    requirements: ["14-MESSAGE-02", "14-MESSAGE-03"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    variants: {
      "meta-65-bytes": (contentTopic: string): WakuMessageJson => ({ contentTopic, meta: bytes(65) }),
      "meta-1-kib": (contentTopic: string): WakuMessageJson => ({ contentTopic, meta: bytes(1024) }),
      "content-topic-empty": (): WakuMessageJson => ({ contentTopic: "" }),
    },
    async observe({ nodes, pubsubTopic, freshContentTopic, message, variant }) {
      const { publisher, subscriber } = nodes as Relays;
      const own = freshContentTopic();
      const sent = message(variant(own));
      const publish = seen(await publisher.relay?.publish(pubsubTopic, sent));
      const marker = freshContentTopic();
      await publisher.relay?.publish(pubsubTopic, message({ contentTopic: marker }));
      const proof = await arrivals(subscriber, "relay", pubsubTopic, marker);
      const all = await relayedTo(subscriber, pubsubTopic);
      return { publish, proof: exact(proof.length), leaked: exact(all.filter(({ payload }) => payload === sent.payload).length) };
    },
    judge({ publish, proof, leaked }) {
      expect(proof, "not-delivered", "proof").to.equal(1);
      expect(leaked, publish.outcome === "ok" ? "accepted-invalid" : "refused-with-effect", "leaked").to.equal(0);
      demandRefusal(publish, "answered-success-no-effect", "publish");
    },
  });

  check({
    id: "relay/content-topic-free",
    title: "on a static shard any content topic is relayed",
    requirements: ["23-TOPICS-05"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    variants: {
      "one-word": "abc",
      "waku-1": "/waku/1/0x007f80ff/rfc26",
      "non-ascii": "/проба/1/тема/прото",
      spaces: "/an app/1/a topic/proto",
      generation: "/0/app/1/topic/proto",
      "2-kib": `/app/1/${"t".repeat(2048)}/proto`,
    },
    async observe({ nodes, pubsubTopic, message, variant }) {
      const { publisher, subscriber } = nodes as Relays;
      const publish = seen(await publisher.relay?.publish(pubsubTopic, message({ contentTopic: variant })));
      const came = await arrivals(subscriber, "relay", pubsubTopic, variant, expected(publish));
      return { publish, arrived: exact(came.length > 0) };
    },
  });
});

/** A message as an API shows it whose timestamps are no finer than this. */
function rounded(message: WakuMessageJson, resolutionNs: number): WakuMessageJson {
  if (message.timestamp === undefined || resolutionNs === 1) return message;
  const unit = BigInt(resolutionNs);
  return { ...message, timestamp: ((BigInt(message.timestamp) / unit) * unit).toString() };
}

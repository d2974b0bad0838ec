import { hexToBytes } from "@noble/hashes/utils";
import fc from "fast-check";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type HashedMessage, messageHash } from "../../rfc-checks/rules/message-hash.ts";
import hashVectors from "../../rfc-checks/vectors/message-hash.json" with { type: "json" };
import { publishes } from "../functions.ts";
import { sampled } from "../random-inputs.ts";

const ofPublished = publishes("messageHash");

interface Asked extends HashedMessage {
  readonly name: string;
  readonly pubsubTopic: string;
}

const published: readonly Asked[] = hashVectors.vectors.map(({ id, pubsubTopic, payload, contentTopic, meta, timestamp }) => ({
  ...{ name: id, pubsubTopic, payload: hexToBytes(payload), contentTopic },
  ...(meta !== null && { meta: hexToBytes(meta) }),
  ...(timestamp !== null && { timestamp: BigInt(timestamp) }),
}));

const text = fc.string({ maxLength: 40, unit: "grapheme" });
/** Any attribute empty, and those that are optional absent. */
const random = fc.record(
  {
    ...{ pubsubTopic: text, payload: fc.uint8Array({ maxLength: 300 }), contentTopic: text },
    ...{ meta: fc.uint8Array({ maxLength: 64 }), timestamp: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }) },
  },
  { requiredKeys: ["pubsubTopic", "payload", "contentTopic"], noNullPrototype: true },
);

/** Names of messages of which a participant gives another hash, and that hash. */
async function wrongOf(subject: StartedWakuNode, messages: readonly Asked[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, pubsubTopic, payload, contentTopic, meta, timestamp } of messages) {
    const right = Buffer.from(messageHash(pubsubTopic, { payload, contentTopic, meta, timestamp })).toString("hex");
    const answer = await subject.rules?.messageHash(pubsubTopic, {
      payload: Buffer.from(payload).toString("base64"),
      contentTopic,
      ...(meta && { meta: Buffer.from(meta).toString("base64") }),
      ...(timestamp !== undefined && { timestamp: timestamp.toString() }),
    });
    if (answer?.value !== right) wrong.push(`${name}: ${answer?.value ?? answer?.outcome}`);
  }
  return wrong;
}

describe("message hash as a function", () => {
  check({
    ...ofPublished,
    id: "store/function-hash",
    title: "the hash of a message is the one of the vectors, and of random messages the one of the rule",
    requirements: ["14-MESSAGE-17", "14-MESSAGE-18", "14-MESSAGE-19"],
    async observe({ subject }) {
      const messages = sampled(random, 100).map((message, index) => ({ name: `random-${index}`, ...message }));
      const wrong = await wrongOf(subject, [...published.filter(({ timestamp }) => timestamp !== 0n), ...messages]);
      return { agrees: exact(wrong.length === 0), wrong };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });

  check({
    ...ofPublished,
    id: "store/function-hash-zero",
    title: "whether a timestamp of 0 counts in the hash of a message",
    requirements: ["14-MESSAGE-18"],
    async observe({ subject }) {
      const wrong = await wrongOf(
        subject,
        published.filter(({ timestamp }) => timestamp === 0n),
      );
      return { left: exact(wrong.length) };
    },
  });

  check({
    ...ofPublished,
    id: "store/function-hash-negative",
    title: "whether a timestamp before 1970 counts with its two's complement in the hash of a message",
    requirements: ["14-MESSAGE-17"],
    async observe({ subject }) {
      const before = [-1n, -(2n ** 31n), -(2n ** 63n)].map((timestamp) => ({
        ...{
          name: `${timestamp}`,
          pubsubTopic: "/waku/2/rs/66/0",
          payload: hexToBytes("0102"),
          contentTopic: "/app/1/name/proto",
          timestamp,
        },
      }));
      return { wrong: exact(await wrongOf(subject, before)) };
    },
  });
});

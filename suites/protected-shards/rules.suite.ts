import { hexToBytes } from "@noble/hashes/utils";
import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type SignedFields, signMessage } from "../../rfc-checks/rules/signed-message.ts";
import vectors from "../../rfc-checks/vectors/signed-messages.json" with { type: "json" };
import { anyoneAlone } from "../../topologies/index.ts";

const privateKey = vectors.keys[0]?.private as string;
const published: readonly SignedFields[] = vectors.vectors.map(({ pubsubTopic, payload, contentTopic, timestamp, ephemeral }) => ({
  ...{ pubsubTopic, contentTopic, ephemeral },
  payload: hexToBytes(payload),
  timestamp: BigInt(timestamp),
}));
/** Half of all signatures have s in the upper half before they are made canonical. */
const random = 16;

const jsonOf = ({ payload, contentTopic, timestamp, ephemeral }: SignedFields): WakuMessageJson => ({
  payload: Buffer.from(payload).toString("base64"),
  contentTopic,
  timestamp: timestamp.toString(),
  ...(ephemeral !== undefined && { ephemeral }),
});

describe("protected shards: signing as a function", () => {
  check({
    id: "protected-shards/function-sign",
    title: "the signature of a message is the one of the vectors, and of the rule for random messages",
    requirements: ["57-PSK-02", "57-PSK-03"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    tags: ["#psk"],
    meaningful: ({ node }) => node?.functions.includes("signMessage") === true,
    async observe({ subject, freshKey }) {
      const made = Array.from(
        { length: random },
        (_, index): SignedFields => ({
          pubsubTopic: `/waku/2/rs/66/${index}`,
          payload: hexToBytes(freshKey()),
          contentTopic: `/waku-conformance/1/${freshKey().slice(0, 8)}/proto`,
          timestamp: BigInt(`0x${freshKey().slice(0, 15)}`),
          ephemeral: index % 2 === 0,
        }),
      );
      const wrong: string[] = [];
      for (const fields of [...published, ...made]) {
        const right = Buffer.from(signMessage(fields, hexToBytes(privateKey))).toString("hex");
        const answer = await subject.rules?.signMessage(fields.pubsubTopic, jsonOf(fields), privateKey);
        if (answer?.value !== right)
          wrong.push(`${fields.pubsubTopic} ${fields.timestamp}: ${answer?.value ?? answer?.outcome}, not ${right}`);
      }
      return { agrees: exact(wrong.length === 0), wrong };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });
});

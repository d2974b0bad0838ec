import { hexToBytes } from "@noble/hashes/utils";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { packPayload } from "../../rfc-checks/rules/payload.ts";
import vectors from "../../rfc-checks/vectors/payload.json" with { type: "json" };
import { encryptedVersion, messageOf, ofBase64, ofPublished, payloads, same, sealedBy, type Way, wayNames, ways } from "./payload-scene.ts";

describe("encrypted payloads as a function", () => {
  for (const name of wayNames) {
    const way: Way = ways[name];

    check({
      ...ofPublished,
      id: `payload/function-encrypt-${name}`,
      title: `what is encrypted is opened by the rule, ${name} key`,
      requirements: ["26-PAYLOAD-01", way.requirement],
      async observe({ subject }) {
        const wrong: number[] = [];
        for (const payload of payloads)
          if (!same((await sealedBy(subject, way, payload)).plainText?.payload, payload)) wrong.push(payload.length);
        return { wrong: exact(wrong) };
      },
      judge({ wrong }) {
        expect(wrong, "not-by-the-book", "wrong").to.deep.equal([]);
      },
    });

    check({
      ...ofPublished,
      id: `payload/function-decrypt-${name}`,
      title: `what the rule encrypts is read, over vectors and random payloads, ${name} key`,
      requirements: ["26-PAYLOAD-01", way.requirement],
      async observe({ subject }) {
        const wrong: string[] = [];
        const sealed = [
          ...vectors.vectors
            .filter(({ signed }) => !signed)
            .map((vector) => [hexToBytes(vector.payload), hexToBytes(vector[name])] as const),
          ...payloads.map((payload) => [payload, way.seal(packPayload(payload))] as const),
        ];
        for (const [payload, data] of sealed) {
          const answer = await subject.rules?.decrypt(messageOf(data, encryptedVersion), way.decrypting);
          if (!same(answer?.value && ofBase64(answer.value.payload), payload)) wrong.push(`${payload.length}: ${answer?.outcome}`);
        }
        return { wrong: exact(wrong) };
      },
      judge({ wrong }) {
        expect(wrong, "refused-valid", "wrong").to.deep.equal([]);
      },
    });

    check({
      ...ofPublished,
      id: `payload/function-tampered-${name}`,
      title: `what was changed on its way, or encrypted for another, is not opened, ${name} key`,
      requirements: [way.requirement],
      async observe({ subject }) {
        const data = way.seal(packPayload(hexToBytes("aabb")));
        const taken: string[] = [];
        const offer = async (what: string, changed: Uint8Array, key = way.decrypting) => {
          if ((await subject.rules?.decrypt(messageOf(changed, encryptedVersion), key))?.outcome !== "refused") taken.push(what);
        };
        for (let at = 1; at < data.length; at += 7)
          await offer(
            `byte ${at}`,
            data.map((byte, index) => (index === at ? byte ^ 1 : byte)),
          );
        for (const size of [0, 11, 12, 28, 64, 112, data.length - 1]) await offer(`${size} bytes`, data.slice(0, size));
        await offer("another key", data, way.stranger);
        return { taken: set(taken) };
      },
      judge({ taken }) {
        expect(taken, "accepted-invalid", "taken").to.deep.equal([]);
      },
    });
  }
});

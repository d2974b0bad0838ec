import { secp256k1 } from "@noble/curves/secp256k1";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { payloadBlockBytes } from "../../rfc-checks/rules/limits.ts";
import { packPayload } from "../../rfc-checks/rules/payload.ts";
import vectors from "../../rfc-checks/vectors/payload.json" with { type: "json" };
import { encryptedVersion, messageOf, ofBase64, ofPublished, payloads, same, sealedBy, wayNames, ways } from "./payload-scene.ts";

const { signer } = vectors.keys;
const signerPublic = bytesToHex(secp256k1.getPublicKey(signer, false));
const way = ways.symmetric;
/** The difference between the two forms of v. */
const vOffset = 27;

describe("plain text of encrypted payloads as a function", () => {
  check({
    ...ofPublished,
    id: "payload/function-padding",
    title: "the plain text is a multiple of 256 bytes",
    requirements: ["26-PAYLOAD-07"],
    async observe({ subject }) {
      const unaligned: number[] = [];
      for (const payload of payloads) {
        const { bytes: size } = await sealedBy(subject, way, payload);
        if (size === null || size % payloadBlockBytes !== 0) unaligned.push(payload.length);
      }
      return { unaligned: exact(unaligned) };
    },
    judge({ unaligned }) {
      expect(unaligned, "wrong-value", "unaligned").to.deep.equal([]);
    },
  });

  check({
    ...ofPublished,
    id: "payload/function-version",
    title: "a message with an encrypted payload is of version 1",
    requirements: ["14-MESSAGE-13", "26-PAYLOAD-09"],
    async observe({ subject }) {
      const versions: (number | null)[] = [];
      for (const name of wayNames) versions.push((await sealedBy(subject, ways[name], hexToBytes("aabb"))).version);
      return { versions: exact(versions) };
    },
    judge({ versions }) {
      expect(versions, "wrong-value", "versions").to.deep.equal(wayNames.map(() => encryptedVersion));
    },
  });

  check({
    ...ofPublished,
    id: "payload/function-other-version",
    title: "whether an encrypted payload is opened in a message of another version",
    requirements: ["26-PAYLOAD-09"],
    variants: { absent: undefined, "0": 0, "2": 2 },
    async observe({ subject, variant }) {
      const data = way.seal(packPayload(hexToBytes("aabb")));
      const answer = await subject.rules?.decrypt(messageOf(data, variant), way.decrypting);
      return { outcome: exact(answer?.outcome) };
    },
  });

  check({
    ...ofPublished,
    id: "payload/function-sign",
    title: "what is signed is signed over the Keccak-256 of all before the signature, with r, s and v in their places",
    requirements: ["26-PAYLOAD-02", "26-PAYLOAD-03", "26-PAYLOAD-04"],
    async observe({ subject }) {
      const wrong: number[] = [];
      const forms = new Set<string>();
      for (const payload of payloads) {
        const { plainText } = await sealedBy(subject, way, payload, signer);
        const { v = -1, publicKey } = plainText?.signature ?? {};
        if (!same(plainText?.payload, payload) || !same(publicKey, hexToBytes(signerPublic))) wrong.push(payload.length);
        forms.add(v >= vOffset ? "27 or 28" : v >= 0 ? "0 or 1" : "none");
      }
      return { wrong: exact(wrong), v: set(forms) };
    },
    judge({ wrong }) {
      expect(wrong, "not-by-the-book", "wrong").to.deep.equal([]);
    },
  });

  check({
    ...ofPublished,
    id: "payload/function-v",
    title: "which forms of v give a signer",
    requirements: ["26-PAYLOAD-04"],
    variants: { "27-or-28": vOffset, "0-or-1": 0 },
    async observe({ subject, variant }) {
      const signed = packPayload(hexToBytes("aabb"), hexToBytes(signer));
      const data = way.seal(signed.fill((signed.at(-1) ?? 0) - vOffset + variant, -1));
      const answer = await subject.rules?.decrypt(messageOf(data, encryptedVersion), way.decrypting);
      return {
        outcome: exact(answer?.outcome),
        payload: exact(same(ofBase64(answer?.value?.payload), hexToBytes("aabb"))),
        signer: exact(answer?.value?.signer === signerPublic),
      };
    },
  });

  check({
    ...ofPublished,
    id: "payload/function-plain-text-malformed",
    title: "what is made of a plain text that 26 does not allow",
    requirements: ["26-PAYLOAD-01"],
    async observe({ subject }) {
      const answers: Record<string, string> = {};
      for (const { plainText, fault } of vectors.malformed) {
        const answer = await subject.rules?.decrypt(messageOf(way.seal(hexToBytes(plainText)), encryptedVersion), way.decrypting);
        answers[`${fault}: ${plainText.slice(0, 8)}`] = answer?.value
          ? `${ofBase64(answer.value.payload).length} bytes`
          : `${answer?.outcome}`;
      }
      return { answers: exact(answers) };
    },
  });
});

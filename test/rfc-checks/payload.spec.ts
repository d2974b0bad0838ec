import { createCipheriv, createECDH, createHash, createHmac } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1";
import * as ecies from "@waku/message-encryption/ecies";
import * as symmetric from "@waku/message-encryption/symmetric";
import { expect } from "chai";
import fc from "fast-check";
import { packPayload, readPayload } from "../../rfc-checks/rules/payload.ts";
import { decryptAsymmetric, decryptSymmetric, encryptAsymmetric, encryptSymmetric } from "../../rfc-checks/rules/payload-encryption.ts";
import vectors from "../../rfc-checks/vectors/payload.json" with { type: "json" };
import { bytes, hex } from "./support/bytes.ts";

fc.configureGlobal({ seed: 66 });

const keys = {
  symmetric: bytes(vectors.keys.symmetric),
  signer: bytes(vectors.keys.signer),
  receiver: bytes(vectors.keys.receiver),
  ephemeral: bytes(vectors.keys.ephemeral),
};
const [nonce, iv] = [bytes(vectors.nonce), bytes(vectors.iv)];
const signer = hex(secp256k1.getPublicKey(keys.signer, false));
const receiver = secp256k1.getPublicKey(keys.receiver, false);

/** What a reading says, in hex. */
function read(plainText: Uint8Array): unknown {
  const reading = readPayload(plainText);
  if ("fault" in reading) return reading;
  const { payload, signature } = reading.plainText;
  return {
    payload: hex(payload),
    ...(signature && { v: signature.v, signer: signature.publicKey && hex(signature.publicKey) }),
  };
}

describe("vectors: encrypted payloads", () => {
  for (const { id, payload, signed, plainText, symmetric, asymmetric } of vectors.vectors) {
    it(`${id}: plain text`, () => {
      expect(hex(packPayload(bytes(payload), signed ? keys.signer : undefined))).to.equal(plainText);
      expect(read(bytes(plainText))).to.deep.include({ payload, ...(signed && { signer }) });
      expect((plainText.length / 2) % 256).to.equal(0);
    });

    it(`${id}: AES-256-GCM`, () => {
      expect(hex(encryptSymmetric(bytes(plainText), keys.symmetric, nonce))).to.equal(symmetric);
      expect(hex(decryptSymmetric(bytes(symmetric), keys.symmetric) ?? new Uint8Array())).to.equal(plainText);
      // Not by the library that the rule uses.
      const cipher = createCipheriv("aes-256-gcm", keys.symmetric, nonce);
      const text = Buffer.concat([cipher.update(bytes(plainText)), cipher.final()]);
      expect(hex(Buffer.concat([text, cipher.getAuthTag(), nonce]))).to.equal(symmetric);
    });

    it(`${id}: ECIES`, () => {
      expect(hex(encryptAsymmetric(bytes(plainText), receiver, keys.ephemeral, iv))).to.equal(asymmetric);
      expect(hex(decryptAsymmetric(bytes(asymmetric), keys.receiver) ?? new Uint8Array())).to.equal(plainText);
      const ephemeral = createECDH("secp256k1");
      ephemeral.setPrivateKey(keys.ephemeral);
      const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
      const derived = sha256(Uint8Array.of(0, 0, 0, 1), ephemeral.computeSecret(receiver));
      const sealed = Buffer.concat([iv, createCipheriv("aes-128-ctr", derived.subarray(0, 16), iv).update(bytes(plainText))]);
      const mac = createHmac("sha256", sha256(derived.subarray(16)))
        .update(sealed)
        .digest();
      expect(hex(Buffer.concat([ephemeral.getPublicKey(), sealed, mac]))).to.equal(asymmetric);
    });
  }

  for (const { plainText, fault } of vectors.malformed)
    it(`plain text ${plainText.slice(0, 8) || "of no bytes"}… of ${plainText.length / 2}: ${fault}`, () => {
      expect(readPayload(bytes(plainText))).to.eql({ fault });
    });
});

describe("encrypted payloads", () => {
  const payload = fc.uint8Array({ maxLength: 600 });
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((candidate) => secp256k1.utils.isValidPrivateKey(candidate));

  it("come back from either encryption, with the signer", () => {
    fc.assert(
      fc.property(payload, key, key, fc.boolean(), (data, secret, own, signed) => {
        const plainText = packPayload(data, signed ? own : undefined);
        const opened = [
          decryptSymmetric(encryptSymmetric(plainText, secret, nonce), secret),
          decryptAsymmetric(encryptAsymmetric(plainText, secp256k1.getPublicKey(own), secret, iv), own),
        ];
        for (const text of opened)
          expect(read(text ?? new Uint8Array())).to.deep.include({
            payload: hex(data),
            ...(signed && { signer: hex(secp256k1.getPublicKey(own, false)) }),
          });
      }),
      { numRuns: 25 },
    );
  });

  it("do not open when a byte is another, or with another key", () => {
    const plainText = packPayload(bytes("aabb"));
    const sealed = {
      symmetric: encryptSymmetric(plainText, keys.symmetric, nonce),
      asymmetric: encryptAsymmetric(plainText, receiver, keys.ephemeral, iv),
    };
    const flipped = (data: Uint8Array, at: number) => data.map((byte, index) => (index === at ? byte ^ 1 : byte));
    for (let at = 0; at < sealed.symmetric.length; at += 16)
      expect(decryptSymmetric(flipped(sealed.symmetric, at), keys.symmetric)).to.equal(undefined);
    for (let at = 0; at < sealed.asymmetric.length; at += 16)
      expect(decryptAsymmetric(flipped(sealed.asymmetric, at), keys.receiver)).to.equal(undefined);
    expect(decryptSymmetric(sealed.symmetric, keys.signer)).to.equal(undefined);
    expect(decryptAsymmetric(sealed.asymmetric, keys.signer)).to.equal(undefined);
    for (const size of [0, 12, 65, 97]) {
      expect(decryptSymmetric(sealed.symmetric.subarray(0, size), keys.symmetric)).to.equal(undefined);
      expect(decryptAsymmetric(sealed.asymmetric.subarray(0, size), keys.receiver)).to.equal(undefined);
    }
  });

  it("have a signer by either form of v, and none by another", () => {
    const plainText = packPayload(bytes("aabb"), keys.signer);
    const withV = (v: number) => Uint8Array.of(...plainText.subarray(0, -1), v);
    const v = plainText.at(-1) as number;
    expect(v).to.be.oneOf([27, 28]);
    expect(read(withV(v - 27))).to.eql({ payload: "aabb", v: v - 27, signer });
    expect(read(withV(55 - v))).not.to.deep.include({ signer });
    expect(read(withV(35))).to.eql({ payload: "aabb", v: 35, signer: undefined });
  });

  it("are not packed beyond the length that the flags can say", () => {
    expect(() => packPayload({ length: 2 ** 24 } as Uint8Array)).to.throw(RangeError);
  });

  // A second implementation, of somebody else's.
  it("are what another library packs, encrypts and reads", async () => {
    for (const size of [0, 1, 189, 254, 256, 70_000]) {
      const data = new Uint8Array(size).fill(7);
      const theirs = await symmetric.preCipher(data, keys.signer);
      expect(read(theirs)).to.deep.include({ payload: hex(data), signer });
      expect(hex(decryptSymmetric(await symmetric.encryptSymmetric(theirs, keys.symmetric), keys.symmetric) ?? new Uint8Array())).to.equal(
        hex(theirs),
      );
      expect(hex(decryptAsymmetric(await ecies.encryptAsymmetric(theirs, receiver), keys.receiver) ?? new Uint8Array())).to.equal(
        hex(theirs),
      );
      const ours = packPayload(data);
      const opened = [
        await symmetric.decryptSymmetric(encryptSymmetric(ours, keys.symmetric, nonce), keys.symmetric),
        await ecies.decryptAsymmetric(encryptAsymmetric(ours, receiver, keys.ephemeral, iv), keys.receiver),
      ];
      for (const text of opened) expect(hex(symmetric.postCipher(text)?.payload ?? new Uint8Array())).to.equal(hex(data));
    }
  });
});

import { secp256k1 } from "@noble/curves/secp256k1";
import { expect } from "chai";
import fc from "fast-check";
import { signsMessage, twinOf, verifies } from "../../rfc-checks/rules/ecdsa.ts";
import { appMessageHash, faultOfSigned, messageToSign, type SignedFields, signMessage } from "../../rfc-checks/rules/signed-message.ts";
import { hex } from "./support/bytes.ts";

fc.configureGlobal({ seed: 66 });

const privateKey = new Uint8Array(32).fill(7);
const publicKey = secp256k1.getPublicKey(privateKey);
const now = 1_700_000_000_000_000_000n;
const second = 1_000_000_000n;
const window = 300n * second;

const fields: fc.Arbitrary<SignedFields> = fc.record({
  pubsubTopic: fc.constantFrom("/waku/2/rs/0/7", "/waku/2/rs/16/32"),
  payload: fc.uint8Array({ minLength: 1 }),
  contentTopic: fc.string({ minLength: 1, unit: "grapheme" }),
  timestamp: fc.bigInt({ min: now - window, max: now + window }),
  ephemeral: fc.boolean(),
});
const example: SignedFields = { pubsubTopic: "/waku/2/rs/16/32", payload: Uint8Array.of(1), contentTopic: "/a/1/b/c", timestamp: now };
const signed = (message: SignedFields) => ({ ...message, meta: signMessage(message, privateKey) });
const faultAt = (timestamp: bigint) => faultOfSigned(signed({ ...example, timestamp }), publicKey, now);

describe("signed messages", () => {
  it("are accepted as they were signed, and rejected with any field changed", () => {
    fc.assert(
      fc.property(fields, (message) => {
        const sent = signed(message);
        expect(faultOfSigned(sent, publicKey, now)).to.equal(undefined);
        for (const change of [
          { pubsubTopic: `${message.pubsubTopic}0` },
          { payload: Uint8Array.of(...message.payload, 0) },
          { contentTopic: `${message.contentTopic}x` },
          { timestamp: message.timestamp + (message.timestamp < now ? 1n : -1n) },
          { ephemeral: !message.ephemeral },
          { meta: sent.meta.map((byte, at) => (at === 63 ? byte ^ 1 : byte)) },
        ])
          expect(faultOfSigned({ ...sent, ...change }, publicKey, now), Object.keys(change)[0]).to.equal("wrong-signature");
      }),
      { numRuns: 15 },
    );
  });

  it("are the same whether ephemeral is absent or false", () => {
    expect(appMessageHash({ ...example, ephemeral: false })).to.eql(appMessageHash(example));
    expect(appMessageHash({ ...example, ephemeral: true })).not.to.eql(appMessageHash(example));
  });

  it("have low s: the other half is never what is signed", () => {
    fc.assert(
      fc.property(fields, (message) => {
        expect(BigInt(`0x${hex(signMessage(message, privateKey)).slice(64)}`) <= secp256k1.Point.Fn.ORDER / 2n).to.equal(true);
      }),
      { numRuns: 30 },
    );
  });

  it("are accepted up to 300 s off the clock, either way", () => {
    for (const offset of [0n, window, -window, 290n * second, -290n * second])
      expect(faultAt(now + offset), `${offset}`).to.equal(undefined);
    for (const offset of [window + 1n, -window - 1n, 310n * second, -310n * second])
      expect(faultAt(now + offset), `${offset}`).to.equal("outside-window");
    for (const extreme of [2n ** 63n - 1n, -(2n ** 63n), -1n]) expect(faultAt(extreme), `${extreme}`).to.equal("outside-window");
  });

  it("need a timestamp, also where the clock reads 0", () => {
    const { timestamp: _, ...untimed } = example;
    expect(faultOfSigned({ ...untimed, meta: signed(example).meta }, publicKey, now)).to.equal("no-timestamp");
    expect(faultOfSigned(signed({ ...example, timestamp: 0n }), publicKey, 0n)).to.equal("no-timestamp");
  });

  it("need 64 bytes of meta", () => {
    const { meta } = signed(example);
    expect(faultOfSigned(example, publicKey, now)).to.equal("no-meta");
    expect(faultOfSigned({ ...example, meta: new Uint8Array() }, publicKey, now)).to.equal("no-meta");
    const der = secp256k1.Signature.fromBytes(meta, "compact").toBytes("der");
    for (const wrong of [meta.subarray(0, 63), Uint8Array.of(...meta, 0), der, Uint8Array.of(1)])
      expect(faultOfSigned({ ...example, meta: wrong }, publicKey, now), `${wrong.length} bytes`).to.equal("wrong-meta-length");
  });

  it("are rejected, not thrown at, for signatures that are out of range", () => {
    for (const fill of [0, 0xff])
      expect(faultOfSigned({ ...example, meta: new Uint8Array(64).fill(fill) }, publicKey, now)).to.equal("wrong-signature");
  });

  it("are rejected for the other half of s, which verifies", () => {
    const { meta } = signed(example);
    const other = twinOf(meta);
    expect(verifies(other, appMessageHash(example), publicKey)).to.equal(true);
    expect(faultOfSigned({ ...example, meta: other }, publicKey, now)).to.equal("wrong-signature");
  });

  it("verify as their hashes do, with either form of the key", () => {
    const uncompressed = secp256k1.getPublicKey(privateKey, false);
    const spoiled = fc.tuple(fields, fc.nat(63), fc.nat(255)).map(([message, at, byte]) => {
      const { meta } = signed(message);
      return { message, meta: meta.map((one, index) => (index === at ? byte : one)) };
    });
    fc.assert(
      fc.property(spoiled, ({ message, meta }) => {
        const low = secp256k1.verify(meta, appMessageHash(message), publicKey, { prehash: false, lowS: true });
        for (const key of [publicKey, uncompressed]) expect(signsMessage(meta, messageToSign(message), key)).to.equal(low);
      }),
      { numRuns: 30 },
    );
  });

  it("are not judged by what is no public key", () => {
    for (const key of [new Uint8Array(), new Uint8Array(33), privateKey, publicKey.subarray(1)])
      expect(() => faultOfSigned(signed(example), key, now)).to.throw(RangeError);
  });
});

import { encode } from "@ethersproject/rlp";
import { multiaddr } from "@multiformats/multiaddr";
import { secp256k1 } from "@noble/curves/secp256k1";
import { keccak_256 } from "@noble/hashes/sha3";
import { expect } from "chai";
import fc from "fast-check";
import { readMultiaddrs } from "../../rfc-checks/rules/enr-multiaddrs.ts";
import { readRecord, signRecord } from "../../rfc-checks/rules/enr-record.ts";
import enrRecords from "../../rfc-checks/vectors/enr-records.json" with { type: "json" };
import { bytes } from "./support/bytes.ts";

fc.configureGlobal({ seed: 66 });

const privateKey = new Uint8Array(32).fill(7);
const publicKey = secp256k1.getPublicKey(privateKey);
type Item = Uint8Array | Item[];
type Pair = readonly [key: string, value: Item];

const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const rlp = (items: Item): Uint8Array => bytes(encode(items).slice(2));
const textOf = (record: Uint8Array): string => `enr:${Buffer.from(record).toString("base64url")}`;
const id: Pair = ["id", utf8("v4")];
const key: Pair = ["secp256k1", publicKey];

const signatureOf = (content: Item[]) => secp256k1.sign(keccak_256(rlp(content)), privateKey, { prehash: false });
/** A record of these items after the signature, signed, whatever they are. */
const signed = (content: Item[]): string => textOf(rlp([signatureOf(content).toBytes("compact"), ...content]));
const recordOf = (pairs: readonly Pair[], seq = Uint8Array.of(1)): string =>
  signed([seq, ...pairs.flatMap(([name, value]) => [utf8(name), value])]);

describe("node records", () => {
  it("come back with their values, in lists too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), (value, seq) => {
        const digits = seq.toString(16);
        const text = recordOf(
          [id, ["list", [value, [value]]], key, ["x", value]],
          bytes(digits.padStart(digits.length + (digits.length % 2), "0")),
        );
        const reading = readRecord(text);
        expect(reading).to.have.nested.property("record.seq", seq);
        expect("record" in reading && [...reading.record.fields]).to.eql([
          ["id", utf8("v4")],
          ["list", rlp([value, [value]])],
          ["secp256k1", publicKey],
          ["x", value],
        ]);
      }),
      { numRuns: 30 },
    );
    expect(readRecord(recordOf([id, key], new Uint8Array()))).to.have.nested.property("record.seq", 0n);
  });

  it("are read as they were signed", () => {
    const keys = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== "id" && name !== "secp256k1");
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.uint8Array({ maxLength: 20 }), { maxKeys: 4 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (fields, seq) => {
          const reading = readRecord(signRecord(privateKey, fields, seq));
          expect(reading).to.have.nested.property("record.seq", seq);
          expect("record" in reading && Object.fromEntries(reading.record.fields)).to.eql({
            ...fields,
            id: utf8("v4"),
            secp256k1: publicKey,
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it("are refused when one character is another", () => {
    const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
    const text = enrRecords.records[0]?.text ?? "";
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(text[at] !== character);
        expect(readRecord(text.slice(0, at) + character + text.slice(at + 1))).to.have.property("fault");
      }),
      { numRuns: 100 },
    );
  });

  const padded = recordOf([id, key, ["x", new Uint8Array(150)]]);
  const short = recordOf([id, key]);
  const raw = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.slice(4), "base64url"));
  const otherKey: Pair = ["secp256k1", secp256k1.getPublicKey(new Uint8Array(32).fill(8))];
  const plain: Item[] = [Uint8Array.of(1), ...[id, key].flatMap(([name, value]) => [utf8(name), value])];
  const withSignature = (signature: Uint8Array): string => textOf(rlp([signature, ...plain]));
  const faulty: [name: string, text: string, fault: string][] = [
    ["without its prefix", short.slice(4), "no-enr-prefix"],
    ["of another case", `ENR:${short.slice(4)}`, "no-enr-prefix"],
    ["with padding", `${textOf(raw(short))}==`, "no-base64url"],
    ["in plain base64", `enr:${Buffer.from(raw(padded)).toString("base64").replace(/=+$/, "")}/+`, "no-base64url"],
    ["with a line end", `${short}\n`, "no-base64url"],
    ["of nothing", "enr:", "no-rlp"],
    ["with bytes after it", textOf(Uint8Array.of(...raw(short), 0)), "no-rlp"],
    ["cut", textOf(raw(short).subarray(0, -1)), "no-rlp"],
    ["in long form that could be short", textOf(Uint8Array.of(0xf8, 1, 0x80)), "no-rlp"],
    ["that is no list", textOf(rlp(utf8("record"))), "no-record"],
    ["that is an empty list", textOf(rlp([])), "no-record"],
    ["with a key and no value", signed([Uint8Array.of(1), utf8("id")]), "no-record"],
    ["with a list for a key", signed([Uint8Array.of(1), [utf8("id")], utf8("v4")]), "no-record"],
    ["with a list for a seq", signed([[Uint8Array.of(1)]]), "no-record"],
    ["with a seq of 9 bytes", recordOf([id, key], new Uint8Array(9).fill(1)), "no-record"],
    ["with a zero before its seq", recordOf([id, key], Uint8Array.of(0, 1)), "no-record"],
    ["with keys in another order", recordOf([key, id]), "keys-not-sorted"],
    ["with a key twice", recordOf([id, key, key]), "keys-not-sorted"],
    ["of another identity scheme", recordOf([["id", utf8("v5")], key]), "no-v4"],
    ["of no identity scheme", recordOf([key]), "no-v4"],
    ["without a public key", recordOf([id]), "no-public-key"],
    ["with a key that is no point", recordOf([id, ["secp256k1", new Uint8Array(33).fill(2, 0, 1).fill(0xff, 1)]]), "no-public-key"],
    ["with an uncompressed key", recordOf([id, ["secp256k1", secp256k1.getPublicKey(privateKey, false)]]), "no-public-key"],
    ["signed by another key", recordOf([id, otherKey]), "wrong-signature"],
    ["with a signature of 65 bytes", withSignature(Uint8Array.of(...signatureOf(plain).toBytes("compact"), 0)), "wrong-signature"],
    ["with a signature in DER", withSignature(signatureOf(plain).toBytes("der")), "wrong-signature"],
    ["with a signature out of range", withSignature(new Uint8Array(64)), "wrong-signature"],
  ];
  for (const [name, text, fault] of faulty)
    it(`are refused ${name}`, () => {
      expect(readRecord(text)).to.eql({ fault });
    });

  it("may be signed with either s", () => {
    const { r, s } = signatureOf(plain);
    const high = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s);
    for (const signature of [signatureOf(plain), high])
      expect(readRecord(withSignature(signature.toBytes("compact")))).to.have.property("record");
  });

  it("are at most 300 bytes", () => {
    const sized = (bytes: number): string => recordOf([id, key, ["x", new Uint8Array(bytes)]]);
    const sizeOf = (text: string): number => raw(text).length;
    const fitting =
      Array.from({ length: 300 }, (_, bytes) => bytes)
        .filter((bytes) => sizeOf(sized(bytes)) <= 300)
        .at(-1) ?? 0;
    expect(readRecord(sized(fitting))).to.have.nested.property("record.size", 300);
    expect(readRecord(sized(fitting + 1))).to.eql({ fault: "too-large" });
  });
});

describe("multiaddrs of a node record", () => {
  const peer = "16Uiu2HAmPLe7Mzm8TsYUubgCAW1aJoeFScxrLj8ppHFivPo97bUZ";
  const listed = (addresses: readonly Uint8Array[]): Uint8Array =>
    Uint8Array.from(addresses.flatMap((address) => [address.length >> 8, address.length & 0xff, ...address]));
  const read = (value: Uint8Array): unknown => {
    const reading = readMultiaddrs(value);
    return "fault" in reading ? reading : reading.multiaddrs.map(String);
  };

  it("come back in order", () => {
    const port = fc.nat(65_535);
    const address = fc.oneof(
      fc.tuple(fc.ipV4(), port).map(([ip, at]) => `/ip4/${ip}/tcp/${at}/ws`),
      fc.tuple(fc.domain(), port).map(([name, at]) => `/dns4/${name}/tcp/${at}/wss`),
    );
    fc.assert(
      fc.property(fc.array(address, { maxLength: 4 }), (addresses) => {
        expect(read(listed(addresses.map((text) => multiaddr(text).bytes)))).to.eql(addresses);
      }),
    );
  });

  it("are circuit addresses when they have a peer id", () => {
    const relay = `/ip4/1.2.3.4/tcp/55555/p2p/${peer}`;
    expect(read(listed([multiaddr(relay).bytes]))).to.eql([`${relay}/p2p-circuit`]);
    expect(read(listed([multiaddr(`${relay}/p2p-circuit`).bytes]))).to.eql([`${relay}/p2p-circuit`]);
  });

  it("may be longer than a byte can say", () => {
    const long = `/dns4/${"a".repeat(100)}.${"b".repeat(100)}.${"c".repeat(100)}/tcp/1`;
    expect(read(listed([multiaddr(long).bytes]))).to.eql([long]);
  });

  it("are refused when cut, or when they are none", () => {
    const { bytes: address } = multiaddr("/ip4/1.2.3.4/tcp/1");
    const value = listed([address]);
    for (let end = 1; end < value.length; end++) expect(read(value.subarray(0, end)), `${end} bytes`).to.eql({ fault: "cut" });
    for (const none of [[], [0xff, 0xff, 0x7f], [...address.subarray(0, 4)], [...address, 0x06]])
      expect(read(listed([Uint8Array.from(none)])), String(none)).to.eql({ fault: "no-multiaddr" });
  });
});

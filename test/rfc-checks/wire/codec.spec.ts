import { expect } from "chai";
import fc from "fast-check";
import { type DeviationKind, decode, encode, WireError } from "../../../rfc-checks/wire/codec.ts";
import type { MessageSchema } from "../../../rfc-checks/wire/schema.ts";
import { bytes, hex, valuesOf } from "./support/values.ts";

fc.configureGlobal({ seed: 3 });

const Colour = { name: "Colour", values: { RED: 0, BLUE: 5 } } as const;
const Inner = {
  name: "Inner",
  fields: { 1: { name: "id", type: "string", limit: 4 }, 2: { name: "flag", type: "bool", optional: true } },
} as const;
const Everything = {
  name: "Everything",
  fields: {
    20: { name: "inner", type: Inner, optional: true },
    1: { name: "count", type: "uint32" },
    2: { name: "big", type: "uint64", optional: true },
    3: { name: "when", type: "sint64", optional: true },
    4: { name: "data", type: "bytes", optional: true, limit: 3 },
    5: { name: "colour", type: Colour, optional: true },
    6: { name: "loose", type: "uint32", repeated: true, limit: 5 },
    7: { name: "packed", type: "uint32", repeated: true, packed: true },
    8: { name: "inners", type: Inner, repeated: true },
    9: { name: "shard", type: "uint32", optional: true, limit: 1023 },
  },
} as const satisfies MessageSchema;

const kinds = (text: string): [DeviationKind, string][] => decode(Everything, bytes(text)).deviations.map(({ kind, path }) => [kind, path]);

describe("the codec", () => {
  it("gives back what it wrote", () => {
    fc.assert(
      fc.property(valuesOf(Everything), (value) => {
        expect(decode(Everything, encode(Everything, value))).to.eql({ value, deviations: [] });
      }),
    );
  });

  it("writes fields in the order of their numbers, present defaults and no absent ones", () => {
    expect(hex(encode(Everything, { inner: { id: "" }, count: 0, packed: [1, 300] }))).to.equal(
      "0800 3a0301ac02 a201020a00".replaceAll(" ", ""),
    );
    expect(hex(encode(Everything, { colour: 5, when: -1n, big: 2n ** 64n - 1n, loose: [7, 0], packed: [] }))).to.equal(
      "10ffffffffffffffffff01 1801 2805 3007 3000".replaceAll(" ", ""),
    );
    expect(hex(encode(Everything, {}))).to.equal("");
  });

  it("refuses to write a number outside its type", () => {
    expect(() => encode(Everything, { count: -1 })).to.throw();
    expect(() => encode(Everything, { big: 2n ** 64n })).to.throw();
  });

  it("says what is not by the book", () => {
    expect(kinds("0801")).to.eql([]);
    expect(kinds("")).to.eql([["missing", "count"]]);
    expect(kinds("0801 0802")).to.eql([["repeated", "count"]]);
    expect(kinds("0801 2807")).to.eql([["unknown-enum-value", "colour"]]);
    expect(kinds("0801 0a00")).to.eql([["wrong-wire-type", "count"]]);
    expect(kinds("0801 2204 00000000")).to.eql([["over-limit", "data"]]);
    expect(kinds("0801 3000 3000 3203 000000 3000")).to.eql([["over-limit", "loose"]]);
    expect(kinds("0801 488008")).to.eql([["over-limit", "shard"]]);
    expect(kinds("088080808010")).to.eql([["out-of-range", "count"]]);
  });

  it("says where", () => {
    expect(kinds("0801 4203 0a0161 4202 1002")).to.eql([
      ["out-of-range", "inners[1].flag"],
      ["missing", "inners[1].id"],
    ]);
    expect(kinds("0801 a20103 0a01ff")).to.eql([["not-utf8", "inner.id"]]);
    expect(decode(Everything, bytes("0801 9a0600 e50600000000")).deviations).to.eql([
      { kind: "unknown-field", path: "99", number: 99, wireType: 2 },
      { kind: "unknown-field", path: "108", number: 108, wireType: 5 },
    ]);
  });

  it("reads repeated numbers packed or not, and the last of a repeated field", () => {
    expect(decode(Everything, bytes("0801 0807 3001 32020203 3804 3a0105")).value).to.eql({ count: 7, loose: [1, 2, 3], packed: [4, 5] });
  });

  it("keeps bytes and text as they are", () => {
    const buffer = Buffer.from(encode(Everything, { count: 1, data: Uint8Array.of(1, 2), inner: { id: "\ufeffa" } }));
    const { data, inner } = decode(Everything, buffer).value;
    buffer.fill(0);
    expect(data).to.eql(Uint8Array.of(1, 2));
    expect(inner?.id).to.equal("\ufeffa");
  });

  it("throws what cannot be read, saying where", () => {
    const unreadable = {
      "cut in a tag": "ff",
      "cut in a varint": "08ff",
      "cut in a block": "0801 2203 0000",
      "length of more than 32 bits": "0801 2281808080 10 00",
      "varint of eleven bytes": "08 8080808080808080808001",
      "varint of more than 64 bits": "08 80808080808080808002",
      "unknown varint of more than 64 bits": "a806 ffffffffffffffffff7f",
      "field number 0": "0000",
      "wire type 7": "0f00",
      "end of a group that did not start": "0c",
    };
    for (const [what, text] of Object.entries(unreadable))
      expect(() => decode(Everything, bytes(text)), what).to.throw(WireError, /^Everything: /);
    expect(() => decode(Everything, bytes("0801 4203 0a0561"))).to.throw(WireError, "inners[0]: 5 bytes announced, 1 left");
  });

  it("reads or refuses, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        try {
          decode(Everything, noise);
        } catch (error) {
          expect(error).to.be.instanceOf(WireError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { expect } from "chai";
import fc from "fast-check";
import { decodeMetadata, encodeMetadata } from "../../rfc-checks/wire/metadata.ts";

fc.configureGlobal({ seed: 66 });

const uint32 = fc.nat(0xffff_ffff);
const message = fc.record(
  { clusterId: uint32, shards: fc.array(uint32, { maxLength: 20 }) },
  { requiredKeys: ["shards"], noNullPrototype: true },
);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("metadata on the wire", () => {
  it("has cluster and shards where 66 has them, and packed in field 3 where asked for", () => {
    expect(hex(encodeMetadata({ clusterId: 66, shards: [0, 300] }, { field3: false }))).to.equal("0842100010ac02");
    expect(hex(encodeMetadata({ clusterId: 66, shards: [0, 300] }, { field3: true }))).to.equal("0842100010ac021a0300ac02");
    expect(hex(encodeMetadata({ shards: [] }, { field3: true }))).to.equal("");
  });

  it("comes back as it went", () => {
    fc.assert(
      fc.property(message, fc.boolean(), (sent, field3) => {
        expect(decodeMetadata(encodeMetadata(sent, { field3 }))).to.eql(sent);
      }),
    );
  });

  it("is read with shards packed or not, in field 2 or else in field 3", () => {
    const both = { clusterId: 66, shards: [1, 300] };
    for (const text of ["0842 1001 10ac02", "0842 1203 01ac02", "0842 1801 18ac02", "0842 1a03 01ac02", "0842 1201 01 10ac02"])
      expect(decodeMetadata(bytes(text)), text).to.eql(both);
    expect(decodeMetadata(bytes("1001 1a01 07"))).to.eql({ shards: [1] });
  });

  it("is read past fields that it does not know", () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 4, max: 1_000 }), fc.uint8Array(), (sent, field, unknown) => {
        const more = new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(unknown).finish();
        expect(decodeMetadata(Buffer.concat([more, encodeMetadata(sent, { field3: true }), more]))).to.eql(sent);
      }),
    );
  });

  it("is refused when it was cut within a field", () => {
    const cut = fc.record({ clusterId: uint32, shards: fc.array(uint32, { minLength: 1, maxLength: 9 }) }).chain((sent) => {
      const plain = encodeMetadata(sent, { field3: false }).length;
      const full = encodeMetadata(sent, { field3: true });
      // From after the tag of the packed field to before its end.
      return fc.integer({ min: plain + 1, max: full.length - 1 }).map((end) => full.subarray(0, end));
    });
    fc.assert(
      fc.property(cut, (truncated) => {
        expect(() => decodeMetadata(truncated)).to.throw();
      }),
    );
    expect(() => decodeMetadata(bytes("08ac"))).to.throw();
    expect(() => decodeMetadata(bytes("10"))).to.throw();
    expect(() => decodeMetadata(bytes("ff"))).to.throw();
  });

  it("is refused when a packed number runs out of its block", () => {
    expect(() => decodeMetadata(bytes("1202 01ac 02"))).to.throw();
  });

  it("is read or refused, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        try {
          decodeMetadata(noise);
        } catch (error) {
          expect(error).to.be.instanceOf(Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});

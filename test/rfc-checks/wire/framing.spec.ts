import { expect } from "chai";
import fc from "fast-check";
import { FrameReader, frame, joined, lengthPrefix } from "../../../rfc-checks/wire/framing.ts";
import { WireError } from "../../../rfc-checks/wire/reader.ts";
import { bytes, hex } from "./support/values.ts";

fc.configureGlobal({ seed: 3 });

const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });

/** The same bytes, cut where the sizes say. */
function chunksOf(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe("frames", () => {
  it("are a length and a message", () => {
    expect(hex(frame(bytes("0102")))).to.equal("020102");
    expect(hex(frame(new Uint8Array()))).to.equal("00");
    expect(hex(frame(new Uint8Array(300)).subarray(0, 2))).to.equal("ac02");
    expect(hex(lengthPrefix(2n ** 63n))).to.equal("80808080808080808001");
  });

  it("are read from chunks of any size", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sent, sizes) => {
        const reader = new FrameReader(300);
        const read = chunksOf(joined(sent.map(frame)), sizes).flatMap((chunk) => reader.push(chunk));
        expect(read.map(hex)).to.eql(sent.map(hex));
        expect(reader.waiting).to.equal(0);
        reader.end();
      }),
    );
  });

  it("are handed out as soon as they are whole", () => {
    const reader = new FrameReader(10);
    expect(reader.push(bytes("02 01"))).to.eql([]);
    expect(reader.waiting).to.equal(2);
    expect(reader.push(bytes("02 00 03"))).to.eql([bytes("0102"), new Uint8Array()]);
    expect(reader.waiting).to.equal(1);
    expect(() => reader.end()).to.throw(WireError, "1 bytes into a frame");
  });

  it("are handed out before what comes behind them is refused", () => {
    const reader = new FrameReader(10);
    expect(reader.push(bytes("0101 0b"))).to.eql([bytes("01")]);
    expect(() => reader.push(bytes("00"))).to.throw(WireError, "11 bytes announced");
    expect(() => reader.end()).to.throw(WireError, "11 bytes announced");
  });

  it("are refused for their length before anything else came", () => {
    expect(() => new FrameReader(300).push(bytes("ad02"))).to.throw(WireError, "301 bytes announced, 300 allowed");
    expect(() => new FrameReader(300).push(bytes("8200 0102"))).to.throw(WireError, "longer than needed");
    expect(() => new FrameReader(300).push(bytes("8080"))).not.to.throw();
    expect(() => new FrameReader(300).push(bytes("ff".repeat(9)))).to.throw(WireError, "more than nine bytes");
    expect(() => new FrameReader(300).push(lengthPrefix(2n ** 63n))).to.throw(WireError, "more than nine bytes");
  });
});

import { expect } from "chai";
import { FrameReader, joined } from "../../../rfc-checks/wire/framing.ts";
import { brokenFramings, type FramingScript, fairFramings, manyFramings } from "../../../rfc-checks/wire/hostile-framing.ts";
import { maxMessageBytes } from "../../../rfc-checks/wire/message.ts";
import { hex } from "./support/values.ts";

/** Short, and longer than one byte of length tells. */
const samples = [Uint8Array.of(10, 1, 114), new Uint8Array(300).fill(7)];

/** What a strict reader has when the script is over: messages, and why it would give up. */
function outcome({ steps }: FramingScript): { messages: string[]; fault?: string } {
  const reader = new FrameReader(maxMessageBytes + 1_000);
  const messages: string[] = [];
  try {
    for (const step of steps) {
      if ("write" in step) messages.push(...reader.push(step.write).map(hex));
      else if ("close" in step) reader.end();
      else if ("reset" in step) return { messages, fault: "reset" };
    }
  } catch (error) {
    return { messages, fault: (error as Error).message };
  }
  return reader.waiting > 0 || messages.length === 0 ? { messages, fault: "nothing more came" } : { messages };
}

for (const message of samples)
  describe(`framings of ${message.length} bytes`, () => {
    const read = (framings: readonly FramingScript[], name: string) => {
      const found = framings.find((each) => each.name === name);
      return found && outcome(found);
    };

    it("have names of their own", () => {
      const names = [...fairFramings(message), ...manyFramings(message), ...brokenFramings(message)].map(({ name }) => name);
      expect(names).to.eql([...new Set(names)]);
      for (const name of names) expect(name).to.match(/^[a-z0-9-]+$/);
    });

    it("by the book bring the message, whole and once", () => {
      for (const each of fairFramings(message)) expect(outcome(each), each.name).to.eql({ messages: [hex(message)] });
    });

    it("write as they are named", () => {
      const writes = (name: string) =>
        fairFramings(message)
          .find((each) => each.name === name)
          ?.steps.flatMap((step) => ("write" in step ? [step.write] : [])) ?? [];
      expect(writes("in-one-write")).to.have.length(1);
      expect(writes("length-then-body").map(({ length }) => length)).to.eql([message.length < 128 ? 1 : 2, message.length]);
      expect(writes("byte-by-byte").every(({ length }) => length === 1)).to.equal(true);
      expect(hex(joined(writes("byte-by-byte")))).to.equal(hex(joined(writes("in-one-write"))));
    });

    it("of many messages bring them all", () => {
      const all = Array.from({ length: 100 }, () => hex(message));
      expect(read(manyFramings(message), "many-in-one-write")).to.eql({ messages: all });
      expect(read(manyFramings(message), "many-writes")).to.eql({ messages: all });
      for (const name of ["frame-then-half", "frame-then-noise"])
        expect(read(manyFramings(message), name)?.messages[0], name).to.equal(hex(message));
      expect(read(manyFramings(message), "frame-then-zero-length")).to.eql({ messages: [hex(message), ""] });
    });

    it("that are broken do not bring the message and an end", () => {
      for (const each of brokenFramings(message)) {
        const { messages, fault } = outcome(each);
        expect(messages.length === 1 && messages[0] === hex(message) && fault === undefined, each.name).to.equal(false);
      }
    });

    it("are broken as they are named", () => {
      const fault = (name: string) => read(brokenFramings(message), name)?.fault;
      expect(fault("padded-length")).to.equal("a length that is longer than needed");
      expect(fault("endless-length")).to.equal("a length of more than nine bytes");
      expect(fault("huge-length-uint32-over")).to.contain("a frame of 4294967296 bytes announced");
      expect(fault("huge-frame")).to.contain("a frame of 1536000 bytes announced");
      expect(fault("length-long")).to.contain("bytes into a frame");
      expect(fault("half-then-silence")).to.equal("nothing more came");
      expect(fault("half-then-reset")).to.equal("reset");
      expect(fault("reset-after-frame")).to.equal("reset");
    });
  });

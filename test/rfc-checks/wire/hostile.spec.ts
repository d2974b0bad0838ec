import { expect } from "chai";
import fc from "fast-check";
import { type DeviationKind, decode, encode, WireError } from "../../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeType } from "../../../rfc-checks/wire/filter.ts";
import { type HostileMessage, hostileMessage, hostileMessages } from "../../../rfc-checks/wire/hostile.ts";
import { LightPushRequest } from "../../../rfc-checks/wire/lightpush.ts";
import type { MessageSchema } from "../../../rfc-checks/wire/schema.ts";
import { schemas } from "./support/schemas.ts";
import { valuesOf } from "./support/values.ts";

const seed = 3;
/** The same example of a schema in every run, with all that it has. */
const exampleOf = (schema: MessageSchema): object =>
  fc.sample(valuesOf(schema, "common"), { seed, numRuns: 200 }).reduce((best, each) => (size(each) > size(best) ? each : best));
const size = (value: unknown): number => JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? "n" : each)).length;

const subscribe = {
  requestId: "r1",
  filterSubscribeType: FilterSubscribeType.values.SUBSCRIBE,
  pubsubTopic: "/waku/2/rs/1/0",
  contentTopics: ["/a/1/b/proto"],
};
const push = {
  requestId: "r1",
  message: { payload: Uint8Array.of(1, 2), contentTopic: "/a/1/b/proto", timestamp: 5n, meta: Uint8Array.of(1), ephemeral: true },
};

/** What decode says of a variant: that it cannot be read, or what is not by the book. */
function found(schema: MessageSchema, { bytes }: HostileMessage): readonly (DeviationKind | "unreadable")[] {
  try {
    return decode(schema, bytes).deviations.map(({ kind }) => kind);
  } catch (error) {
    expect(error).to.be.instanceOf(WireError);
    return ["unreadable"];
  }
}

/** By the end of a name, what must be found in it. */
const broken: readonly [RegExp, DeviationKind | "unreadable"][] = [
  [/-as-(varint|bytes|fixed32|fixed64|group)$/, "wrong-wire-type"],
  [/-repeated$/, "repeated"],
  [/unknown-(field|group)/, "unknown-field"],
  [/-unknown-value$/, "unknown-enum-value"],
  [/-not-utf8$/, "not-utf8"],
  [/-two$/, "out-of-range"],
  [/(open-group|end-of-no-group|deep-groups|field-number-zero|wire-type-7|trailing-byte|trailing-tag|length-beyond-end)$/, "unreadable"],
  [/(truncated|-endless-varint)$/, "unreadable"],
];

describe("hostile messages", () => {
  it("can be made one by one, by name", () => {
    for (const { name, bytes } of hostileMessages(LightPushRequest, push, seed))
      expect(hostileMessage(LightPushRequest, push, seed, name), name).to.eql(bytes);
    expect(hostileMessage(LightPushRequest, push, seed, "of-no-name")).to.equal(undefined);
  });

  for (const schema of schemas)
    it(`of ${schema.name} have names of their own and differ from the example`, () => {
      const example = exampleOf(schema);
      const valid = encode(schema, example);
      const variants = hostileMessages(schema, example, seed);
      const names = variants.map(({ name }) => name);
      expect(names).to.eql([...new Set(names)]);
      for (const name of names) expect(name).to.match(/^[A-Za-z0-9.-]+$/);
      for (const { name, bytes } of variants) expect(Buffer.compare(bytes, valid), name).not.to.equal(0);
    });

  for (const schema of schemas)
    it(`of ${schema.name} are found to be what they are named`, () => {
      let judged = 0;
      // A number of 64 bits holds what one of 32 does not.
      for (const variant of hostileMessages(schema, exampleOf(schema), seed))
        for (const [name, kind] of broken)
          if (name.test(variant.name) && !(kind === "out-of-range" && found(schema, variant).length === 0)) {
            expect(found(schema, variant), variant.name).to.include(kind);
            judged++;
          }
      expect(judged).to.be.greaterThan(15);
    });

  const variantsOf = <S extends MessageSchema>(schema: S, example: object) =>
    new Map(hostileMessages(schema, example, seed).map((variant) => [variant.name, variant]));

  it("misuse a field in every way that its type has", () => {
    const of = (path: string) =>
      [...variantsOf(LightPushRequest, push).keys()]
        .filter((name) => name.startsWith(`${path}-`))
        .map((name) => name.slice(path.length + 1));
    expect(of("message.timestamp")).to.include.members([
      "absent",
      "zero",
      "minus-one",
      "int32-max",
      "int32-over",
      "int32-min",
      "int32-under",
      "int64-max",
      "int64-min",
      "repeated",
      "as-bytes",
    ]);
    expect(of("message.version")).to.include.members([
      "zero",
      "int32-over",
      "uint32-max",
      "uint32-over",
      "int64-over",
      "uint64-max",
      "padded-varint",
      "endless-varint",
    ]);
    expect(of("message.meta")).to.include.members(["absent", "empty", "maximum", "one-more", "ten-times", "repeated", "as-varint"]);
    expect(of("message")).to.include.members(["absent", "empty", "maximum", "one-more", "ten-times", "unknown-field", "truncated"]);
  });

  it("keep to the limits and go beyond them", () => {
    const variants = variantsOf(LightPushRequest, push);
    const read = (name: string) => {
      const { value, deviations } = decode(LightPushRequest, variants.get(name)?.bytes ?? new Uint8Array());
      return {
        meta: value.message?.meta?.length,
        message: encode(LightPushRequest.fields[21].type, value.message ?? {}).length,
        deviations,
      };
    };
    expect(read("message.meta-maximum")).to.deep.include({ meta: 64, deviations: [] });
    expect(read("message.meta-one-more").deviations).to.eql([{ kind: "over-limit", path: "message.meta", number: 11 }]);
    expect(read("message.meta-ten-times").meta).to.equal(640);
    expect(read("message-maximum")).to.deep.include({ message: 153_600, deviations: [] });
    expect(read("message-one-more").deviations).to.eql([{ kind: "over-limit", path: "message", number: 21 }]);
    expect(read("message-ten-times").message).to.equal(1_536_000);
  });

  it("change one thing at a time", () => {
    const variants = variantsOf(FilterSubscribeRequest, subscribe);
    const read = (name: string) => decode(FilterSubscribeRequest, variants.get(name)?.bytes ?? new Uint8Array()).value;
    const { pubsubTopic: _, ...others } = subscribe;
    expect(read("pubsubTopic-absent")).to.eql(others);
    expect(read("pubsubTopic-empty")).to.eql({ ...others, pubsubTopic: "" });
    expect(read("filterSubscribeType-zero")).to.eql({ ...subscribe, filterSubscribeType: 0 });
    expect(read("filterSubscribeType-unknown-value")).to.eql({ ...subscribe, filterSubscribeType: 4 });
    expect(read("contentTopics-item-twice")).to.eql({ ...subscribe, contentTopics: ["/a/1/b/proto", "/a/1/b/proto"] });
    expect(read("contentTopics-items-ten-times").contentTopics).to.have.length(10_000);
    expect(new Set(read("contentTopics-items-maximum").contentTopics).size).to.equal(1_000);
    expect(read("reversed")).to.eql(subscribe);
  });

  it("are the same for the same seed", () => {
    const of = (seed: number, name: string) =>
      hostileMessages(LightPushRequest, push, seed).find((variant) => variant.name === name)?.bytes;
    expect(of(1, "noise-32")).to.eql(of(1, "noise-32")).and.not.eql(of(2, "noise-32"));
    expect(of(1, "reversed")).to.eql(of(2, "reversed"));
  });
});

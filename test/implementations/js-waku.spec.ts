import { proto_metadata } from "@waku/proto";
import { expect } from "chai";
import { speakField3 } from "../../fixtures/implementations/js-waku/metadata-field-3.ts";

const { WakuMetadataRequest } = proto_metadata;
const says = (): string => Buffer.from(WakuMetadataRequest.encode({ clusterId: 1, shards: [2] })).toString("hex");

describe("the metadata of a js-waku", () => {
  afterEach(() => speakField3(proto_metadata, false));

  it("is as published before, and again after an adapted node has run in the program", () => {
    const published = says();
    speakField3(proto_metadata, true);
    speakField3(proto_metadata, true);
    const adapted = says();
    speakField3(proto_metadata, false);
    expect(says()).to.equal(published);
    expect(adapted).not.to.equal(published);
    expect(adapted).to.match(/^0801/);
  });

  it("reads both fields when adapted", () => {
    speakField3(proto_metadata, true);
    const { shards } = WakuMetadataRequest.decode(Buffer.from("08011802", "hex"));
    expect(shards).to.deep.equal([2]);
  });
});

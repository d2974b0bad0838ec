import { expect } from "chai";
import fc from "fast-check";
import { asRead, differences, type MessageFields } from "../../rfc-checks/rules/message.ts";

fc.configureGlobal({ seed: 66 });

describe("messages as they are read", () => {
  const full: Required<MessageFields> = {
    payload: "eA==",
    contentTopic: "/a/1/b/c",
    version: 1,
    timestamp: "5",
    meta: "bQ==",
    ephemeral: true,
    rateLimitProof: "cA==",
  };

  it("fill in what 14 says of absent fields", () => {
    const empty = { payload: "", contentTopic: "", version: 0, timestamp: "0", meta: "", ephemeral: false, rateLimitProof: "" };
    expect(asRead({})).to.eql(empty);
    expect(asRead(full)).to.eql(full);
    expect(differences({}, empty)).to.eql([]);
  });

  it("differ in just the fields that were changed", () => {
    for (const field of Object.keys(full) as (keyof MessageFields)[]) {
      const { [field]: _, ...without } = full;
      expect(differences(full, without)).to.eql([field]);
      expect(differences(without, full)).to.eql([field]);
    }
    expect(differences(full, { ...full })).to.eql([]);
  });
});

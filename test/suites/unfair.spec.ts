import { expect } from "chai";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest } from "../../rfc-checks/wire/filter.ts";
import { answered, askings } from "../../suites/asking.ts";
import { Unfair } from "../../suites/unfair.ts";

const request = (...contentTopics: string[]): Uint8Array => encode(FilterSubscribeRequest, { requestId: "1", contentTopics });
const named = (name: string) => [{ write: Buffer.from(name) }];

describe("a service that is unfair", () => {
  it("answers about a new content topic as it is told, and about known ones as before, whatever else is asked with them", () => {
    const unfair = new Unfair(askings.filter, named);
    const answer = (...contentTopics: string[]) => unfair.responder(request(...contentTopics));
    expect(answer("fair")).to.eql(answered(askings.filter, request("fair")));
    unfair.next = "first";
    expect(answer("one")).to.eql(named("first"));
    unfair.next = "second";
    expect(answer("fair", "one", "two")).to.eql(named("second"));
    unfair.next = "third";
    expect(answer("fair", "one")).to.eql(named("first"));
    expect(answer("two")).to.eql(named("second"));
    expect(answer("fair")).to.eql(answered(askings.filter, request("fair")));
    expect(unfair.requests).to.equal(6);
  });
});

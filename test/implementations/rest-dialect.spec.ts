import { expect } from "chai";
import { parseExact, printObject } from "../../fixtures/implementations/rest-dialect/exact-json.ts";
import { printMessage, readMessages } from "../../fixtures/implementations/rest-dialect/message-json.ts";
import { Received } from "../../fixtures/implementations/rest-dialect/received.ts";
import { RestClient } from "../../fixtures/implementations/rest-dialect/rest-client.ts";
import { RestSession } from "../../fixtures/implementations/rest-dialect/rest-session.ts";
import { type StoreDialect, storeApi } from "../../fixtures/implementations/rest-dialect/store-api.ts";
import { StubNode } from "./support/stub-node.ts";

describe("JSON with exact integers", () => {
  it("keeps the digits of what a number cannot hold, and nothing else", () => {
    expect(parseExact('{"t":9007199254740993,"n":-9223372036854775808,"v":4294967295,"f":1.5,"s":"1","l":[18446744073709551615]}')).to.eql({
      t: "9007199254740993",
      n: "-9223372036854775808",
      v: 4294967295,
      f: 1.5,
      s: "1",
      l: ["18446744073709551615"],
    });
  });

  it("prints digits as a number, and what is no number as a string", () => {
    expect(printObject({ a: "x", b: undefined }, { t: "9007199254740993", u: undefined })).to.equal('{"a":"x","t":9007199254740993}');
    expect(printObject({}, { t: "soon", z: "007" })).to.equal('{"t":"soon","z":"007"}');
  });
});

describe("messages of the REST APIs", () => {
  it("come back as they went, absent fields included", () => {
    const full = {
      payload: "aGk=",
      contentTopic: "/a/1/b/c",
      version: 4294967295,
      timestamp: "9007199254740993",
      meta: "bQ==",
      ephemeral: true,
    };
    const bare = { payload: "aGk=", contentTopic: "/a/1/b/c" };
    for (const message of [full, bare]) expect(readMessages(`[${printMessage(message)}]`)).to.eql([message]);
  });

  it("lack what the API prints as null or as an empty proof", () => {
    expect(readMessages('[{"payload":"aA==","contentTopic":"t","ephemeral":null,"proof":""}]')).to.eql([
      { payload: "aA==", contentTopic: "t" },
    ]);
    expect(readMessages("null")).to.eql([]);
  });
});

describe("messages read from a cache that empties", () => {
  it("add up, one read at a time", async () => {
    const received = new Received();
    let batch = 0;
    const drain = async () => {
      const mine = ++batch;
      // The first read takes longer than the second.
      await new Promise((resolve) => setTimeout(resolve, 10 / mine));
      return { outcome: "ok", value: [{ payload: String(mine) }], raw: mine } as const;
    };
    const [, last] = await Promise.all([received.fetch("a", drain), received.fetch("a", drain)]);
    expect(last.value).to.eql([{ payload: "1" }, { payload: "2" }]);
    expect((await received.fetch("b", async () => ({ outcome: "ok", value: [], raw: 0 }))).value).to.eql([]);
  });
});

describe("REST client", () => {
  const get = { method: "GET", path: "/x" } as const;

  it("takes any status as an answer, with the media type alone and the body as it is", async () => {
    await using node = await StubNode.listen(() => ({ status: 418, type: "application/json; charset=UTF-8", body: '{"a":1}' }));
    const { outcome, value } = await new RestClient(node.handle, 1000).request(get);
    expect({ outcome, value }).to.eql({ outcome: "ok", value: { status: 418, type: "application/json", body: '{"a":1}' } });
  });

  it("sends a body and its type as they are given", async () => {
    await using node = await StubNode.listen(() => ({ status: 200 }));
    await new RestClient(node.handle, 1000).request({
      method: "POST",
      path: "/a%2Fb?c",
      body: "not json",
      contentType: "application/json",
    });
    expect(node.requests).to.eql([{ method: "POST", path: "/a%2Fb?c", body: "not json" }]);
  });

  it("says timeout when no answer comes", async () => {
    await using node = await StubNode.listen(() => "silence");
    expect((await new RestClient(node.handle, 50).request(get)).outcome).to.equal("timeout");
  });

  it("says died when the program ended, and connection-closed when it did not", async () => {
    await using node = await StubNode.listen(() => undefined);
    const client = new RestClient(node.handle, 1000);
    const { outcome, reason } = await client.request(get);
    expect({ outcome, reason }).to.eql({ outcome: "refused", reason: "connection-closed" });
    const pending = client.request(get);
    setTimeout(() => {
      node.ended = "exit code 1";
    }, 50);
    expect((await pending).outcome).to.equal("died");
  });
});

describe("store queries over REST", () => {
  const dialect: StoreDialect = { printBytes: (hex) => `0x${hex}`, readBytes: (text) => text.slice(2) };
  const over = (stub: StubNode, changes: Partial<StoreDialect> = {}) => {
    const explain = async (_operation: string, says: string) => ({ reason: "bad-request", log: [says] }) as const;
    return storeApi(new RestSession(stub.handle, new RestClient(stub.handle, 500), explain), { ...dialect, ...changes });
  };

  it("name what is given and nothing else, and read either spelling of the fields", async () => {
    const message = '{"payload":"aA==","contentTopic":"t","timestamp":1700000000000000001}';
    const found = `{"statusCode":200,"messages":[{"messageHash":"0xab","message":${message},"pubsubTopic":"p"}],"paginationCursor":"0xab"}`;
    await using stub = await StubNode.listen(() => ({ status: 200, body: found }));
    const page = {
      messages: [
        { messageHash: "ab", pubsubTopic: "p", message: { payload: "aA==", contentTopic: "t", timestamp: "1700000000000000001" } },
      ],
      cursor: "ab",
    };
    const criteria = { pubsubTopic: "p", contentTopics: ["t", "u"], timeStart: "1", limit: 2, forward: false, cursor: "cd" };
    expect((await over(stub).query(criteria)).value).to.eql(page);
    expect(stub.requests.at(-1)?.path).to.equal(
      "/store/v3/messages?pubsubTopic=p&contentTopics=t%2Cu&startTime=1&cursor=0xcd&ascending=false&pageSize=2",
    );
    stub.answer = () => ({ status: 200, body: '{"status_code":200,"messages":[{"message_hash":"0xab"}]}' });
    expect((await over(stub).query({ messageHashes: ["ab"] })).value).to.eql({ messages: [{ messageHash: "ab" }] });
    expect(stub.requests.at(-1)?.path).to.equal("/store/v3/messages?hashes=0xab");
  });

  it("are refused for what the service says, whatever the API's own status", async () => {
    await using stub = await StubNode.listen(() => ({ status: 200, body: '{"statusCode":400,"statusDesc":"no","messages":[]}' }));
    const refusal = async () => (await over(stub).query({})).raw as { log: string[] };
    expect((await over(stub).query({})).outcome).to.equal("refused");
    expect((await refusal()).log).to.eql(["no"]);
    stub.answer = () => ({ status: 500, body: '{"messages":null,"error_message":"400 - no"}' });
    expect((await refusal()).log).to.eql(["400 - no"]);
    stub.answer = () => ({ status: 404, body: "gone" });
    expect((await refusal()).log).to.eql(["gone"]);
    expect((await over(stub, { cannotAsk: () => "never" }).query({})).outcome).to.equal("unsupported");
    stub.answer = () => ({ status: 200, body: '{"statusCode":200}' });
    expect((await over(stub, { before: async () => "/ip4/1" }).query({})).value).to.eql({ messages: [] });
    expect(stub.requests.at(-1)?.path).to.equal("/store/v3/messages?peerAddr=%2Fip4%2F1");
  });
});

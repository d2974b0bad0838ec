import { expect } from "chai";
import { readCapabilities } from "../../fixtures/contract/capabilities.ts";
import type { LegacyStoreQuery } from "../../fixtures/contract/legacy-store.ts";
import { flags as goWakuFlags } from "../../fixtures/implementations/go-waku/flags.ts";
import { startGoWaku } from "../../fixtures/implementations/go-waku/node.ts";
import { flags as nwakuFlags } from "../../fixtures/implementations/nwaku/flags.ts";
import { startNwaku } from "../../fixtures/implementations/nwaku/node.ts";
import { legacyStoreApi } from "../../fixtures/implementations/rest-dialect/legacy-store-api.ts";
import { RestClient } from "../../fixtures/implementations/rest-dialect/rest-client.ts";
import { RestSession } from "../../fixtures/implementations/rest-dialect/rest-session.ts";
import { placement, type StubAnswer, StubNode, spec } from "./support/stub-node.ts";

const topic = "/waku/2/rs/66/0";
const peerId = "16Uiu2HAmHzBkRq62mG95vsjKMuYQBezZCtjPXYWUoyVxMxi71aB3";
const info = { status: 200, body: `{"listenAddresses":["/ip4/127.0.0.1/tcp/1/p2p/${peerId}"]}` };
const capabilitiesOf = (implementation: string, version: string) =>
  readCapabilities(new URL(`../../fixtures/implementations/${implementation}/capabilities.yaml`, import.meta.url), version);
/** Its digest is written otherwise in each alphabet of base64. */
const cursor = { digest: "fb".repeat(32), receiverTime: "1700000000000000009", senderTime: "1700000000000000001", pubsubTopic: topic };
const standard = Buffer.from(cursor.digest, "hex").toString("base64");

describe("store before version 3 over REST", () => {
  const over = (stub: StubNode) => {
    const explain = async (_operation: string, says: string) => ({ reason: "bad-request", log: [says] }) as const;
    return legacyStoreApi(new RestSession(stub.handle, new RestClient(stub.handle, 500), explain), { printBytes: (hex) => `h${hex}` });
  };
  const message = '{"payload":"aA==","contentTopic":"t","timestamp":1700000000000000001}';

  it("names what is given and nothing else", async () => {
    await using stub = await StubNode.listen(() => ({ status: 200, body: '{"messages":null}' }));
    const queries: (readonly [LegacyStoreQuery, string])[] = [
      [{ pubsubTopic: "p" }, "pubsubTopic=p"],
      [
        { contentTopics: ["t", "u"], timeStart: "1", timeEnd: "2", forward: false },
        "contentTopics=t%2Cu&startTime=1&endTime=2&ascending=false",
      ],
      [
        { pubsubTopic: "p", cursor: { ...cursor, digest: "ab" }, forward: true, limit: 2 },
        "pubsubTopic=p&senderTime=1700000000000000001&storeTime=1700000000000000009&digest=hab&ascending=true&pageSize=2",
      ],
    ];
    for (const [query, parameters] of queries) {
      expect((await over(stub).query(query)).value).to.eql({ messages: [] });
      expect(stub.requests.at(-1)?.path).to.equal(`/store/v1/messages?${parameters}`);
    }
  });

  it("reads either form of a cursor, with exact times", async () => {
    const rest = `"pubsubTopic":"${topic}"`;
    const texts = `{"digest":"${standard}","storeTime":"1700000000000000009","senderTime":"1700000000000000001",${rest}}`;
    const numbers = `{"digest":{"data":"${standard}"},"storeTime":1700000000000000009,"senderTime":1700000000000000001,${rest}}`;
    await using stub = await StubNode.listen(() => undefined);
    for (const given of [texts, numbers]) {
      stub.answer = () => ({ status: 200, body: `{"messages":[${message}],"cursor":${given}}` });
      const messages = [{ payload: "aA==", contentTopic: "t", timestamp: "1700000000000000001" }];
      expect((await over(stub).query({})).value).to.eql({ messages, cursor });
    }
  });

  it("is refused for what is said, in JSON or not, and for what cannot be read", async () => {
    await using stub = await StubNode.listen(() => undefined);
    const says = async (answer: StubAnswer) => {
      stub.answer = () => answer;
      const { outcome, raw } = await over(stub).query({});
      return [outcome, ...(raw as { log: string[] }).log];
    };
    expect(await says({ status: 500, body: '{"messages":null,"error_message":"invalid cursor"}' })).to.eql(["refused", "invalid cursor"]);
    expect(await says({ status: 412, body: "No suitable service peer" })).to.eql(["refused", "No suitable service peer"]);
    expect((await says({ status: 200, body: '{"cursor":{}}' }))[0]).to.equal("refused");
  });
});

describe("store before version 3 of go-waku", () => {
  const settings = capabilitiesOf("go-waku", "v0.10.0").settings;
  const peer = { id: "p", multiaddrs: ["/ip4/127.0.0.1/tcp/9/p2p/p"], protocols: ["/vac/waku/store/2.0.0-beta4"], connected: true };
  const started = async (page: StubAnswer) => {
    const stub = await StubNode.listen(({ path }) => {
      if (path === "/debug/v1/info") return info;
      if (path === "/admin/v1/peers") return { status: 200, body: JSON.stringify([{ ...peer, pubsubTopics: null }]) };
      return path.startsWith("/store/v1/") ? page : { status: 200, body: "true" };
    });
    const participant = {
      name: "go-waku",
      artifact: { kind: "binary", path: "/usr/bin/waku" },
      capabilities: capabilitiesOf("go-waku", "v0.10.0"),
    } as const;
    return { stub, node: await startGoWaku(participant, spec({ relay: false, shards: [] }), stub.runtime) };
  };

  it("is served where it is told so, from memory", () => {
    expect(goWakuFlags(spec({ settings: { legacyStore: "true" } }), placement(), settings)).to.include.members([
      "--store=true",
      "--store-message-db-url=sqlite3://:memory:",
    ]);
    expect(goWakuFlags(spec(), placement(), settings).filter((arg) => arg.startsWith("--store="))).to.eql([]);
  });

  it("is asked of a peer that the node was told to be on the shard, with the URL alphabet in a cursor", async () => {
    const { stub, node } = await started({ status: 200, body: '{"messages":null}' });
    await using _ = stub;
    expect((await node.legacyStore?.query({ pubsubTopic: topic, cursor }))?.outcome).to.equal("ok");
    const told = stub.requests.filter(({ method, path }) => method === "POST" && path === "/admin/v1/peers");
    expect(told.map(({ body }) => JSON.parse(body))).to.eql([{ multiaddr: peer.multiaddrs[0], shards: [0], protocols: [] }]);
    const url = standard.replaceAll("+", "-").replaceAll("/", "_");
    expect(stub.requests.at(-1)?.path)
      .to.contain(`digest=${encodeURIComponent(url)}`)
      .and.not.to.contain("peerAddr");
    await node.legacyStore?.query({});
    expect(stub.requests.at(-1)?.path).to.contain(`peerAddr=${encodeURIComponent(peer.multiaddrs[0] ?? "")}`);
  });

  it("knows an invalid cursor", async () => {
    const { stub, node } = await started({ status: 500, body: '{"messages":null,"error_message":"invalid cursor"}' });
    await using _ = stub;
    expect((await node.legacyStore?.query({ pubsubTopic: topic }))?.reason).to.equal("bad-request");
  });
});

describe("store before version 3 of nwaku", () => {
  const [before, after] = [capabilitiesOf("nwaku", "v0.37.4"), capabilitiesOf("nwaku", "v0.38.0")];
  const started = async (capabilities: ReturnType<typeof capabilitiesOf>) => {
    const stub = await StubNode.listen(({ path }) => {
      if (path === "/health") return { status: 200, body: '{"nodeHealth":"READY"}' };
      return path === "/debug/v1/info" ? info : { status: 200, body: '{"messages":[]}' };
    });
    const participant = { name: "nwaku", artifact: { kind: "image", reference: "wakuorg/nwaku" }, capabilities } as const;
    return { stub, node: await startNwaku(participant, spec({ relay: false, shards: [] }), stub.runtime) };
  };

  it("is served beside version 3 where it is told so, up to v0.38.0", () => {
    const told = spec({ storeService: true, settings: { legacyStore: "true" } });
    expect(nwakuFlags(told, placement(), before.settings)).to.include.members(["--store=true", "--legacy-store=true"]);
    expect(() => nwakuFlags(told, placement(), after.settings)).to.throw("legacyStore cannot be set here");
  });

  it("is asked with the standard alphabet in a cursor, and not from v0.38.0 on", async () => {
    const { stub, node } = await started(before);
    await using _ = stub;
    expect((await node.legacyStore?.query({ pubsubTopic: topic, cursor }))?.value).to.eql({ messages: [] });
    expect(stub.requests.at(-1)?.path).to.contain(`digest=${encodeURIComponent(standard)}`);
    const newer = await started(after);
    await using __ = newer.stub;
    expect(newer.node.legacyStore).to.equal(undefined);
  });
});

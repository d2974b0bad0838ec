import { expect } from "chai";
import { readCapabilities } from "../../fixtures/contract/capabilities.ts";
import { nwaku } from "../../fixtures/implementations/nwaku/adapter.ts";
import { flags } from "../../fixtures/implementations/nwaku/flags.ts";
import { startNwaku } from "../../fixtures/implementations/nwaku/node.ts";
import { readVersion } from "../../fixtures/implementations/nwaku/provision.ts";
import { placement, type StubAnswer, StubNode, spec } from "./support/stub-node.ts";

/** What v0.38.1 prints with `--help`: those that the adapter may use. */
const known =
  "nodekey cluster-id num-shards-in-network shard relay filter lightpush store store-message-db-url rln-relay listen-address tcp-port websocket-support " +
  "websocket-secure-support websocket-port websocket-secure-cert-path websocket-secure-key-path nat ext-multiaddr ext-multiaddr-only " +
  "ip-colocation-limit dns-addrs-name-server rest rest-admin rest-address rest-port rest-relay-cache-capacity metrics-server " +
  "metrics-server-address metrics-server-port dns-discovery discv5-discovery discv5-udp-port discv5-bootstrap-node " +
  "peer-exchange peer-exchange-node rendezvous";
const repeatable = ["shard", "ext-multiaddr", "dns-addrs-name-server", "discv5-bootstrap-node"];

const topic = "/waku/2/rs/66/0";
const encoded = "%2Fwaku%2F2%2Frs%2F66%2F0";
const self = "16Uiu2HAmHzBkRq62mG95vsjKMuYQBezZCtjPXYWUoyVxMxi71aB3";
const other = "16Uiu2HAkzAbMrvCbnbeGML8nXZ1XCbVjyphcMGMGQL4vwpUHbxVc";
const message = { payload: "aGVsbG8gZnJvbSBB", contentTopic: "/harness/1/test/plain" };

const text = (status: number, body: string): StubAnswer => ({ status, type: "text/plain", body });
const json = (status: number, body: string): StubAnswer => ({ status, type: "application/json", body });

/** Answers of a real v0.38.1. */
const recorded: Record<string, StubAnswer> = {
  "GET /health": json(200, '{"nodeHealth":"READY","connectionStatus":"PartiallyConnected","protocolsHealth":[{"Relay":"READY"}]}'),
  "GET /debug/v1/info": json(200, `{"listenAddresses":["/ip4/127.0.0.1/tcp/16000/p2p/${self}"],"enrUri":"enr:-Li4"}`),
  "GET /debug/v1/version": text(200, "v0.38.1"),
  "POST /relay/v1/subscriptions": text(200, "OK"),
  "POST /admin/v1/peers": text(200, "OK"),
  "GET /admin/v1/peers": json(
    200,
    `[{"multiaddr":"/ip4/127.0.0.1/tcp/53960/p2p/${other}","protocols":["/vac/waku/relay/2.0.0"],"shards":[0,1],"connected":"Connected","agent":"logos-delivery-v0.38.1","origin":"UnknownOrigin"},` +
      '{"multiaddr":"/ip4/127.0.0.1/tcp/1/p2p/16Uiu2HAmPXexWmvNqQwTBDhMGVaWmPGWBYNVoELqTUiUVQbFp7PS","protocols":[],"shards":[],"connected":"CannotConnect","agent":"","origin":"UnknownOrigin"}]',
  ),
};

async function startOn(answers: Record<string, StubAnswer>, changes = {}) {
  const stub = await StubNode.listen(({ method, path }) => ({ ...recorded, ...answers })[`${method} ${path}`] ?? { status: 404 });
  const capabilities = readCapabilities(new URL("../../fixtures/implementations/nwaku/capabilities.yaml", import.meta.url), "v0.38.1");
  const artifact = { kind: "image", reference: "wakuorg/nwaku:v0.38.1" } as const;
  const node = await startNwaku({ name: "nwaku", artifact, capabilities }, spec(changes), stub.runtime).catch(async (error: unknown) => {
    await stub[Symbol.asyncDispose]();
    throw error;
  });
  return { stub, node, [Symbol.asyncDispose]: () => stub[Symbol.asyncDispose]() };
}

describe("nwaku adapter, against recorded answers of v0.38.1", () => {
  it("uses flags of the program, and repeats only those that may be", () => {
    const finding = { discovery: { bootstrap: ["enr:-a", "enr:-b"] }, peerExchangeNode: "/ip4/127.0.0.1/tcp/1" };
    const args = flags(spec(finding), placement(), {}).map((arg) => /^--([\w-]+)=(.+)$/.exec(arg)?.[1] ?? arg);
    expect(args.filter((flag) => !known.split(" ").includes(flag))).to.eql([]);
    expect(args.filter((flag, at) => args.indexOf(flag) !== at && !repeatable.includes(flag))).to.eql([]);
  });

  it("reads who has a filter subscription", async () => {
    const listed = `[{"peerId":"${other}","filterCriteria":[{"pubsubTopic":"${topic}","contentTopic":"/harness/1/test/plain"}]}]`;
    await using started = await startOn({ "GET /admin/v1/filter/subscriptions": json(200, listed) }, { filterService: true });
    expect((await started.node.filterPeers?.())?.value).to.eql([other]);
  });

  it("reads who is on a shard, and who in its mesh", async () => {
    const group = (...ids: string[]) =>
      json(200, JSON.stringify({ shard: 0, peers: ids.map((id) => ({ multiaddr: `/ip4/127.0.0.1/tcp/1/p2p/${id}`, score: 0 })) }));
    const routes = { "GET /admin/v1/peers/relay/on/0": group(self, other), "GET /admin/v1/peers/mesh/on/0": group(other) };
    await using started = await startOn(routes);
    expect((await started.node.relay?.peers?.(topic))?.value).to.eql({ announced: [self, other], mesh: [other] });
    expect((await started.node.relay?.peers?.("/waku/2/rs/66/9"))?.outcome).to.equal("refused");
  });

  it("gives addresses by IP or by name, and a name server to match", () => {
    expect(flags(spec(), placement(), {})).to.include.members([
      "--nat=extip:127.0.0.1",
      "--ext-multiaddr=/ip4/127.0.0.1/tcp/3000",
      "--ext-multiaddr=/ip4/127.0.0.1/tcp/5000/wss",
      "--dns-addrs-name-server=127.0.0.1",
    ]);
    expect(flags(spec(), placement("node-1"), {})).to.include.members([
      "--nat=extip:127.0.0.1",
      "--ext-multiaddr=/dns4/node-1/tcp/3000",
      "--dns-addrs-name-server=127.0.0.11",
    ]);
  });

  it("listens on TCP alone where it is told so", () => {
    const settings = { webSockets: { flag: "--websocket-support=", edges: {} } };
    const args = flags(spec({ settings: { webSockets: "false" } }), placement(), settings);
    expect(args.filter((arg) => arg.startsWith("--websocket"))).to.eql(["--websocket-support=false"]);
    expect(args.filter((arg) => arg.startsWith("--ext-multiaddr="))).to.eql(["--ext-multiaddr=/ip4/127.0.0.1/tcp/3000"]);
  });

  it("serves no store before version 3 unless asked, where a version has one", () => {
    const { settings } = readCapabilities(new URL("../../fixtures/implementations/nwaku/capabilities.yaml", import.meta.url), "v0.36.0");
    expect(flags(spec(), placement(), settings)).to.include("--legacy-store=false");
    const asked = flags(spec({ settings: { legacyStore: "true" } }), placement(), settings);
    expect(asked.filter((arg) => arg.startsWith("--legacy-store"))).to.eql(["--legacy-store=true"]);
    expect(flags(spec(), placement(), {}).join()).not.to.include("--legacy-store");
  });

  it("declares the defaults that v0.37 had", () => {
    const { settings } = readCapabilities(new URL("../../fixtures/implementations/nwaku/capabilities.yaml", import.meta.url), "v0.37.4");
    expect([settings.maxConnections?.default, settings.relayServiceRatio?.default]).to.eql(["50", "60:40"]);
    expect(settings.maxConnections?.ordinary).to.eql(["25", "40"]);
  });

  it("reads its version", () => {
    expect(readVersion("logos-delivery/nwaku version / git commit hash: v0.38.1\n")).to.equal("v0.38.1");
    expect(readVersion('version / git commit hash: "v0.38.1"')).to.equal("v0.38.1");
    expect(readVersion("version / git commit hash: v0.37.1-beta")).to.equal("v0.37.1-beta");
    expect(readVersion("gowaku version v0.10.0-01bb2e1c")).to.equal(undefined);
  });

  it("is ready when it says so, and then has its shards subscribed", async () => {
    await using run = await startOn({});
    expect(run.node.peerId).to.equal(self);
    expect(run.node.addresses).to.eql({ tcp: `/ip4/127.0.0.1/tcp/3000/p2p/${self}`, wss: `/ip4/127.0.0.1/tcp/5000/wss/p2p/${self}` });
    const subscriptions = run.stub.requests.filter(({ path }) => path === "/relay/v1/subscriptions").map(({ body }) => body);
    expect(subscriptions).to.eql(['["/waku/2/rs/66/0","/waku/2/rs/66/1"]']);
    expect((await run.node.alive()).outcome).to.equal("ok");
  });

  it("has not started when it refuses its own shards: what is sent to it would look lost", async () => {
    const refusing = { "POST /relay/v1/subscriptions": text(400, "Invalid pubsub topic(s)") };
    expect(await startOn(refusing).catch(String)).to.match(
      /^StartFailure: nwaku did not subscribe to its own \/waku\/2\/rs\/66\/0, \/waku\/2\/rs\/66\/1: invalid-pubsub-topic /,
    );
    await using run = await startOn(refusing, { shards: [] });
    expect(run.node.peerId).to.equal(self);
  });

  it("does not relay on the cluster that it has RLN for", async () => {
    const failure = await startOn({}, { clusterId: 1 }).catch(String);
    expect(failure).to.equal("NotTried: nwaku relays on cluster 1 with RLN only, which asks a node of Ethereum for its members");
    await using run = await startOn({}, { clusterId: 1, relay: false, shards: [] });
    expect(run.node.peerId).to.equal(self);
  });

  it("dials with a list, and sees only open connections", async () => {
    await using run = await startOn({});
    const address = `/ip4/127.0.0.1/tcp/17000/p2p/${other}`;
    expect((await run.node.connect(address)).outcome).to.equal("ok");
    expect(run.stub.requests.find(({ method, path }) => method === "POST" && path === "/admin/v1/peers")?.body).to.equal(`["${address}"]`);
    expect((await run.node.peers()).value).to.eql([{ peerId: other, protocols: ["/vac/waku/relay/2.0.0"] }]);
    expect((await run.node.connect(`/ip4/127.0.0.1/tcp/1/p2p/${self}`)).reason).to.equal("connection-closed");
  });

  it("publishes with exact timestamps and adds up what it reads", async () => {
    const path = `/relay/v1/messages/${encoded}`;
    const got =
      '[{"payload":"ZnVsbA==","contentTopic":"/harness/1/test/plain","version":1,"timestamp":1795339580255488001,"meta":"bWV0YQ==","ephemeral":true,"proof":""}]';
    await using run = await startOn({ [`POST ${path}`]: text(200, "OK"), [`GET ${path}`]: json(200, got) });
    await run.node.relay?.publish(topic, { ...message, timestamp: "1795339580255488001" });
    expect(run.stub.requests.at(-1)?.body).to.match(/"timestamp":1795339580255488001}$/);
    const one = {
      payload: "ZnVsbA==",
      contentTopic: "/harness/1/test/plain",
      version: 1,
      timestamp: "1795339580255488001",
      meta: "bWV0YQ==",
      ephemeral: true,
    };
    expect((await run.node.relay?.received(topic))?.value).to.eql([one]);
    expect((await run.node.relay?.received(topic))?.value).to.eql([one, one]);
    expect(await run.node.relay?.received("/waku/2/rs/66/9")).to.deep.include({ outcome: "ok", value: [] });
  });

  const publishing: readonly (readonly [StubAnswer, string])[] = [
    [text(400, "Failed to publish: Node not subscribed to topic: /waku/2/rs/66/9"), "not-subscribed"],
    [text(400, "Failed to publish: Message size exceeded maximum of 153600 bytes"), "message-too-large"],
    [text(400, "Incorrect base64 string"), "bad-request"],
    [text(400, "Invalid content body, could not decode: Unable to deserialize data: "), "bad-request"],
    [text(400, ""), "bad-request"],
    [{ status: 404 }, "not-found"],
    [text(500, "a text of tomorrow"), "unknown-refusal"],
  ];
  for (const [answer, reason] of publishing) {
    it(`knows why a publish was refused: ${reason} of ${JSON.stringify(answer)}`, async () => {
      await using run = await startOn({ [`POST /relay/v1/messages/${encoded}`]: answer });
      expect((await run.node.relay?.publish(topic, message))?.reason).to.equal(reason);
    });
  }

  it("refuses a named topic", async () => {
    await using run = await startOn({});
    run.stub.answer = () => text(400, 'Invalid pubsub topic(s): @["/waku/2/default-waku/proto"]');
    expect((await run.node.relay?.subscribe("/waku/2/default-waku/proto"))?.reason).to.equal("invalid-pubsub-topic");
  });

  it("is a filter client", async () => {
    await using run = await startOn(
      {
        "POST /filter/v2/subscriptions": json(200, '{"requestId":"1","statusDesc":"OK"}'),
        "GET /filter/v2/messages/%2Fharness%2F1%2Ftest%2Fplain": json(
          200,
          '[{"payload":"dG8gZmlsdGVy","contentTopic":"/harness/1/test/plain","version":0,"timestamp":1795339584636943360,"ephemeral":false}]',
        ),
        "GET /filter/v2/messages/%2Fnever%2F1%2Fx%2Fy": text(400, "Not subscribed to topic: /never/1/x/y"),
        "DELETE /filter/v2/subscriptions/all": json(404, '{"requestId":"11","statusDesc":"NOT_FOUND: peer has no subscriptions"}'),
      },
      { relay: false },
    );
    const filter = run.node.filter;
    expect((await filter?.subscribe(topic, [message.contentTopic]))?.outcome).to.equal("ok");
    expect((await filter?.received(topic, message.contentTopic))?.value).to.have.lengthOf(1);
    expect((await filter?.received(topic, "/never/1/x/y"))?.value).to.eql([]);
    expect((await filter?.unsubscribeAll())?.reason).to.equal("no-subscription");
    run.stub.answer = () => json(400, '{"requestId":"6","statusDesc":"BAD_REQUEST: exceeds maximum content topics: 100"}');
    expect((await filter?.subscribe(topic, []))?.reason).to.equal("too-many-criteria");
    run.stub.answer = () => json(200, '{"requestId":"3","statusDesc":"UNKNOWN"}');
    expect((await filter?.subscribe(topic, []))?.reason).to.equal("unknown-refusal");
  });

  it("pushes by both versions of lightpush", async () => {
    await using run = await startOn({
      "POST /lightpush/v3/message": json(200, '{"relayPeerCount":1}'),
      "POST /lightpush/v1/message": text(200, "OK"),
    });
    expect((await run.node.lightpush?.push(3, topic, message))?.value).to.eql({ relayPeerCount: 1 });
    expect((await run.node.lightpush?.push(2, topic, message))?.outcome).to.equal("ok");
    run.stub.answer = () => text(503, "Failed to request a message push: not_published_to_any_peer");
    expect((await run.node.lightpush?.push(2, topic, message))?.reason).to.equal("no-relay-peers");
    run.stub.answer = () => json(500, '{"statusDesc":"Message size exceeded maximum of 153600 bytes"}');
    expect((await run.node.lightpush?.push(3, undefined, message))?.reason).to.equal("message-too-large");
  });

  const pushing: readonly (readonly [2 | 3, StubAnswer, string])[] = [
    [3, json(505, '{"statusDesc":"No peers for topic, skipping publish"}'), "unknown-refusal"],
    [3, json(503, '{"statusDesc":"No peers for topic, skipping publish"}'), "no-relay-peers"],
    [3, json(503, '{"statusDesc":"words of another service"}'), "no-relay-peers"],
    [3, json(503, '{"statusDesc":"No suitable service peer & no discovery method"}'), "no-service-peer"],
    [3, json(421, '{"statusDesc":"Invalid pubsub topic"}'), "shard-not-served"],
    [3, json(400, '{"statusDesc":"Invalid pubsub topic"}'), "invalid-pubsub-topic"],
    [3, json(500, '{"statusDesc":"Pubsub topic must be specified when static sharding is enabled"}'), "bad-request"],
    [2, text(503, "words of the REST server"), "unknown-refusal"],
  ];
  for (const [version, answer, reason] of pushing) {
    it(`takes the code of a service before its words: ${reason} of ${JSON.stringify(answer)}`, async () => {
      await using run = await startOn({ "POST /lightpush/v3/message": answer, "POST /lightpush/v1/message": answer });
      expect((await run.node.lightpush?.push(version, topic, message))?.reason).to.equal(reason);
    });
  }

  it("died when a request ended it", async () => {
    await using run = await startOn({});
    run.stub.answer = () => undefined;
    run.stub.ended = "exit code 1";
    expect((await run.node.relay?.publish(topic, { ...message, version: -1 }))?.outcome).to.equal("died");
  });

  it("is absent, with what to do, where it cannot be had", async () => {
    const [absent] = await nwaku.provision({}, { docker: false, build: true, progress: () => {} });
    expect(absent).to.deep.include({
      name: "nwaku",
      reason: "no NWAKU_BIN, and image wakuorg/nwaku:v0.38.1 cannot be run: there is no Docker engine; set NWAKU_BIN or NWAKU_IMAGE",
    });
  });
});

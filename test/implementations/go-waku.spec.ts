import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { expect } from "chai";
import { isReady } from "../../fixtures/contract/adapter.ts";
import { readCapabilities } from "../../fixtures/contract/capabilities.ts";
import { goWaku } from "../../fixtures/implementations/go-waku/adapter.ts";
import { flags } from "../../fixtures/implementations/go-waku/flags.ts";
import { runGo } from "../../fixtures/implementations/go-waku/go-command.ts";
import { startGoWaku } from "../../fixtures/implementations/go-waku/node.ts";
import { readVersion } from "../../fixtures/implementations/go-waku/provision.ts";
import { explain } from "../../fixtures/implementations/go-waku/refusals.ts";
import { LogWindow } from "../../fixtures/implementations/rest-dialect/log-window.ts";
import { placement, type StubAnswer, StubNode, spec } from "./support/stub-node.ts";

/** From `--help` of v0.10.0: those that the adapter may use. */
const known =
  "address cluster-id discv5-bootstrap-node discv5-discovery discv5-udp-port dns-discovery ext-multiaddr filter ip-colocation-limit lightpush log-encoding metrics-server " +
  "metrics-server-address metrics-server-port nodekey peer-exchange peer-exchange-node pubsub-topic relay rest rest-address rest-admin rest-filter-cache-capacity rest-port " +
  "tcp-port websocket-address websocket-port websocket-secure-cert-path websocket-secure-key-path websocket-secure-port " +
  "websocket-secure-support websocket-support store-message-db-url";

const topic = "/waku/2/rs/66/0";
const peerId = "16Uiu2HAmHzBkRq62mG95vsjKMuYQBezZCtjPXYWUoyVxMxi71aB3";
const info = { status: 200, body: `{"listenAddresses":["/ip4/127.0.0.1/tcp/1/p2p/${peerId}"]}` };

async function startOn(node: StubNode, changes = {}) {
  const capabilities = readCapabilities(new URL("../../fixtures/implementations/go-waku/capabilities.yaml", import.meta.url), "v0.10.0");
  const artifact = { kind: "binary", path: "/usr/bin/waku" } as const;
  return startGoWaku({ name: "go-waku", artifact, capabilities }, spec(changes), node.runtime);
}

const scripted =
  (answers: Record<string, StubAnswer>) =>
  ({ method, path }: { method: string; path: string }): StubAnswer =>
    path === "/debug/v1/info" ? info : (answers[`${method} ${path}`] ?? { status: 200, body: "true" });

describe("go-waku adapter", () => {
  it("uses flags of the program, and announces every address", () => {
    const finding = { discovery: { bootstrap: ["enr:-a", "enr:-b"] }, peerExchangeNode: `/ip4/127.0.0.1/tcp/1/p2p/${peerId}` };
    const args = flags(spec(finding), placement("node-1"), {});
    const used = new Set(args.map((arg) => /^--([\w-]+)=/.exec(arg)?.[1]));
    expect([...used].filter((flag) => !known.split(" ").includes(flag ?? ""))).to.eql([]);
    expect(args).to.include.members([
      "--pubsub-topic=/waku/2/rs/66/1",
      "--relay=true",
      "--lightpush=false",
      "--ext-multiaddr=/dns4/node-1/tcp/3000",
      "--ext-multiaddr=/dns4/node-1/tcp/4000/ws",
      "--ext-multiaddr=/dns4/node-1/tcp/5000/tls/ws",
      "--websocket-secure-key-path=/run/key.pem",
      "--discv5-bootstrap-node=enr:-b",
      "--peer-exchange=true",
    ]);
    expect(flags(spec(), placement("node-1"), {})).to.include.members(["--discv5-discovery=false", "--peer-exchange=false"]);
  });

  it("reads what it prints of its version", () => {
    expect(readVersion("gowaku version v0.10.0-01bb2e1c")).to.equal("v0.10.0");
    expect(readVersion("gowaku version -")).to.equal("unversioned");
    expect(readVersion("ls (GNU coreutils) 9.1")).to.equal(undefined);
  });

  it("knows why a request was refused, from the answer", async () => {
    await using node = await StubNode.listen(() => undefined);
    const reason = async (says: string, status: number) =>
      (await explain("relay.publish", says, { status, type: "", body: says }, new LogWindow(node.handle))).reason;
    expect(await reason("missing Payload field", 400)).to.equal("missing-payload");
    expect(await reason("invalid length for Meta field", 400)).to.equal("invalid-meta");
    expect(await reason("json: cannot unmarshal number -1 into Go struct field RestWakuMessage.version", 400)).to.equal("bad-request");
    expect(await reason("lightpush errorexceeds the rate limit", 503)).to.equal("rate-limited");
    expect(await reason("lightpush errorCould not publish message: not enough peers to publish", 503)).to.equal("no-relay-peers");
    expect(await reason("no suitable remote peers", 503)).to.equal("no-service-peer");
    expect(await reason("404 page not found\n", 404)).to.equal("not-found");
    expect(await reason("a text of tomorrow", 503)).to.equal("unknown-refusal");
    expect(await reason("", 500)).to.equal("internal-error");
  });

  it("knows it from the log where the answer does not say", async () => {
    await using node = await StubNode.listen(scripted({}));
    const waku = await startOn(node);
    const lines = (...errors: string[]) =>
      errors.map((error) => `2026-01-01\tERROR\tgowaku.relay\trest/relay.go:195\tpublishing message\t{"node": "x", "error": "${error}"}\n`);
    node.log = lines("not enough peers to publish").join("");
    node.answer = () => {
      node.log += lines("message size exceeds gossipsub max message size").join("");
      return { status: 500, type: "application/json; charset=UTF-8" };
    };
    const one = await waku.relay?.publish(topic, {});
    expect({ outcome: one?.outcome, reason: one?.reason }).to.eql({ outcome: "refused", reason: "message-too-large" });
    node.answer = () => {
      node.log += lines("not enough peers to publish", "cannot publish to unsubscribed topic").join("");
      return { status: 500 };
    };
    expect((await waku.relay?.publish(topic, {}))?.reason).to.equal("unknown-refusal");
  });

  it("takes a connection that is cut while muxers are negotiated for no answer about muxers", async () => {
    await using node = await StubNode.listen(() => undefined);
    const reason = async (cause: string) => {
      const says = `failed to dial: all dials failed\n  * [/ip4/127.0.0.1/tcp/1] failed to negotiate stream multiplexer: ${cause}`;
      return (await explain("connect", says, { status: 500, type: "", body: says }, new LogWindow(node.handle))).reason;
    };
    expect(await reason("protocols not supported: [/yamux/1.0.0]")).to.equal("no-common-muxer");
    expect(await reason("read tcp4 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer")).to.equal("dial-failed");
  });

  it("has not started when its shards cannot be read", async () => {
    await using node = await StubNode.listen(
      scripted({ "POST /relay/v1/subscriptions": { status: 400, body: "not a waku pubsub topic" } }),
    );
    expect(await startOn(node, {}).catch(String)).to.match(/^StartFailure: go-waku did not subscribe to its own .*: invalid-pubsub-topic /);
  });

  it("subscribes the shards given at start in one call, each once", async () => {
    await using node = await StubNode.listen(scripted({}));
    const waku = await startOn(node);
    await waku.relay?.subscribe(topic);
    await waku.relay?.subscribe("/waku/2/rs/66/7");
    const posted = node.requests.filter(({ method, path }) => method === "POST" && path === "/relay/v1/subscriptions");
    expect(posted.map(({ body }) => body)).to.eql(['["/waku/2/rs/66/0","/waku/2/rs/66/1"]', '["/waku/2/rs/66/7"]']);
  });

  it("has no relay where none was asked for, and no lightpush version 3", async () => {
    await using node = await StubNode.listen(scripted({}));
    const waku = await startOn(node, { relay: false });
    expect(waku).not.to.have.property("relay");
    expect((await waku.lightpush?.push(3, topic, {}))?.outcome).to.equal("unsupported");
    expect(waku.addresses.wss).to.equal(`/ip4/127.0.0.1/tcp/5000/tls/ws/p2p/${peerId}`);
  });

  it("tells the node that its service peer may have a shard, keeping the shards that it knows", async () => {
    const peer = { id: "p", multiaddrs: ["/ip4/127.0.0.1/tcp/9/p2p/p"], protocols: ["/vac/waku/lightpush/2.0.0-beta1"], connected: true };
    const peers = JSON.stringify([{ ...peer, pubsubTopics: [topic] }]);
    await using node = await StubNode.listen(scripted({ "GET /admin/v1/peers": { status: 200, body: peers } }));
    const waku = await startOn(node, { relay: false });
    await waku.lightpush?.push(2, topic, {});
    await waku.lightpush?.push(2, "/waku/2/rs/66/9", { payload: "aA==", timestamp: "9007199254740993" });
    const told = node.requests.filter(({ method, path }) => method === "POST" && path === "/admin/v1/peers");
    expect(told.map(({ body }) => JSON.parse(body))).to.eql([{ multiaddr: peer.multiaddrs[0], shards: [0, 9], protocols: [] }]);
    expect(node.requests.at(-1)?.body).to.equal(
      '{"pubsubTopic":"/waku/2/rs/66/9","message":{"payload":"aA==","timestamp":9007199254740993}}',
    );
  });

  it("reads who is on a shard of those that are connected, and no mesh", async () => {
    const peer = (id: string, connected: boolean, ...pubsubTopics: string[]) => ({
      id,
      multiaddrs: null,
      protocols: null,
      connected,
      pubsubTopics,
    });
    const peers = JSON.stringify([peer("on", true, topic), peer("gone", false, topic), peer("elsewhere", true, "/waku/2/rs/66/9")]);
    await using node = await StubNode.listen(scripted({ "GET /admin/v1/peers": { status: 200, body: peers } }));
    const waku = await startOn(node, { relay: true });
    expect((await waku.relay?.peers?.(topic))?.value).to.eql({ announced: ["on"] });
  });

  it("asks a store by an address that the node lists a moment later than what is served there", async () => {
    const peer = { id: "p", protocols: ["/vac/waku/store-query/3.0.0"], connected: true, pubsubTopics: null };
    const address = "/ip4/127.0.0.1/tcp/9/p2p/p";
    let listed = 0;
    await using node = await StubNode.listen((request) => {
      if (request.path !== "/admin/v1/peers") return scripted({})(request);
      listed += 1;
      return { status: 200, body: JSON.stringify([{ ...peer, multiaddrs: listed < 3 ? null : [address] }]) };
    });
    const waku = await startOn(node, { relay: false });
    await waku.store?.query({ messageHashes: ["11".repeat(32)] });
    expect(node.requests.at(-1)?.path).to.contain(`peerAddr=${encodeURIComponent(address)}`);
  });

  it("gives up a build that is stuck", async () => {
    const folder = await mkdtemp(join(tmpdir(), "go-waku-spec-"));
    const path = process.env.PATH;
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      await writeFile(join(folder, "go"), '#!/bin/sh\ntouch "$1"\nexec sleep 60\n', { mode: 0o755 });
      process.env.PATH = `${folder}:${path}`;
      const failed = runGo(["begun"], folder, () => {}).catch((error: Error) => error.message);
      while (!existsSync(join(folder, "begun"))) await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(30 * 60_000);
      expect(await failed).to.match(/^go was not done within 30 minutes/);
    } finally {
      mock.timers.reset();
      process.env.PATH = path;
      await rm(folder, { recursive: true });
    }
  });

  it("says in one sentence what is wrong with a program that is not go-waku", async () => {
    const folder = await mkdtemp(join(tmpdir(), "go-waku-spec-"));
    const options = { docker: false, build: false, progress: () => {} };
    const named = (path: string) =>
      goWaku.provision({ artifact: { kind: "binary", path } }, options).catch((error: Error) => error.message);
    try {
      const other = join(folder, "other");
      const good = join(folder, "good");
      await writeFile(other, "#!/bin/sh\necho other 1.0\n", { mode: 0o755 });
      await writeFile(good, "#!/bin/sh\necho gowaku version v0.10.1-abc\n", { mode: 0o755 });
      expect(await named(join(folder, "none"))).to.match(/none is not a file; a go-waku binary was expected$/);
      expect(await named(other)).to.match(/other is not go-waku: --version printed "other 1.0"$/);
      const [ready] = (await named(good)) as Awaited<ReturnType<typeof goWaku.provision>>;
      expect(ready && isReady(ready) && { version: ready.version, artifact: ready.artifact }).to.eql({
        version: "v0.10.1",
        artifact: "sha256:318bb67b80b2415e51610cd6b80dadf32629b73e47e12e1d62ff1bec7bfef69e",
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { Identify, identifyProtocol, identifyPushProtocol, pingProtocol } from "../../rfc-checks/wire/identify.ts";
import { legacyStoreProtocol } from "../../rfc-checks/wire/legacy-store.ts";
import { metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import { peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { rendezvousProtocol } from "../../rfc-checks/wire/rendezvous.ts";
import { storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { anyoneAlone } from "../../topologies/index.ts";

const ofAnyone = { subject: "node", topology: anyoneAlone, mutates: "connections", tags: ["#wire"] } as const;

async function connected(scene: Scene<unknown>) {
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  return probe;
}

/** Opens a stream and resets it; was there one? A script is begun once a protocol is agreed on: a node, too, may answer with a reset. */
async function opens(scene: Scene<unknown>, probe: Awaited<ReturnType<typeof connected>>, protocol: string): Promise<boolean> {
  const { peerId, capabilities } = scene.subject;
  let agreed = false;
  function* script() {
    agreed = true;
    yield { reset: true } as const;
  }
  await probe.exchange(peerId, protocol, script(), { ms: capabilities.timings.settledMs });
  return agreed;
}

describe("connectivity on the wire", () => {
  check({
    ...ofAnyone,
    id: "connectivity/wire-transports",
    title: "a node that listens is reached over TCP, and over which others",
    requirements: ["10-WAKU2-06", "10-WAKU2-07", "64-NET-14"],
    network: () => ({ clusterId: 1, shards: [0] }),
    meaningful: ({ node }) => (node?.transports.length ?? 0) > 0,
    async observe(scene) {
      const { addresses, peerId } = scene.subject;
      const reached: Record<string, boolean> = {};
      for (const transport of ["tcp", "ws", "wss"] as const) {
        const address = addresses[transport];
        const probe = address === undefined ? undefined : await scene.probe();
        await probe?.connect(address as string);
        reached[transport] = probe?.connected(peerId) ?? false;
      }
      return { reached: exact(reached) };
    },
    judge({ reached }) {
      expect(reached.tcp, "not-connected", "reached.tcp").to.equal(true);
    },
  });

  check({
    ...ofAnyone,
    id: "connectivity/wire-ping",
    title: "whether a libp2p ping comes back as it was sent",
    requirements: ["10-WAKU2-04"],
    async observe(scene) {
      const probe = await connected(scene);
      const sent = Buffer.from(scene.freshKey(), "hex");
      const script = [{ write: sent }, { close: true }] as const;
      const bounds = { ms: scene.subject.capabilities.timings.callMs, frames: 0, bytes: 32 };
      const { bytes } = await probe.exchange(scene.subject.peerId, pingProtocol, script, bounds);
      return { echoed: exact(Buffer.from(bytes).equals(sent)), bytes: exact(bytes.length) };
    },
  });

  check({
    ...ofAnyone,
    id: "connectivity/wire-identify",
    title: "what identify tells: protocols, an agent, and a signed record",
    requirements: ["10-WAKU2-05"],
    async observe(scene) {
      const probe = await connected(scene);
      const { peerId, capabilities } = scene.subject;
      const { frames } = await probe.exchange(peerId, identifyProtocol, [{ close: true }], { ms: capabilities.timings.callMs });
      const { value, deviations } = decode(Identify, frames[0] ?? new Uint8Array());
      const { protocols = [], agentVersion, protocolVersion, signedPeerRecord } = value;
      return {
        answered: exact(frames.length > 0),
        deviations: set(deviations.map(({ kind, path }) => `${kind} ${path}`)),
        protocols,
        push: exact(protocols.includes(identifyPushProtocol)),
        ping: exact(protocols.includes(pingProtocol)),
        signedRecord: exact(signedPeerRecord !== undefined),
        agentVersion: agentVersion ?? null,
        protocolVersion: protocolVersion ?? null,
      };
    },
  });

  check({
    ...ofAnyone,
    id: "connectivity/wire-negotiation",
    title: "a protocol is agreed on under its id, also after one that nobody has",
    requirements: ["66-META-01"],
    meaningful: ({ node }) => node?.roles.includes("metadata") === true,
    async observe(scene) {
      const probe = await connected(scene);
      const unknown = await opens(scene, probe, "/waku-conformance/made-up/1.0.0");
      return { unknown: exact(unknown), known: exact(await opens(scene, probe, metadataProtocol)) };
    },
    judge({ unknown, known }) {
      expect(known, "protocol-missing", "known").to.equal(true);
      expect(unknown, "accepted-invalid", "unknown").to.equal(false);
    },
  });

  check({
    ...ofAnyone,
    id: "connectivity/wire-near-misses",
    revision: 2,
    title: "which ids that are almost a protocol's are agreed on",
    requirements: ["10-WAKU2-02", "10-WAKU2-03"],
    variants: {
      ...{ metadata: metadataProtocol, store: storeQueryProtocol, "legacy-store": legacyStoreProtocol },
      ...{ "peer-exchange": peerExchangeProtocol, rendezvous: rendezvousProtocol },
    },
    async observe(scene) {
      const probe = await connected(scene);
      const agreed: string[] = [];
      // The two ids of store are each the other's kin, and protocols of their own.
      const ids = nearMisses(scene.variant).filter((id) => id !== storeQueryProtocol && id !== legacyStoreProtocol);
      for (const id of ids) if (await opens(scene, probe, id)) agreed.push(id);
      return { agreed: set(agreed), itself: exact(await opens(scene, probe, scene.variant)) };
    },
  });
});

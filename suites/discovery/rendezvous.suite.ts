import type { Settings } from "../../fixtures/contract/settings.ts";
import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import {
  libp2pRendezvousProtocol,
  RendezvousMessage,
  RendezvousStatus,
  RendezvousType,
  rendezvousProtocol,
} from "../../rfc-checks/wire/rendezvous.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { requestsTo } from "../requests.ts";
import { strictly } from "../strictly.ts";

const circuitHop = "/libp2p/circuit/relay/0.2.0/hop";
const { DISCOVER, DISCOVER_RESPONSE } = RendezvousType.values;

const relay = { subject: "node", topology: anyoneAlone, mutates: "connections", tags: ["#wire"], roles: ["relay"] } as const;
const ways: Record<string, Settings> = { "as-shipped": {}, "switched-on": { rendezvous: "true" } };

async function asking(scene: Scene<unknown>) {
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  return probe;
}

/** What a probe that is a rendezvous point of either kind was asked. */
const discover = (ns: string): Uint8Array => encode(RendezvousMessage, { type: DISCOVER, discover: { ns, limit: 12n } });

describe("rendezvous", () => {
  check({
    ...relay,
    id: "discovery/rendezvous-points",
    title: "whether a relay is a rendezvous point, by Waku's protocol or libp2p's, and offers to relay for others",
    requirements: ["RDV-01", "RDV-03", "57-SCALE-11"],
    variants: ways,
    settings: (node) => ({ node }),
    meaningful: ({ node }, told) => told.rendezvous === undefined || node?.settings.rendezvous !== undefined,
    async observe(scene) {
      const protocols = await (await asking(scene)).protocolsOf(scene.subject.peerId);
      return {
        identified: exact(protocols.length > 0),
        waku: exact(protocols.includes(rendezvousProtocol)),
        libp2p: exact(protocols.includes(libp2pRendezvousProtocol)),
        circuitRelay: exact(protocols.includes(circuitHop)),
      };
    },
  });

  check({
    ...relay,
    id: "discovery/rendezvous-discover",
    revision: 2,
    title: "a rendezvous point answers who looks for a namespace in which nobody is with success and no registrations",
    requirements: ["RDV-01"],
    meaningful: has("node", "rendezvous"),
    settings: (_, { node }) => (node?.settings.rendezvous === undefined ? {} : { node: ways["switched-on"] as Settings }),
    async observe(scene) {
      const probe = await asking(scene);
      const { peerId, capabilities } = scene.subject;
      const script = [{ write: frame(discover(`rs/${scene.clusterId}/mix`)) }, { close: true }] as const;
      const { outcome, frames } = await probe.exchange(peerId, rendezvousProtocol, script, { ms: capabilities.timings.callMs });
      const { value, deviations } = frames[0] === undefined ? { deviations: [] } : strictly(RendezvousMessage, frames[0]);
      return {
        outcome: exact(outcome),
        deviations: set(deviations),
        type: exact(value?.type ?? null),
        status: exact(value?.discoverResponse?.status ?? null),
        registrations: exact(value?.discoverResponse?.registrations?.length ?? 0),
      };
    },
    judge({ outcome, deviations, type, status, registrations }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
      expect(type, "wrong-value", "type").to.equal(DISCOVER_RESPONSE);
      expect(status, "wrong-status-code", "status").to.equal(RendezvousStatus.values.OK);
      expect(registrations, "wrong-value", "registrations").to.equal(0);
    },
  });

  check({
    ...relay,
    id: "discovery/rendezvous-registers",
    revision: 2,
    title: "what a relay asks a rendezvous point that it is connected to: in which namespaces it registers, for how long",
    requirements: ["RDV-02", "RDV-04", "RDV-05", "57-SCALE-13"],
    tags: ["#wire", "#slow"],
    variants: ways,
    settings: (node) => ({ node }),
    meaningful: ({ node }, told) => told.rendezvous === undefined || node?.settings.rendezvous !== undefined,
    async observe(scene) {
      const probe = await scene.probe();
      for (const protocol of [rendezvousProtocol, libp2pRendezvousProtocol]) await probe.serve(protocol, () => []);
      await must("connecting", meet(probe, scene.subject, rendezvousProtocol));
      // What is asked at intervals is all known, and that nothing is asked is known at all, when some have passed.
      await scene.elapse(registerPeriods * registerMs);
      const asked = (protocol: string) =>
        requestsTo(probe, protocol)
          .map((bytes) => strictly(RendezvousMessage, bytes).value)
          .map((message) => ({
            type: message?.type ?? null,
            ns: message?.register?.ns ?? message?.discover?.ns ?? null,
            ttl: message?.register?.ttl?.toString() ?? null,
            limit: message?.discover?.limit?.toString() ?? null,
          }));
      const [waku, libp2p] = [asked(rendezvousProtocol), asked(libp2pRendezvousProtocol)];
      // Once each: how often is a matter of when the last interval ended.
      const kinds = (all: typeof waku) => set(new Set(all.map((one) => JSON.stringify(one))));
      return { waku: kinds(waku), libp2p: kinds(libp2p), times: waku.length + libp2p.length };
    },
  });
});

/** RDV-04 */
const registerMs = 10_000;
const registerPeriods = 3;

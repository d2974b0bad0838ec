import type { DiscoveryProbe } from "../../fixtures/contract/discovery-probe.ts";
import { check } from "../../harness/check.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { messageType } from "../../rfc-checks/wire/discv5-message.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { guide, handedOut, idOf, recordOf, relayOf } from "./discovery-scene.ts";

const { PING, FINDNODE } = messageType;

/** Of each kind: together less than half a bucket, in which some tolerate peers that know nobody. */
const peers = 3;

/** Peers of the bucket of the farthest, which make themselves known one after the other. */
async function filling(scene: Scene<unknown>, record: string, share: boolean): Promise<readonly DiscoveryProbe[]> {
  const found: DiscoveryProbe[] = [];
  for (let count = 0; count < peers; count += 1) {
    const [first] = found;
    const choice = { fields: relayOf(scene.clusterId, [0]), farFrom: idOf(record), ...(share && first && { beside: first }) };
    const peer = await scene.discoveryProbe(choice);
    await peer.ask(record, PING, [1], scene.subject.capabilities.timings.callMs);
    found.push(peer);
  }
  return found;
}

describe("table of discv5", () => {
  check({
    subject: "node",
    topology: discoveryAlone,
    mutates: "connections",
    tags: ["#wire"],
    id: "discovery/udp-one-endpoint",
    title: "whether a bucket takes any number of peers of one address and port, or of one address",
    requirements: ["33-DISCV5-07"],
    async observe(scene) {
      const record = await recordOf(scene.subject);
      const [sharing, apart] = [await filling(scene, record, true), await filling(scene, record, false)];
      const asker = await guide(scene);
      const answers = await asker.ask(record, FINDNODE, [[256]], scene.subject.capabilities.timings.callMs);
      const handed = new Set(handedOut(answers));
      const kept = (group: readonly DiscoveryProbe[]) => group.filter(({ record: own }) => handed.has(own)).length;
      return {
        endpointLimited: exact(kept(sharing) < peers),
        addressLimited: exact(kept(apart) < peers),
        kept: { sharing: kept(sharing), apart: kept(apart) },
      };
    },
  });
});

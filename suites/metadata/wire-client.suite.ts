import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { encodeMetadata, Metadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { anyoneAlone } from "../../topologies/index.ts";

const own = { clusterId: 66, shards: [0] };

/** Makes the subject ask a probe: by its API, or, where it has none for that, by connecting anew. */
async function asks({ subject }: Scene<unknown>, probe: Probe): Promise<string> {
  const asksOnDemand = subject.metadata !== undefined && !subject.capabilities.lacks.includes("metadata.query");
  if (!asksOnDemand) await probe.disconnect(subject.peerId);
  const before = probe.recorded(metadataProtocol).length;
  if (!probe.connected(subject.peerId)) await meet(probe, subject);
  if (asksOnDemand) return (await subject.metadata?.query(probe.peerId))?.outcome ?? "none";
  const asked = await poll(
    async () => probe.recorded(metadataProtocol).length > before,
    (came) => came,
    subject.capabilities.timings.settledMs,
  );
  return asked ? "asked" : "not asked";
}

describe("metadata answers on the wire", () => {
  check({
    id: "metadata/wire-client-hostile-answer",
    title: "a node that was given hostile metadata still keeps a peer of its cluster and asks it",
    requirements: ["66-META-01"],
    subject: "node",
    topology: anyoneAlone,
    tags: ["#wire", "#hostile"],
    mutates: "node",
    meaningful: has("node", "metadata"),
    async observe(scene) {
      const { subject } = scene;
      const before = (await subject.stats()).rssBytes;
      const probe = await scene.probe({ paced: false });
      const outcomes: Record<string, string> = {};
      let answer = encodeMetadata(own, { field3: true });
      await probe.serve(metadataProtocol, () => [{ write: frame(answer) }, { close: true }]);
      if ((await meet(probe, subject)).outcome !== "ok") throw new CouldNotRun("the probe and the node cannot connect");
      for (const { name, bytes } of hostileMessages(Metadata, own, 66)) {
        answer = bytes;
        outcomes[name] = await asks(scene, probe);
      }
      await probe.close();
      const fair = await scene.probe();
      const met = await meet(fair, subject);
      const asked = await asks(scene, fair);
      return {
        outcomes,
        rssBytes: [before, (await subject.stats()).rssBytes],
        connected: exact(met.outcome === "ok" && fair.connected(subject.peerId)),
        asked: exact(asked),
      };
    },
    judge({ connected, asked }) {
      expect(connected, "disconnected", "connected").to.equal(true);
      expect(["ok", "asked"], "no-answer", "asked").to.include(asked);
    },
  });
});

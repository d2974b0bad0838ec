import type { Exchange, Muxer } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { encodeMetadata, Metadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { answersTo, eachMuxer, inputsOf, putAll } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { strictly } from "../strictly.ts";

const request = encodeMetadata({ clusterId: 66, shards: [0] }, { field3: true });

const cluster = ({ frames: [answer] }: Exchange): number | null =>
  answer === undefined ? null : (strictly(Metadata, answer).value?.clusterId ?? null);
const said = (exchange: Exchange): string | undefined => cluster(exchange)?.toString();

describe("metadata on the wire: framings", () => {
  check(
    measured({
      id: "metadata/wire-framing",
      title: "a request is answered in every fair framing, and another peer is still answered after every broken one",
      requirements: ["10-WAKU2-01", "66-META-01", "CONN-05"],
      subject: "node",
      topology: anyoneAlone,
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: eachMuxer,
      meaningful: (cast, muxer) => has("node", "metadata")(cast) && cast.node?.muxers.includes(muxer) === true,
      async observe(scene: Scene<Muxer>) {
        const { subject, variant } = scene;
        const { callMs } = subject.capabilities.timings;
        const put = (framings: typeof brokenFramings, ms?: number) => {
          const inputs = inputsOf(framings(request));
          return putAll(scene, metadataProtocol, inputs, variant, ms);
        };
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        const other = await scene.probe();
        await must("connecting", meet(other, subject));
        const script = [{ write: frame(request) }, { close: true }] as const;
        const answer = await other.exchange(subject.peerId, metadataProtocol, script, { ms: callMs });
        return {
          answers: answersTo([...fair, ...many], said),
          refused: set(fair.filter(([, one]) => cluster(one) !== scene.clusterId).map(([name]) => name)),
          // Some answer whoever opens a stream, whatever comes on it.
          answered: broken.filter(([, one]) => cluster(one) !== null).map(([name]) => name),
          other: exact(cluster(answer)),
        };
      },
      judge({ refused, other }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(other, "no-answer", "other").to.equal(66);
      },
    }),
  );
});

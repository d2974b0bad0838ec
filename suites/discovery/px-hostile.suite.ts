import type { Exchange } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { PeerExchangeRpc, peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { answersTo, eachMuxer, groupsOf, inputsOf, ofGroup, putAll, readable } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { answered, ofService, query, Service } from "./px-scene.ts";

const hostile = { ...ofService, mutates: "node", tags: ["#wire", "#hostile"] } as const;
const seed = 34;
const example = { query: { numPeers: 3n } };

const entries = (exchange: Exchange): number => answered(exchange).records.length;
const said = (exchange: Exchange): string | undefined => (answered(exchange).response.value ? "response" : undefined);

/** How many records does somebody get who did nothing wrong? */
async function another(scene: Scene<unknown>): Promise<number> {
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  const script = [{ write: frame(query(1n)) }, { close: true }] as const;
  return entries(
    await probe.exchange(scene.subject.peerId, peerExchangeProtocol, script, { ms: scene.subject.capabilities.timings.callMs }),
  );
}

describe("peer exchange service and hostile peers", () => {
  check(
    measured({
      ...hostile,
      id: "discovery/px-hostile-request",
      title: "a service that was sent hostile queries still answers another peer",
      requirements: ["34-PX-01", "CONN-05"],
      variants: groupsOf(PeerExchangeRpc),
      async observe(scene) {
        await (await Service.leading(scene, 2)).handed(2);
        const messages = ofGroup(PeerExchangeRpc, hostileMessages(PeerExchangeRpc, example, seed), scene.variant);
        const inputs = messages.map(({ name, bytes }) => ({ name, script: () => [{ write: frame(bytes) }, { close: true as const }] }));
        const exchanges = await putAll(scene, peerExchangeProtocol, inputs);
        return { answers: answersTo(exchanges, said), other: exact(await another(scene)) };
      },
      judge({ other }) {
        expect(other, "no-answer", "other").to.equal(1);
      },
    }),
  );

  check(
    measured({
      ...hostile,
      id: "discovery/px-framing",
      title: "a query is taken in every fair framing and in no broken one, and another peer is still answered",
      requirements: ["10-WAKU2-01", "34-PX-01", "CONN-05"],
      variants: eachMuxer,
      meaningful: ({ node }, muxer) => node?.muxers.includes(muxer) === true,
      async observe(scene) {
        await (await Service.leading(scene, 2)).handed(2);
        const { callMs } = scene.subject.capabilities.timings;
        const put = (framings: typeof brokenFramings, ms?: number) => {
          const scripts = framings(encode(PeerExchangeRpc, example));
          return putAll(scene, peerExchangeProtocol, inputsOf(scripts), scene.variant, ms);
        };
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        return {
          answers: answersTo([...fair, ...many, ...broken], said),
          refused: set(fair.filter(([, one]) => entries(one) === 0).map(([name]) => name)),
          accepted: set(broken.filter(([name, one]) => !readable.has(name) && entries(one) > 0).map(([name]) => name)),
          other: exact(await another(scene)),
        };
      },
      judge({ refused, accepted, other }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(other, "no-answer", "other").to.equal(1);
      },
    }),
  );
});

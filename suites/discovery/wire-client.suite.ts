import { must } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import { PeerExchangeRpc, peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { peerExchangeClientAlone } from "../../topologies/index.ts";
import type { Asking } from "../asking.ts";
import { hostileFramings } from "../hostile-answers.ts";
import { again } from "../hostile-inputs.ts";
import { load, loads } from "../measured.ts";

const seed = 34;
/** The record of EIP-778's example. */
const enr = Buffer.from(
  "f884b8407098ad865b00a582051940cb9cf36836572411a47278783077011599ed5cd16b76f2635f4e234738f30813a89eb9137e3e3df5266e3a1f11df72ecf1145ccb9c01826964827634826970847f00000189736563703235366b31a103ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd31388375647082765f",
  "hex",
);
const fair = { response: { peerInfos: [{ enr }] } };

/** The calls of the client, as those of the protocols in which a service answers with a status. */
const peerExchange: Asking = {
  protocol: peerExchangeProtocol,
  answers: PeerExchangeRpc,
  able: ({ roles, lacks }) => roles.includes("peer-exchange-client") && !lacks.includes("peerExchange.query"),
  ask: ({ subject }) => subject.peerExchange?.query(1),
  answer: () => fair,
  idOf: () => "",
  topicOf: () => undefined,
  contentTopicsOf: () => [],
};

const ofClient = {
  subject: "client",
  topology: peerExchangeClientAlone,
  mutates: "node",
  meaningful: offers("client", "peerExchange.query"),
} as const;

describe("peer exchange client on the wire", () => {
  check({
    ...ofClient,
    id: "discovery/wire-client-hostile-answer",
    title: "a client that was given hostile lists of peers still takes one that is fair",
    requirements: ["34-PX-01", "CONN-05"],
    tags: ["#wire", "#hostile"],
    async observe(scene) {
      const { subject } = scene;
      const before = await load(scene);
      const probe = await scene.probe({ paced: false });
      let answer = encode(PeerExchangeRpc, fair);
      await probe.serve(peerExchangeProtocol, () => [{ write: frame(answer) }, { close: true }]);
      await must("connecting", meet(probe, subject, peerExchangeProtocol));
      const outcomes: Record<string, ReturnType<typeof exact<string>>> = {};
      for (const { name, bytes } of hostileMessages(PeerExchangeRpc, fair, seed)) {
        answer = bytes;
        await again(probe, subject);
        outcomes[name] = exact((await subject.peerExchange?.query(1))?.outcome ?? "none");
      }
      answer = encode(PeerExchangeRpc, fair);
      await again(probe, subject);
      const records = (await subject.peerExchange?.query(1))?.value?.length ?? 0;
      return { outcomes, ...loads(before, await load(scene)), records: exact(records) };
    },
    judge({ records }) {
      expect(records, "no-answer", "records").to.equal(1);
    },
  });

  check({
    ...hostileFramings(peerExchange),
    id: "discovery/wire-client-answer-framing",
    title: "a client takes an answer in every fair framing, and still one in the plainest after every broken one",
    requirements: ["10-WAKU2-01", "34-PX-01", "CONN-05"],
    topology: peerExchangeClientAlone,
  });

  check({
    ...ofClient,
    id: "discovery/wire-client-near-misses",
    title: "whether a client asks a peer that serves nothing but ids that are almost peer exchange's",
    requirements: ["10-WAKU2-03", "34-PX-01"],
    tags: ["#wire"],
    async observe(scene) {
      const { subject } = scene;
      const ids = nearMisses(peerExchangeProtocol);
      const [probe, sound] = [await scene.probe({ paced: false }), await scene.probe({ paced: false })];
      const answer = () => [{ write: frame(encode(PeerExchangeRpc, fair)) }, { close: true as const }];
      for (const id of ids) await probe.serve(id, answer);
      await meet(probe, subject, ids[0]);
      const outcome = exact((await subject.peerExchange?.query(1))?.outcome ?? "none");
      const used = ids.filter((id) => probe.recorded(id).length > 0);
      await probe.close();
      // One that is by the book is asked: it was the ids.
      await sound.serve(peerExchangeProtocol, answer);
      await must("connecting", meet(sound, subject, peerExchangeProtocol));
      return { outcome, used: set(used), proof: exact((await subject.peerExchange?.query(1))?.value?.length ?? 0) };
    },
  });
});

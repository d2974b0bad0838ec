import pLimit from "p-limit";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { noise } from "../../rfc-checks/wire/noise.ts";
import { PeerExchangeRpc, peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { requestsTo } from "../requests.ts";
import { answersMetadata, clientOf, inOneFrame, ofClient } from "./px-client-scene.ts";

const seed = 34;
/** Clients that are started side by side. */
const together = 3;
const sound = { response: { peerInfos: [{ enr: noise(seed, 120) }] } };

/** What is wrong with a client afterwards. */
interface Harm {
  readonly how: "not asked" | "ended" | "silent";
  readonly why?: unknown;
}

/** Gives an answer to one more client. @returns undefined where it is as well as before */
async function put(scene: Scene<unknown>, answer: Uint8Array): Promise<Harm | undefined> {
  const { service, started, client } = await clientOf(scene, inOneFrame(answer));
  if (!client) return { how: "ended", why: started.raw };
  const { callMs } = client.capabilities.timings;
  const asked = await poll(async () => requestsTo(service, peerExchangeProtocol).length > 0, Boolean, callMs);
  const { outcome, raw } = await client.alive();
  const other = outcome === "ok" ? await answersMetadata(scene, client) : outcome;
  await Promise.all([client.stop(), service.close()]);
  if (!asked) return { how: "not asked" };
  if (outcome === "died") return { how: "ended", why: raw };
  return other === "answered" ? undefined : { how: "silent", why: other };
}

describe("peer exchange client on the wire: generated answers", () => {
  check({
    ...ofClient,
    id: "discovery/px-client-generated-answer",
    title: "a client that asks at its start lives on whatever is in the fields of the answer, and answers another peer",
    requirements: ["34-PX-01", "CONN-05"],
    tags: ["#wire", "#hostile", "#slow"],
    async observe(scene) {
      const answers = hostileMessages(PeerExchangeRpc, sound, seed);
      const limit = pLimit(together);
      const all = await Promise.all(answers.map(({ name, bytes }) => limit(async () => [name, await put(scene, bytes)] as const)));
      const harmedBy = (how: Harm["how"]) => set(all.flatMap(([name, harm]) => (harm?.how === how ? [name] : [])));
      return {
        ...{ put: all.length, harmed: Object.fromEntries(all.filter(([, harm]) => harm !== undefined)) },
        ...{ unasked: harmedBy("not asked"), ended: harmedBy("ended"), silent: harmedBy("silent") },
      };
    },
    judge({ unasked, ended, silent }) {
      expect(ended, "node-died", "ended").to.deep.equal([]);
      expect([...unasked, ...silent], "no-answer", "silent").to.deep.equal([]);
    },
  });
});

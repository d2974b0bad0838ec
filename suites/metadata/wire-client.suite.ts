import type { Muxer, Probe, Script } from "../../fixtures/contract/probe.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun, NotApplicable } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { encodeMetadata, Metadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { isFair } from "../hostile-answers.ts";
import { eachMuxer, scriptOf } from "../hostile-inputs.ts";
import { load, loads } from "../measured.ts";
import { requestsTo } from "../requests.ts";
import { comes, leaves, stays } from "./kept-peers.ts";
import { nextRequest } from "./next-request.ts";

/** For an answer of which more could come, in ms: what is made of it is not compared. */
const patienceMs = 300;
const own = { clusterId: 66, shards: [0] };

/** The subject's own way to ask, where its API has one. */
const queryOf = ({ subject }: Scene<unknown>) =>
  subject.capabilities.lacks.includes("metadata.query") ? undefined : subject.metadata?.query;

/** Makes the subject ask a probe: by its API, for so many ms, or, where it has none for that, by connecting anew. */
async function asks(scene: Scene<unknown>, probe: Probe, ms = scene.subject.capabilities.timings.callMs): Promise<string> {
  const { subject } = scene;
  const query = queryOf(scene);
  if (query) {
    if (!probe.connected(subject.peerId)) await meet(probe, subject);
    return (await Promise.race([query(probe.peerId), scene.elapse(ms)]))?.outcome ?? "pending";
  }
  await leaves(scene, probe);
  const before = requestsTo(probe, metadataProtocol).length;
  await meet(probe, subject);
  return (await nextRequest(scene, probe, before)) === undefined ? "not asked" : "asked";
}

/** @throws NotApplicable for one that neither can be told to ask nor asks a peer that comes */
async function mustAsk(scene: Scene<unknown>): Promise<void> {
  if (queryOf(scene)) return;
  const probe = await scene.probe({ paced: false });
  await comes(scene, probe);
  const asked = await nextRequest(scene, probe);
  await probe.close();
  if (asked === undefined) throw new NotApplicable("it asks no peer that connects to it");
}

const sound = encodeMetadata(own, { field3: true });
/** The Waku Network: there a node parts from a peer whose metadata it cannot read. */
const network = { clusterId: 1, shards: [0] };
/** Some let in no more connections of an address in a second. */
const atOnce = 3;

/** A peer whose answer comes in this way: what became of the question, and is it kept? */
async function answersSo(scene: Scene<Muxer>, answer: Script) {
  const probe = await scene.probe({ muxer: scene.variant, paced: false, metadata: false });
  await probe.serve(metadataProtocol, () => answer);
  await comes(scene, probe);
  const [asked, kept] = [await asks(scene, probe), await stays(scene, probe)];
  await probe.close();
  return { asked: exact(asked), kept: exact(kept) };
}

const plainly = (bytes: Uint8Array): Script => [{ write: frame(bytes) }, { close: true }];

/** Gives it these answers, one each time that it asks, and then a fair one. */
const afterAnswers = (answers: readonly (readonly [name: string, answer: Script])[]) => ({
  subject: "node" as const,
  topology: anyoneAlone,
  tags: ["#wire", "#hostile"],
  mutates: "node" as const,
  meaningful: has("node", "metadata"),
  async observe(scene: Scene<unknown>) {
    const { subject } = scene;
    await mustAsk(scene);
    const before = await load(scene);
    const probe = await scene.probe({ paced: false });
    const outcomes: Record<string, string> = {};
    let answer = plainly(sound);
    await probe.serve(metadataProtocol, () => answer);
    if ((await meet(probe, subject)).outcome !== "ok") throw new CouldNotRun("the probe and the node cannot connect");
    for (const [name, script] of answers) {
      answer = script;
      outcomes[name] = await asks(scene, probe, patienceMs);
    }
    await probe.close();
    const fair = await scene.probe();
    const met = await meet(fair, subject);
    const asked = await asks(scene, fair);
    return {
      outcomes,
      ...loads(before, await load(scene)),
      connected: exact(met.outcome === "ok" && fair.connected(subject.peerId)),
      asked: exact(asked),
    };
  },
  judge({ connected, asked }: { readonly connected: boolean; readonly asked: string }) {
    expect(connected, "disconnected", "connected").to.equal(true);
    expect(["ok", "asked"], "no-answer", "asked").to.include(asked);
  },
});

describe("metadata answers on the wire", () => {
  check({
    ...afterAnswers(hostileMessages(Metadata, own, 66).map(({ name, bytes }) => [name, plainly(bytes)] as const)),
    id: "metadata/wire-client-hostile-answer",
    revision: 2,
    title: "a node that was given hostile metadata still keeps a peer of its cluster and asks it",
    requirements: ["66-META-01", "CONN-05"],
  });

  check({
    ...afterAnswers(brokenFramings(sound).map((framing) => [framing.name, scriptOf(framing)] as const)),
    id: "metadata/wire-client-answer-framing",
    revision: 2,
    title: "a node that was given metadata in broken frames still keeps a peer of its cluster and asks it",
    requirements: ["10-WAKU2-01", "66-META-01", "CONN-05"],
  });

  check({
    id: "metadata/wire-client-fair-framing",
    revision: 2,
    title: "a peer whose metadata comes in pieces, or slowly, is asked and kept like another",
    requirements: ["10-WAKU2-01", "66-META-01"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "connections",
    tags: ["#wire"],
    variants: eachMuxer,
    network: () => network,
    meaningful: (cast, muxer) => has("node", "metadata")(cast) && cast.node?.muxers.includes(muxer) === true,
    async observe(scene) {
      await mustAsk(scene);
      const left = fairFramings(encodeMetadata(network, { field3: true })).filter(isFair);
      const found: (readonly [string, Awaited<ReturnType<typeof answersSo>>])[] = [];
      while (left.length > 0)
        found.push(
          ...(await Promise.all(left.splice(0, atOnce).map(async (each) => [each.name, await answersSo(scene, scriptOf(each))] as const))),
        );
      return { peers: Object.fromEntries(found) };
    },
    judge({ peers }) {
      for (const [name, { asked, kept }] of Object.entries(peers)) {
        expect(["ok", "asked"], "no-answer", `peers.${name}.asked`).to.include(asked);
        expect(kept, "disconnected", `peers.${name}.kept`).to.equal(true);
      }
    },
  });
});

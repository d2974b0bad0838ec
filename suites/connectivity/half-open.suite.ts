import type { Capabilities, Role } from "../../fixtures/contract/capabilities.ts";
import type { Exchange, Probe } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { lightpushV2Protocol, lightpushV3Protocol } from "../../rfc-checks/wire/lightpush.ts";
import { encodeMetadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { pushBytes } from "../lightpush/wire-scene.ts";
import { load, loads } from "../measured.ts";
import { request as queryBytes } from "../store/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";

interface Service {
  readonly role: Role;
  readonly protocol: string;
  /** A request that is answered, if only with a refusal. */
  request(scene: Scene<unknown>): Uint8Array;
}
const pushing = (version: 2 | 3) => (scene: Scene<unknown>) =>
  pushBytes(version, { requestId: scene.freshKey(), pubsubTopic: scene.pubsubTopic, message: wireMessage(scene) });

const services: Record<string, Service> = {
  filter: {
    role: "filter-service",
    protocol: filterSubscribeProtocol,
    // A ping.
    request: (scene) => encode(FilterSubscribeRequest, { requestId: scene.freshKey() }),
  },
  "lightpush-v2": { role: "lightpush-service", protocol: lightpushV2Protocol, request: pushing(2) },
  "lightpush-v3": { role: "lightpush-service", protocol: lightpushV3Protocol, request: pushing(3) },
  store: {
    role: "store-service",
    protocol: storeQueryProtocol,
    request: (scene) => queryBytes(scene.freshKey(), { pubsubTopic: scene.pubsubTopic, contentTopics: [scene.freshContentTopic()] }),
  },
  metadata: {
    role: "metadata",
    protocol: metadataProtocol,
    request: () => encodeMetadata({ clusterId: 66, shards: [0] }, { field3: true }),
  },
};

const serves = ({ node }: Readonly<Record<string, Capabilities>>, { role, protocol }: Service): boolean =>
  node?.protocols[role]?.includes(protocol) === true;

async function peer(scene: Scene<unknown>): Promise<Probe> {
  const probe = await scene.probe({ paced: false });
  await must("connecting", meet(probe, scene.subject));
  return probe;
}

const ask = (scene: Scene<Service>, probe: Probe): Promise<Exchange> => {
  const { subject, variant } = scene;
  const script = [{ write: frame(variant.request(scene)) }, { close: true }] as const;
  return probe.exchange(subject.peerId, variant.protocol, script, { ms: subject.capabilities.timings.callMs });
};

/** Opens a stream and writes a part of a request. `begun` when that is out, or will not be. */
function hold(probe: Probe, { subject, variant }: Scene<Service>, part: Uint8Array, ms: number) {
  const written = Promise.withResolvers<void>();
  function* script() {
    yield { write: part };
    written.resolve();
  }
  const ended = probe.exchange(subject.peerId, variant.protocol, script(), { ms });
  return { begun: Promise.race([written.promise, ended]), ended };
}

const streams = 200;

describe("connectivity: streams that are left open", () => {
  check({
    id: "connectivity/half-open-streams",
    title: `while a peer holds ${streams} streams with half a request on each, another is answered`,
    requirements: ["CONN-05"],
    subject: "node",
    topology: anyoneAlone,
    tags: ["#wire", "#hostile"],
    mutates: "node",
    variants: services,
    meaningful: serves,
    async observe(scene: Scene<Service>) {
      const { subject, variant } = scene;
      const [holder, other] = [await peer(scene), await peer(scene)];
      const before = await load(scene);
      const whole = frame(variant.request(scene));
      const { callMs } = subject.capabilities.timings;
      // Longer than the other is asked for: they are open meanwhile.
      const held = Array.from({ length: streams }, () => hold(holder, scene, whole.subarray(0, whole.length >> 1), 3 * callMs));
      await Promise.race([Promise.all(held.map(({ begun }) => begun)), scene.elapse(callMs)]);
      const { outcome, frames } = await ask(scene, other);
      const during = await load(scene);
      const still = holder.connected(subject.peerId);
      await holder.close();
      const ended = (await Promise.all(held.map((each) => each.ended))).map(({ outcome }) => outcome);
      const after = await ask(scene, other);
      return {
        answered: exact(frames.length > 0),
        after: exact(after.frames.length > 0),
        outcome,
        holderStays: still,
        refused: ended.filter((each) => each === "refused" || each === "reset").length,
        ...loads(before, during, await load(scene)),
      };
    },
    judge({ answered, after }) {
      expect(answered, "no-answer", "answered").to.equal(true);
      expect(after, "no-answer", "after").to.equal(true);
    },
  });
});

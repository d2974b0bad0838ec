import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Exchange, Muxer } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { maxMetaBytes } from "../../rfc-checks/rules/limits.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { type HostileMessage, hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { LightPushRequest, PushRpc } from "../../rfc-checks/wire/lightpush.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import { anothers, answersTo, groupsOf, ofGroup, putAll, readable, scriptOf } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { wireMessage } from "../wire-message.ts";
import {
  answered,
  client,
  ofService,
  protocolOf,
  push,
  pushBytes,
  relayed,
  requestOf,
  serves,
  strictly,
  type Version,
  witness,
} from "./wire-scene.ts";

const seed = 19;
const versions: Record<string, Version> = { v2: 2, v3: 3 };

interface Group {
  readonly version: Version;
  readonly group: string;
}
const groups: Record<string, Group> = Object.fromEntries(
  Object.entries(versions).flatMap(([name, version]) =>
    Object.keys(groupsOf(requestOf[version])).map((group) => [`${name}-${group}`, { version, group }]),
  ),
);
const ways: Record<string, { readonly version: Version; readonly muxer: Muxer }> = Object.fromEntries(
  Object.entries(versions).flatMap(([name, version]) =>
    (["yamux", "mplex"] as const).map((muxer) => [`${name}-${muxer}`, { version, muxer }]),
  ),
);

const valid = (scene: Scene<unknown>) => ({ requestId: scene.freshKey(), pubsubTopic: scene.pubsubTopic, message: wireMessage(scene) });

/** Of every hostile message, so that what a length too large takes for a field is the same in every run. In ns. */
const timestamp = 1_700_000_000_000_000_000n;

/** @param own stands in whatever tells one message from another */
function hostile(scene: Scene<unknown>, { version, group }: Group, own: string): readonly HostileMessage[] {
  const message = wireMessage(scene, { payload: Buffer.from(own), contentTopic: `/waku-conformance/1/${own}/proto`, timestamp });
  const request = { pubsubTopic: scene.pubsubTopic, message };
  return version === 2
    ? ofGroup(PushRpc, hostileMessages(PushRpc, { requestId: own, request }, seed), group)
    : ofGroup(LightPushRequest, hostileMessages(LightPushRequest, { requestId: own, ...request }, seed), group);
}

function contentsOf(version: Version, bytes: Uint8Array) {
  return version === 2 ? strictly(PushRpc, bytes).value?.request : strictly(LightPushRequest, bytes).value;
}

/** Not a request, or one without a topic or a message, or with one that 14 has no place for. */
function breaksRules(version: Version, bytes: Uint8Array): boolean {
  const { pubsubTopic = "", message } = contentsOf(version, bytes) ?? {};
  return pubsubTopic === "" || (message?.contentTopic ?? "") === "" || (message?.meta?.length ?? 0) > maxMetaBytes;
}

const succeeded = (version: Version, exchange: Exchange): boolean => answered(version, exchange).success.value === true;
const said = (version: Version) => (exchange: Exchange) => {
  const { success, statusCode } = answered(version, exchange);
  return statusCode.value?.toString() ?? success.value?.toString();
};

/** Was it told that it was not served? Silence tells nothing. */
const failed = (version: Version, exchange: Exchange): boolean => answered(version, exchange).success.value === false;

/** Those whose message a relay peer was sent, on whichever topic. @param marks what stands in the message of each, by name */
function relayedOf(gossip: Gossip, marks: ReadonlyMap<string, string>): string[] {
  const sent = gossip.received.flatMap(({ rpc }) => rpc?.publish ?? []).map(({ data }) => Buffer.from(data ?? []));
  return [...marks].filter(([, mark]) => sent.some((data) => data.includes(mark))).map(([name]) => name);
}

/** Does the service still serve somebody who did nothing wrong? */
async function another(scene: Scene<unknown>, version: Version, gossip: Gossip) {
  const [probe, given] = [await client(scene), valid(scene)];
  const { outcome, success } = answered(version, await push(probe, scene.subject, version, pushBytes(version, given)));
  const came = await relayed(scene, gossip, given.message.contentTopic ?? "");
  return { outcome, success, copies: exact(came.filter(({ contentTopic }) => contentTopic === given.message.contentTopic).length) };
}

describe("lightpush service and hostile peers", () => {
  check(
    measured({
      ...ofService,
      id: "lightpush/wire-hostile-request",
      revision: 2,
      title: "no push that breaks a rule is answered with success or relayed, and the service still serves another peer",
      requirements: ["14-MESSAGE-02", "14-MESSAGE-03", "19-LPV2-04", "19-LPV3-04", "19-LPV3-05", "19-LPV3-08", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: groups,
      meaningful: (cast, { version }) => serves(cast, version),
      async observe(scene) {
        const { version } = scene.variant;
        const gossip = await witness(scene);
        const own = scene.freshKey();
        const messages = hostile(scene, scene.variant, own);
        // A message that was relayed before may be refused: each is another one.
        const marks = new Map(messages.map(({ name }) => [name, scene.freshKey()]));
        const inputs = messages.map((message) => ({
          name: message.name,
          script: () => [{ write: frame(anothers(message.bytes, own, marks.get(message.name) ?? own)) }, { close: true as const }],
        }));
        const exchanges = await putAll(scene, protocolOf[version], inputs);
        const wrong = new Set(messages.filter(({ bytes }) => breaksRules(version, bytes)).map(({ name }) => name));
        const refused = new Set(exchanges.filter(([, exchange]) => failed(version, exchange)).map(([name]) => name));
        const other = await another(scene, version, gossip);
        // What was relayed of them has come by now: another's message came after it.
        const relayed = relayedOf(gossip, marks).filter((name) => wrong.has(name) || refused.has(name));
        return {
          answers: answersTo(exchanges, said(version)),
          accepted: set(exchanges.filter(([name, exchange]) => wrong.has(name) && succeeded(version, exchange)).map(([name]) => name)),
          relayed: set(relayed),
          other,
        };
      },
      judge({ accepted, relayed, other }) {
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(relayed, "refused-with-effect", "relayed").to.deep.equal([]);
        expect(other.outcome, "no-answer", "other.outcome").to.equal("answered");
        expect(other.success, "refused-valid", "other.success").to.equal(true);
        expect(other.copies, "answered-success-no-effect", "other.copies").to.equal(1);
      },
    }),
  );

  check(
    measured({
      ...ofService,
      id: "lightpush/wire-framing",
      revision: 2,
      title:
        "a push is taken in every fair framing and in no broken one, which is not relayed either, and the service still serves another peer",
      requirements: ["10-WAKU2-01", "19-LPV2-01", "19-LPV3-01", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: ways,
      meaningful: (cast, { version, muxer }) => serves(cast, version) && cast.service?.muxers.includes(muxer) === true,
      async observe(scene) {
        const { version, muxer } = scene.variant;
        const gossip = await witness(scene);
        const { callMs } = scene.subject.capabilities.timings;
        const marks = new Map<string, string>();
        const put = async (framings: typeof brokenFramings, ms?: number) => {
          const names = framings(Uint8Array.of(0)).map(({ name }) => name);
          const inputs = names.map((name, index) => {
            const given = valid(scene);
            marks.set(name, given.message.contentTopic ?? "");
            const scripts = framings(pushBytes(version, given));
            return { name, script: () => scriptOf(scripts[index] ?? { name, steps: [] }) };
          });
          return putAll(scene, protocolOf[version], inputs, muxer, ms);
        };
        const [fair, many, broken] = [await put(fairFramings, callMs), await put(manyFramings), await put(brokenFramings)];
        const unreadable = broken.filter(([name]) => !readable.has(name));
        const other = await another(scene, version, gossip);
        const relayed = new Set(relayedOf(gossip, marks));
        return {
          answers: answersTo([...fair, ...many, ...broken], said(version)),
          refused: set(fair.filter(([, exchange]) => !succeeded(version, exchange)).map(([name]) => name)),
          accepted: set(unreadable.filter(([, exchange]) => succeeded(version, exchange)).map(([name]) => name)),
          relayed: set(unreadable.filter(([name]) => relayed.has(name)).map(([name]) => name)),
          other,
        };
      },
      judge({ refused, accepted, relayed, other }) {
        expect(refused, "refused-valid", "refused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(relayed, "refused-with-effect", "relayed").to.deep.equal([]);
        expect(other.outcome, "no-answer", "other.outcome").to.equal("answered");
        expect(other.success, "refused-valid", "other.success").to.equal(true);
        expect(other.copies, "answered-success-no-effect", "other.copies").to.equal(1);
      },
    }),
  );

  check({
    ...ofService,
    id: "lightpush/wire-near-misses",
    title: "which protocol ids that are almost lightpush's open a stream",
    requirements: ["19-LPV2-01", "19-LPV3-01"],
    tags: ["#wire"],
    mutates: "nothing",
    variants: versions,
    meaningful: serves,
    async observe(scene) {
      const probe = await client(scene, { paced: false });
      const own = protocolOf[scene.variant];
      const ids = nearMisses(own).filter((id) => !Object.values(protocolOf).includes(id));
      const { callMs: ms } = scene.subject.capabilities.timings;
      const opened = [];
      for (const id of [own, ...ids]) {
        const { outcome } = await probe.exchange(scene.subject.peerId, id, [{ close: true }], { ms });
        if (outcome !== "refused") opened.push(id);
      }
      return { opened: set(opened) };
    },
  });
});

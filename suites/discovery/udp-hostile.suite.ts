import type { DiscoveryProbe } from "../../fixtures/contract/discovery-probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { messageType } from "../../rfc-checks/wire/discv5-message.ts";
import { type HostileBytes, hostileDatagrams, hostileDiscv5Messages, spoiltHandshakes } from "../../rfc-checks/wire/hostile-discv5.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { measured } from "../measured.ts";
import { guide, idOf, recordOf, relayOf } from "./discovery-scene.ts";

const hostile = {
  subject: "node",
  topology: discoveryAlone,
  mutates: "node",
  tags: ["#wire", "#hostile"],
  requirements: ["33-DISCV5-02", "CONN-05"],
} as const;
const { PING, PONG } = messageType;

/** So many datagrams fit into what a socket keeps unread; then an answer shows that they have been read. */
const batch = 50;
const named = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]));

/** Does it answer a peer that did nothing wrong? */
async function served(scene: Scene<unknown>, record: string): Promise<boolean> {
  const peer = await scene.discoveryProbe({ fields: relayOf(scene.clusterId, [0]) });
  const [pong] = await peer.ask(record, PING, [1], scene.subject.capabilities.timings.callMs);
  return pong?.type === PONG;
}

/** Puts all of them, some at a time, with a fair ping of the same peer in between. @returns after how many it was not answered any more */
async function put(
  scene: Scene<unknown>,
  peer: DiscoveryProbe,
  inputs: readonly HostileBytes[],
  one: (bytes: Uint8Array) => Promise<void>,
) {
  const record = await recordOf(scene.subject);
  const { callMs } = scene.subject.capabilities.timings;
  for (let at = 0; at < inputs.length; at += batch) {
    for (const { bytes } of inputs.slice(at, at + batch)) await one(bytes);
    const [pong] = await peer.ask(record, PING, [1], callMs);
    if (pong?.type !== PONG) return at;
  }
  return null;
}

const stays = async (scene: Scene<unknown>, unanswered: number | null) => {
  const other = await served(scene, await recordOf(scene.subject));
  return { unanswered, other: exact(other) };
};

describe("discv5 and hostile peers", () => {
  check(
    measured({
      ...hostile,
      id: "discovery/udp-hostile-datagrams",
      title: "a node that was sent datagrams that are no packets still answers another peer",
      variants: named(Object.keys(hostileDatagrams(new Uint8Array(32), new Uint8Array(32)))),
      async observe(scene) {
        const record = await recordOf(scene.subject);
        const peer = await guide(scene);
        const inputs = hostileDatagrams(idOf(record), peer.nodeId)[scene.variant] ?? [];
        return stays(scene, await put(scene, peer, inputs, (bytes) => peer.send(record, bytes)));
      },
      judge: ({ other }) => void expect(other, "no-answer", "other").to.equal(true),
    }),
  );

  check(
    measured({
      ...hostile,
      id: "discovery/udp-hostile-handshakes",
      title: "a proof that is not right makes no session, and another peer is still answered",
      async observe(scene) {
        const record = await recordOf(scene.subject);
        const { settledMs } = scene.subject.capabilities.timings;
        const accepted = await Promise.all(
          Object.entries(spoiltHandshakes).map(async ([name, spoil]) => {
            const peer = await scene.discoveryProbe({ fields: relayOf(scene.clusterId, [0]) });
            peer.spoil(spoil);
            const answers = await peer.ask(record, PING, [1], settledMs);
            return answers.length > 0 ? [name] : [];
          }),
        );
        return { accepted: exact(accepted.flat().sort()), ...(await stays(scene, null)) };
      },
      judge({ accepted, other }) {
        expect(other, "no-answer", "other").to.equal(true);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
      },
    }),
  );

  check(
    measured({
      ...hostile,
      id: "discovery/udp-hostile-messages",
      title: "a node that was sent malformed messages in a session still answers another peer",
      variants: named(Object.keys(hostileDiscv5Messages())),
      async observe(scene) {
        const record = await recordOf(scene.subject);
        const peer = await guide(scene);
        const inputs = hostileDiscv5Messages()[scene.variant] ?? [];
        return stays(scene, await put(scene, peer, inputs, (bytes) => peer.tell(record, bytes)));
      },
      judge: ({ other }) => void expect(other, "no-answer", "other").to.equal(true),
    }),
  );
});

import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { leaves, subscribed } from "../filter/wire-scene.ts";
import type { Message } from "../protected-shards/messages.ts";
import { type Path, type PathName, paths } from "../protected-shards/paths.ts";
import { isOf, type Neighbour, neighbour, relays } from "./wire-scene.ts";

type Any = Scene<unknown>;

/** A relay with every service that it has, on two shards. */
export const ofHistory = {
  subject: "node",
  topology: anyoneAlone,
  mutates: "connections",
  tags: ["#wire"],
  network: () => ({ shards: [0, 1] }),
  meaningful: has("node", "relay"),
} as const;

/** A publisher and a listener in the node's mesh, and where the node has a filter service one who takes pushes. */
export interface Around {
  readonly from: Neighbour;
  readonly to: Neighbour;
  readonly client: Probe | undefined;
  /** Content topic of what is sent last. */
  readonly marker: string;
}

export async function around(scene: Any, topics: readonly string[]): Promise<Around> {
  const client = scene.subject.capabilities.roles.includes("filter-service") ? await scene.probe() : undefined;
  const [from, to] = await Promise.all([neighbour(scene, { topics }), neighbour(scene, { topics })]);
  if (client) {
    await client.serve(filterPushProtocol, () => [{ close: true }]);
    await must("connecting", meet(client, scene.subject));
    leaves(scene, client);
  }
  await joinedMesh(scene, { from, to }, scene.pubsubTopic);
  return { from, to, client, marker: scene.freshContentTopic() };
}

/** Has both grafted on a topic that the node has joined. */
export async function joinedMesh(scene: Any, { from, to }: Pick<Around, "from" | "to">, pubsubTopic: string): Promise<void> {
  for (const { gossip } of [from, to]) gossip.graft(pubsubTopic);
  if (!(await relays({ ...scene, pubsubTopic }, from, to, scene.subject.capabilities.timings.meshMs)))
    throw new CouldNotRun(`nothing passes on ${pubsubTopic}`);
}

/** A message that comes by one route and then by another. */
export interface Twice {
  readonly first: PathName;
  readonly second: PathName;
  readonly message: Message;
  readonly sender: Neighbour;
}

/** One for each route after each. What comes first by one route is pushed by one peer: a service may let each push at a pace. */
export async function everyRouteTwice(scene: Any, { from }: Around): Promise<readonly Twice[]> {
  const { capabilities } = scene.subject;
  const open = (Object.keys(paths) as PathName[]).filter((name) => (paths[name] as Path).isOpen({ node: capabilities }));
  const ofRoute = async (first: PathName): Promise<Twice[]> => {
    const probe = await scene.probe();
    await must("connecting", meet(probe, scene.subject));
    return open.map((second) => {
      const [payload, contentTopic] = [Buffer.from(scene.freshKey(), "hex"), scene.freshContentTopic()];
      // No field is left out that a route could fill in.
      const rest = { version: 0, timestamp: nowNs(), meta: payload, ephemeral: true };
      return { first, second, sender: { ...from, probe }, message: { payload, contentTopic, ...rest } };
    });
  };
  return (await Promise.all(open.map(ofRoute))).flat();
}

/** Subscribes the client to all of them, and to what is sent last. */
export async function subscribes(scene: Any, { client, marker }: Around, all: readonly Twice[], pubsubTopic: string): Promise<void> {
  const topics = all.map(({ message }) => message.contentTopic ?? "");
  if (client) await subscribed(scene, client, [...topics, marker], pubsubTopic);
}

/** Sends each by one of its routes; the answers, in order. */
export const sendAll = (scene: Any, all: readonly Twice[], time: "first" | "second", pubsubTopic: string): Promise<(object | null)[]> =>
  Promise.all(all.map((one) => (paths[one[time]] as Path).send(scene, one.sender, pubsubTopic, one.message)));

/** Copies at a neighbour, as they came. */
const copiesAt = ({ gossip }: Neighbour, pubsubTopic: string, { contentTopic = "" }: Message): readonly Uint8Array[] =>
  gossip
    .delivered(pubsubTopic)
    .filter(({ message }) => isOf(message, contentTopic))
    .map(({ message }) => message.data as Uint8Array);

/** Waits for one copy of each at the listener. @returns the same with the bytes in which they left the node */
export async function cameOut(scene: Any, { to }: Around, all: readonly Twice[], pubsubTopic: string): Promise<readonly Twice[]> {
  const copies = () => all.map(({ message }) => copiesAt(to, pubsubTopic, message));
  const came = await poll(
    async () => copies(),
    (each) => each.every(({ length }) => length > 0),
    scene.subject.capabilities.timings.deliveryMs,
  );
  return all.map((one, index) => {
    const [bytes] = came[index] ?? [];
    return bytes ? { ...one, message: decode(WakuMessage, bytes).value } : one;
  });
}

const pushes = ({ client }: Around, contentTopic: string): number =>
  client?.recorded(filterPushProtocol).filter(({ bytes }) => Buffer.from(bytes).includes(contentTopic)).length ?? 0;

/** Two messages, one after the other, that come by relay and are pushed: what was sent before them has come as well. */
export async function settled(scene: Any, sides: Around, pubsubTopic: string): Promise<boolean> {
  const { from, to, client, marker: contentTopic } = sides;
  const before = pushes(sides, contentTopic);
  for (const count of [1, 2]) {
    const message = { payload: Buffer.from(scene.freshKey(), "hex"), contentTopic, timestamp: nowNs() };
    await paths.relay.send(scene, from, pubsubTopic, message);
    const came = await poll(
      async () => copiesAt(to, pubsubTopic, message).length >= count && (!client || pushes(sides, contentTopic) >= before + count),
      Boolean,
      scene.subject.capabilities.timings.deliveryMs,
    );
    if (!came) return false;
  }
  return true;
}

/** Of one message: how often it came at the listener, how often the same bytes did at most, and how often it was pushed. */
export function counted(sides: Around, { message }: Twice, pubsubTopic: string) {
  const copies = copiesAt(sides.to, pubsubTopic, message).map((bytes) => Buffer.from(bytes).toString("hex"));
  const most = Math.max(0, ...copies.map((one) => copies.filter((other) => other === one).length));
  return { copies: exact(copies.length), sameBytes: exact(most), pushed: exact(pushes(sides, message.contentTopic ?? "")) };
}

/** By name: the first route and the second. */
export const named = <T>(all: readonly Twice[], value: (one: Twice, index: number) => T): Record<string, T> =>
  Object.fromEntries(all.map((one, index) => [`${one.first}-then-${one.second}`, value(one, index)]));

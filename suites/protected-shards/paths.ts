import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import { seen } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import type { Scene } from "../../harness/scene.ts";
import { answered, push, pushBytes, serves, type Version } from "../lightpush/wire-scene.ts";
import type { Neighbour } from "../relay/wire-scene.ts";
import type { Message } from "./messages.ts";
import { bytesOf } from "./wire-scene.ts";

type Cast = Readonly<Record<string, Capabilities>>;

/** A way into a node: what it answers is null where nobody is told anything. */
export interface Path {
  isOpen(cast: Cast): boolean;
  send(scene: Scene<unknown>, from: Neighbour, pubsubTopic: string, message: Message): Promise<object | null>;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** As a node's own API takes it. */
export const jsonOf = ({ payload, meta, timestamp, rateLimitProof, ...fields }: Message): WakuMessageJson =>
  JSON.parse(
    JSON.stringify({
      ...fields,
      ...(payload && { payload: base64(payload) }),
      ...(meta && { meta: base64(meta) }),
      ...(timestamp !== undefined && { timestamp: timestamp.toString() }),
      ...(rateLimitProof && { rateLimitProof: base64(rateLimitProof) }),
    }),
  ) as WakuMessageJson;

const lightpush = (version: Version): Path => ({
  isOpen: (cast) => has("node", "lightpush-service")(cast) && serves({ service: cast.node as Capabilities }, version),
  async send(scene, { probe }, pubsubTopic, message) {
    const exchange = await push(probe, scene.subject, version, pushBytes(version, { requestId: scene.freshKey(), pubsubTopic, message }));
    const { outcome, success, statusCode, statusDesc } = answered(version, exchange);
    return { outcome, success, statusCode, statusDesc };
  },
});

/** Every way into a node. */
export const paths = {
  relay: {
    isOpen: () => true,
    async send(_scene, { gossip }, pubsubTopic, message) {
      gossip.publish(pubsubTopic, bytesOf(message));
      return null;
    },
  },
  publish: {
    isOpen: () => true,
    async send({ subject }, _from, pubsubTopic, message) {
      return seen(await subject.relay?.publish(pubsubTopic, jsonOf(message)));
    },
  },
  "lightpush-2": lightpush(2),
  "lightpush-3": lightpush(3),
} as const satisfies Record<string, Path>;
export type PathName = keyof typeof paths;

/** An input for each thing to send and each way to send it. */
export interface OnPath<T> {
  readonly path: PathName;
  readonly input: T;
}
export const onEveryPath = <T>(inputs: Readonly<Record<string, T>>): Record<string, OnPath<T>> =>
  Object.fromEntries(
    (Object.keys(paths) as PathName[]).flatMap((path) =>
      Object.entries(inputs).map(([name, input]) => [`${name}-by-${path}`, { path, input }] as const),
    ),
  );
export const isOpen = (cast: Cast, { path }: OnPath<unknown>): boolean => (paths[path] as Path).isOpen(cast);

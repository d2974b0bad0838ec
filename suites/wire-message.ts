import type { Scene } from "../harness/scene.ts";
import { nowNs } from "../rfc-checks/rules/timestamp.ts";
import type { WakuMessage } from "../rfc-checks/wire/message.ts";
import type { ValueOf } from "../rfc-checks/wire/schema.ts";

export type Message = ValueOf<typeof WakuMessage>;

/** A message of its own with no field left out that somebody could change, as it goes over the wire. */
export const wireMessage = (scene: Scene<unknown>, fields: Message = {}): Message => ({
  payload: Buffer.from(scene.freshKey()),
  contentTopic: scene.freshContentTopic(),
  version: 0,
  timestamp: nowNs(),
  meta: Buffer.from("meta"),
  ephemeral: true,
  ...fields,
});

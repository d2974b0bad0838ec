/** A message as it is read: what 14/WAKU2-MESSAGE says of an absent attribute is filled in. */
interface ReadMessage {
  readonly payload: string;
  readonly contentTopic: string;
  /** absent reads as 0 (14-MESSAGE-04) */
  readonly version: number;
  /** absent reads as 0 (14-MESSAGE-06) */
  readonly timestamp: string;
  readonly meta: string;
  /** absent reads as false (14-MESSAGE-09) */
  readonly ephemeral: boolean;
  readonly rateLimitProof: string;
}

export type MessageFields = { readonly [K in keyof ReadMessage]?: ReadMessage[K] | undefined };

export const asRead = (message: MessageFields): ReadMessage => ({
  payload: message.payload ?? "",
  contentTopic: message.contentTopic ?? "",
  version: message.version ?? 0,
  timestamp: message.timestamp ?? "0",
  meta: message.meta ?? "",
  ephemeral: message.ephemeral ?? false,
  rateLimitProof: message.rateLimitProof ?? "",
});

/** Fields that differ between two messages as they are read. */
export function differences(sent: MessageFields, received: MessageFields): (keyof ReadMessage)[] {
  const [left, right] = [asRead(sent), asRead(received)];
  return (Object.keys(left) as (keyof ReadMessage)[]).filter((field) => left[field] !== right[field]);
}

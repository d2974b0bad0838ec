import { FilterSubscribeRequest, FilterSubscribeResponse, MessagePush } from "../../../../rfc-checks/wire/filter.ts";
import { Identify } from "../../../../rfc-checks/wire/identify.ts";
import { HistoryRpc } from "../../../../rfc-checks/wire/legacy-store.ts";
import { LightPushRequest, LightPushResponse, PushRpc } from "../../../../rfc-checks/wire/lightpush.ts";
import { RateLimitProof, WakuMessage } from "../../../../rfc-checks/wire/message.ts";
import { Metadata } from "../../../../rfc-checks/wire/metadata.ts";
import { PeerExchangeRpc } from "../../../../rfc-checks/wire/peer-exchange.ts";
import { RelayRpc } from "../../../../rfc-checks/wire/relay.ts";
import { RendezvousMessage, WakuPeerRecord } from "../../../../rfc-checks/wire/rendezvous.ts";
import type { MessageSchema } from "../../../../rfc-checks/wire/schema.ts";
import { StoreQueryRequest, StoreQueryResponse } from "../../../../rfc-checks/wire/store.ts";

/** Every message that is a frame, or the content of one. */
export const schemas: readonly MessageSchema[] = [
  WakuMessage,
  RateLimitProof,
  RelayRpc,
  FilterSubscribeRequest,
  FilterSubscribeResponse,
  MessagePush,
  PushRpc,
  LightPushRequest,
  LightPushResponse,
  StoreQueryRequest,
  StoreQueryResponse,
  HistoryRpc,
  Metadata,
  PeerExchangeRpc,
  Identify,
  RendezvousMessage,
  WakuPeerRecord,
];

import { RPC } from "@chainsafe/libp2p-gossipsub/message";
import { proto_filter_v2, proto_lightpush, proto_message, proto_metadata, proto_peer_exchange, proto_store } from "@waku/proto";
import { expect } from "chai";
import fc from "fast-check";
import { decode, encode } from "../../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeResponse, MessagePush } from "../../../rfc-checks/wire/filter.ts";
import { LightPushRequest, LightPushResponse, PushRpc } from "../../../rfc-checks/wire/lightpush.ts";
import { RateLimitProof, WakuMessage } from "../../../rfc-checks/wire/message.ts";
import { Metadata } from "../../../rfc-checks/wire/metadata.ts";
import { PeerExchangeRpc } from "../../../rfc-checks/wire/peer-exchange.ts";
import { RelayRpc } from "../../../rfc-checks/wire/relay.ts";
import type { MessageSchema } from "../../../rfc-checks/wire/schema.ts";
import { StoreQueryRequest, StoreQueryResponse } from "../../../rfc-checks/wire/store.ts";
import { schemas } from "./support/schemas.ts";
import { hex, valuesOf } from "./support/values.ts";

fc.configureGlobal({ seed: 3 });

interface OtherCodec {
  encode(value: never): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** Codecs that others published for the same messages. */
const published: readonly [MessageSchema, OtherCodec][] = [
  [WakuMessage, proto_message.WakuMessage],
  [RateLimitProof, proto_message.RateLimitProof],
  [FilterSubscribeRequest, proto_filter_v2.FilterSubscribeRequest],
  [FilterSubscribeResponse, proto_filter_v2.FilterSubscribeResponse],
  [MessagePush, proto_filter_v2.MessagePush],
  [PushRpc, proto_lightpush.PushRpc],
  [LightPushRequest, proto_lightpush.LightPushRequestV3],
  [LightPushResponse, proto_lightpush.LightPushResponseV3],
  [StoreQueryRequest, proto_store.StoreQueryRequest],
  [StoreQueryResponse, proto_store.StoreQueryResponse],
  [Metadata, proto_metadata.WakuMetadataRequest],
  [PeerExchangeRpc, proto_peer_exchange.PeerExchangeRPC],
  [RelayRpc, RPC],
];

/** 14 has bytes where the published codec has the message of 17, and reads nothing else. */
function withProofs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withProofs);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, name === "rateLimitProof" ? proof : withProofs(field)]));
}
const one = Uint8Array.of(1);
const proof = encode(RateLimitProof, { proof: one, merkleRoot: one, epoch: one, shareX: one, shareY: one, nullifier: one });

describe("the schemas", () => {
  for (const schema of schemas)
    it(`${schema.name} comes back as it went, by the book`, () => {
      fc.assert(
        fc.property(valuesOf(schema), (value) => {
          expect(decode(schema, encode(schema, value))).to.eql({ value, deviations: [] });
        }),
      );
    });

  for (const [schema, other] of published)
    it(`${schema.name} has the bytes of the published codec`, () => {
      fc.assert(
        fc.property(valuesOf(schema, "common").map(withProofs), (value) => {
          const ours = encode(schema, value as object);
          expect(hex(other.encode(other.decode(ours) as never))).to.equal(hex(ours));
        }),
      );
    });
});

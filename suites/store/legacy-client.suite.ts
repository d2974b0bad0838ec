import { bytesToHex } from "@noble/hashes/utils";
import type { LegacyCursor, LegacyStoreQuery } from "../../fixtures/contract/legacy-store.ts";
import type { Responder } from "../../fixtures/contract/probe.ts";
import { demandOk, seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { type HistoryResponse, HistoryRpc } from "../../rfc-checks/wire/legacy-store.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { requestsOf, type ScriptedService, serviceOf } from "../asking.ts";
import { ofClientOf } from "../hostile-answers.ts";
import { strictly } from "../strictly.ts";
import type { Message } from "../wire-message.ts";
import { demandAsked } from "./asked.ts";
import { legacyStore } from "./legacy-asking.ts";
import { type Cursor, FORWARD } from "./legacy-scene.ts";

const ofLegacyClient = { ...ofClientOf(legacyStore), mutates: "connections", tags: ["#wire"] } as const;
const pubsubTopic = "/waku/2/rs/66/0";
const contentTopics = ["/wire/1/first/proto", "/wire/1/second/proto"];

/** Gives these responses, one after the other, the last one again and again. */
function given(...responses: readonly ValueOf<typeof HistoryResponse>[]): Responder {
  let next = 0;
  return (request) => {
    const response = responses[Math.min(next++, responses.length - 1)];
    return [{ write: frame(encode(HistoryRpc, { requestId: legacyStore.idOf(request), response })) }, { close: true }];
  };
}

const asked = (service: ScriptedService) => requestsOf(service, legacyStore).map((bytes) => strictly(HistoryRpc, bytes));

const base64 = (bytes: Iterable<number>): string => Buffer.from(Uint8Array.from(bytes)).toString("base64");

const cursorAs = ({ digest = new Uint8Array(), receiverTime, senderTime, pubsubTopic: topic = "" }: Cursor): LegacyCursor => ({
  digest: bytesToHex(digest),
  receiverTime: String(receiverTime),
  senderTime: String(senderTime),
  pubsubTopic: topic,
});

/** The criteria of a request as it came, in the terms of the API; the length of a page is the client's choice where none was asked for. */
function criteria({ value }: ReturnType<typeof asked>[number], { limit }: Pick<LegacyStoreQuery, "limit"> = {}) {
  const { query } = value ?? {};
  const { cursor, direction, pageSize } = query?.pagingInfo ?? {};
  return {
    pubsubTopic: query?.pubsubTopic ?? null,
    contentTopics: (query?.contentFilters ?? []).map(({ contentTopic }) => contentTopic ?? "").sort(),
    timeStart: query?.startTime === undefined ? null : String(query.startTime),
    timeEnd: query?.endTime === undefined ? null : String(query.endTime),
    cursor: cursor ? cursorAs(cursor) : null,
    forward: direction === FORWARD,
    limit: limit === undefined ? null : Number(pageSize),
  };
}

const plain = { pubsubTopic, contentTopics, forward: true } satisfies LegacyStoreQuery;
const queries: Record<string, LegacyStoreQuery> = {
  forward: plain,
  backward: { ...plain, forward: false },
  since: { ...plain, timeStart: "1700000000001000001" },
  until: { ...plain, timeEnd: "1700000000009000009" },
  between: { ...plain, timeStart: "1700000000001000001", timeEnd: "1700000000009000009" },
  limit: { ...plain, limit: 7 },
};

const first: Message = { payload: Uint8Array.of(1), contentTopic: "/wire/1/first/proto", timestamp: 1_700_000_000_000_000_001n };
const second: Message = { payload: Uint8Array.of(2), contentTopic: "/wire/1/second/proto", timestamp: 1_700_000_000_000_000_002n };
const afterFirst: Cursor = {
  digest: new Uint8Array(32).fill(0xfb),
  receiverTime: 1_700_000_000_000_000_009n,
  senderTime: 1_700_000_000_000_000_001n,
  pubsubTopic,
};

describe("store client before version 3 on the wire", () => {
  check({
    ...ofLegacyClient,
    id: "store/legacy-client-query",
    title: "a client of store before version 3 sends one query with an id and the criteria that were asked for",
    requirements: ["REC-STORE-06"],
    variants: queries,
    async observe(scene) {
      const service = await serviceOf(scene, legacyStore, given({}));
      const query = seen(await scene.subject.legacyStore?.query(scene.variant));
      const requests = asked(service);
      const [request] = requests;
      return {
        query,
        requests: exact(requests.length),
        deviations: set(request?.deviations ?? []),
        hasId: exact((request?.value?.requestId ?? "") !== ""),
        criteria: exact(request ? criteria(request, scene.variant) : null),
        // Without a limit it is the client's choice.
        pageSize: exact(String(request?.value?.query?.pagingInfo?.pageSize ?? "none")),
        wanted: { timeStart: null, timeEnd: null, cursor: null, limit: null, ...scene.variant },
      };
    },
    judge: demandAsked,
  });

  check({
    ...ofLegacyClient,
    id: "store/legacy-client-next-page",
    title: "a client of store before version 3 asks for the next page with the cursor as it came, the same criteria and another id",
    requirements: ["REC-STORE-07"],
    variants: { forward: true, backward: false },
    async observe(scene) {
      const service = await serviceOf(scene, legacyStore, given({ messages: [first], pagingInfo: { cursor: afterFirst } }, {}));
      const query = { ...plain, forward: scene.variant, timeStart: "1700000000000000001", limit: 1 };
      const cursor = (await scene.subject.legacyStore?.query(query))?.value?.cursor;
      const next = seen(await scene.subject.legacyStore?.query({ ...query, ...(cursor && { cursor }) }));
      const requests = asked(service);
      const same = requests.map((request) => JSON.stringify({ ...criteria(request, query), cursor: null }));
      return {
        next,
        requests: exact(requests.length),
        distinctIds: exact(new Set(requests.map(({ value }) => value?.requestId)).size),
        sameCriteria: exact(new Set(same).size === 1),
        cursors: exact(requests.map((request) => criteria(request).cursor)),
        given: cursorAs(afterFirst),
      };
    },
    judge({ next, requests, distinctIds, sameCriteria, cursors, given: right }) {
      demandOk(next, "next");
      expect(requests, "wrong-value", "requests").to.equal(2);
      expect(distinctIds, "wrong-request-id", "distinctIds").to.equal(2);
      expect(sameCriteria, "wrong-value", "sameCriteria").to.equal(true);
      expect(cursors, "wrong-value", "cursors").to.deep.equal([null, right]);
    },
  });

  const served: Record<string, readonly Message[]> = {
    none: [],
    one: [first],
    "in-order": [first, second],
    "not-in-order": [second, first],
    meta: [{ ...first, meta: Buffer.from("meta") }],
    version: [{ ...first, version: 1 }],
  };
  check({
    ...ofLegacyClient,
    id: "store/legacy-client-messages",
    title: "a client of store before version 3 reports the messages of a response as they came",
    requirements: ["REC-STORE-08"],
    variants: served,
    async observe(scene) {
      await serviceOf(scene, legacyStore, given({ messages: scene.variant }));
      const answer = await scene.subject.legacyStore?.query(plain);
      const found = (answer?.value?.messages ?? []).map(({ payload, contentTopic, timestamp, version = 0, meta = "" }) =>
        [payload, contentTopic, timestamp, version, meta].join(" "),
      );
      const right = scene.variant.map(({ payload = [], contentTopic, timestamp, version = 0, meta = [] }) =>
        [base64(payload), contentTopic, timestamp, version, base64(meta)].join(" "),
      );
      return { query: seen(answer), found: exact(found), served: right };
    },
    judge({ query, found, served: right }) {
      demandOk(query, "query");
      expect(found, "field-changed", "found").to.deep.equal(right);
    },
  });
});

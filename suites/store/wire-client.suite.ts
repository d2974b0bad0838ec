import { bytesToHex } from "@noble/hashes/utils";
import type { StoreQuery } from "../../fixtures/contract/node.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { demandOk, demandRefusal, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode, encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { StoreQueryRequest, StoreQueryResponse, storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { storeClientAlone } from "../../topologies/index.ts";
import { requestsTo } from "../requests.ts";
import { demandAsked } from "./asked.ts";
import { strictly } from "./wire-scene.ts";

const ofClient = { subject: "client", topology: storeClientAlone, mutates: "connections", tags: ["#wire"] } as const;
const pubsubTopic = "/waku/2/rs/66/0";
const contentTopics = ["/wire/1/first/proto", "/wire/1/second/proto"];
const [one, two] = ["11".repeat(32), "22".repeat(32)];

/** A store that gives these answers, one after the other, the last one again and again. */
async function storeOf(scene: Scene<unknown>, ...answers: readonly object[]): Promise<Probe> {
  const probe = await scene.probe();
  let next = 0;
  await probe.serve(storeQueryProtocol, (request) => {
    const { requestId } = decode(StoreQueryRequest, request).value;
    const answer = answers[Math.min(next++, answers.length - 1)];
    return [{ write: frame(encode(StoreQueryResponse, { requestId, statusCode: 200, statusDesc: "OK", ...answer })) }, { close: true }];
  });
  await must("connecting", meet(probe, scene.subject, storeQueryProtocol));
  return probe;
}

const asked = (probe: Probe) => requestsTo(probe, storeQueryProtocol).map((bytes) => strictly(StoreQueryRequest, bytes));

/** The criteria of a request as it came, in the terms of the API, lists without order; a pagination_forward or include_data that is absent is false. */
function criteria({ value }: ReturnType<typeof asked>[number]) {
  return {
    includeData: value?.includeData ?? false,
    pubsubTopic: value?.pubsubTopic ?? null,
    contentTopics: [...(value?.contentTopics ?? [])].sort(),
    timeStart: value?.timeStart === undefined ? null : String(value.timeStart),
    timeEnd: value?.timeEnd === undefined ? null : String(value.timeEnd),
    messageHashes: (value?.messageHashes ?? []).map(bytesToHex).sort(),
    cursor: value?.paginationCursor === undefined ? null : bytesToHex(value.paginationCursor),
    forward: value?.paginationForward ?? false,
  };
}
const wanted = ({ limit: _, ...query }: StoreQuery) => ({
  ...{ includeData: false, pubsubTopic: null, contentTopics: [], timeStart: null, timeEnd: null, messageHashes: [] },
  ...{ cursor: null, forward: false },
  ...query,
});

const content = { pubsubTopic, contentTopics, forward: true } satisfies StoreQuery;
const contentQueries: Record<string, StoreQuery> = {
  data: { ...content, includeData: true },
  hashes: { ...content, includeData: false },
  backward: { ...content, includeData: true, forward: false },
  since: { ...content, includeData: true, timeStart: "1700000000001000001" },
  until: { ...content, includeData: true, timeEnd: "1700000000009000009" },
  between: { ...content, includeData: true, timeStart: "1700000000001000001", timeEnd: "1700000000009000009" },
};
const lookups: Record<string, StoreQuery> = {
  data: { messageHashes: [one, two], includeData: true, forward: true },
  presence: { messageHashes: [one, two], includeData: false, forward: true },
};

/** The query with times no finer than an API tells apart. */
function resolved({ timeStart, timeEnd, ...query }: StoreQuery, ns: bigint): StoreQuery {
  const coarser = (time: string): string => String(BigInt(time) - (BigInt(time) % ns));
  return {
    ...query,
    ...(timeStart !== undefined && { timeStart: coarser(timeStart) }),
    ...(timeEnd !== undefined && { timeEnd: coarser(timeEnd) }),
  };
}

async function observe(scene: Scene<StoreQuery>) {
  const probe = await storeOf(scene, {});
  const asking = resolved(scene.variant, BigInt(scene.subject.capabilities.timestampResolutionNs));
  const query = seen(await scene.subject.store?.query(asking));
  const requests = asked(probe);
  const [request] = requests;
  return {
    query,
    requests: exact(requests.length),
    deviations: set(request?.deviations ?? []),
    hasId: exact((request?.value?.requestId ?? "") !== ""),
    criteria: exact(request ? criteria(request) : null),
    wanted: wanted(asking),
  };
}

describe("store client on the wire", () => {
  check({
    ...ofClient,
    id: "store/wire-client-content",
    title: "a content query is one request with an id and the criteria that were asked for",
    requirements: [
      ...["13-STORE-16", "13-STORE-17", "13-STORE-18", "13-STORE-19", "13-STORE-20", "13-STORE-22", "13-STORE-24"],
      ...["13-STORE-30", "13-STORE-31"],
    ],
    variants: contentQueries,
    observe,
    judge: demandAsked,
  });

  check({
    ...ofClient,
    id: "store/wire-client-lookup",
    title: "a lookup has the hashes that were asked for and no content filter",
    requirements: ["13-STORE-25", "13-STORE-26", "13-STORE-27"],
    variants: lookups,
    observe,
    judge: demandAsked,
  });

  check({
    ...ofClient,
    id: "store/wire-client-next-page",
    title: "the next page is asked for with the same criteria, the cursor and another id",
    requirements: ["13-STORE-14", "13-STORE-17"],
    variants: { forward: true, backward: false },
    meaningful: offers("client", "store.query cursor", "store.query hashes alone"),
    async observe(scene) {
      const probe = await storeOf(
        scene,
        { messages: [{ messageHash: Buffer.from(one, "hex") }], paginationCursor: Buffer.from(one, "hex") },
        {},
      );
      const query = { ...content, forward: scene.variant, timeStart: "1700000000000000001", includeData: false, limit: 1 };
      const first = await scene.subject.store?.query(query);
      const cursor = first?.value?.cursor;
      const next = seen(await scene.subject.store?.query({ ...query, ...(cursor !== undefined && { cursor }) }));
      const requests = asked(probe);
      const same = requests.map((request) => JSON.stringify({ ...criteria(request), cursor: null }));
      return {
        cursor: exact(cursor ?? null),
        next,
        requests: exact(requests.length),
        distinctIds: exact(new Set(requests.map(({ value }) => value?.requestId)).size),
        sameCriteria: exact(new Set(same).size === 1),
        cursors: exact(requests.map((request) => criteria(request).cursor)),
      };
    },
    judge({ cursor, next, requests, distinctIds, sameCriteria, cursors }) {
      expect(cursor, "wrong-value", "cursor").to.equal(one);
      demandOk(next, "next");
      expect(requests, "wrong-value", "requests").to.equal(2);
      expect(distinctIds, "wrong-request-id", "distinctIds").to.equal(2);
      expect(sameCriteria, "wrong-value", "sameCriteria").to.equal(true);
      expect(cursors, "wrong-value", "cursors").to.deep.equal([null, one]);
    },
  });

  check({
    ...ofClient,
    id: "store/wire-client-presence",
    title: "of the hashes that were asked for, those that come back are the ones reported",
    requirements: ["13-STORE-28"],
    meaningful: offers("client", "store.query hashes alone"),
    async observe(scene) {
      await storeOf(scene, { messages: [{ messageHash: Buffer.from(two, "hex") }] });
      const answer = await scene.subject.store?.query({ messageHashes: [one, two], includeData: false, forward: true });
      return { query: seen(answer), present: set((answer?.value?.messages ?? []).map(({ messageHash }) => messageHash)) };
    },
    judge({ query, present }) {
      demandOk(query, "query");
      expect(present, "wrong-value", "present").to.deep.equal([two]);
    },
  });

  check({
    ...ofClient,
    id: "store/wire-client-status",
    title: "a status that is not success is a failure, and the next success is one",
    requirements: ["13-STORE-34"],
    variants: { "100": 100, "300": 300, "400": 400, "429": 429, "500": 500, "503": 503, unknown: 777 },
    async observe(scene) {
      await storeOf(scene, { statusCode: scene.variant, statusDesc: "NO" }, {});
      const query = { ...content, includeData: true };
      return { failure: seen(await scene.subject.store?.query(query)), next: seen(await scene.subject.store?.query(query)) };
    },
    judge({ failure, next }) {
      demandRefusal(failure, "accepted-invalid", "failure");
      demandOk(next, "next");
    },
  });
});

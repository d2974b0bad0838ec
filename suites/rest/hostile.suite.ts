import type { Outcome } from "../../fixtures/contract/answer.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { fairRequest, hostileRequests } from "../../rfc-checks/wire/hostile-rest.ts";
import { restRequests } from "../../rfc-checks/wire/rest-api.ts";
import type { RawRequest, RestExample } from "../../rfc-checks/wire/rest-schema.ts";
import { lonelyRest as topology } from "../../topologies/index.ts";
import { load, loads } from "../measured.ts";

const pubsubTopic = "/waku/2/rs/66/0";
const contentTopic = "/waku-conformance/1/hostile/proto";
const message = { payload: "aGVsbG8=", contentTopic, version: 0, meta: "bWV0YQ==", ephemeral: false };
/** Where nobody listens. */
const nobody = "/ip4/127.0.0.1/tcp/1/p2p/16Uiu2HAmPLe7Mzm8TsYUubgCAW1aJoeFScxrLj8ppHFivPo97bUZ";
const criteria = { requestId: "1", pubsubTopic, contentFilters: [contentTopic] };

/** What is right of each request, to be spoilt in every field. */
type Route = keyof typeof restRequests;
const examples: Record<Route, RestExample> = {
  "relay-subscribe": { body: [pubsubTopic] },
  "relay-unsubscribe": { body: [pubsubTopic] },
  "relay-publish": { inPath: { pubsubTopic }, body: message },
  "relay-messages": { inPath: { pubsubTopic } },
  "relay-auto-subscribe": { body: [contentTopic] },
  "relay-auto-unsubscribe": { body: [contentTopic] },
  "relay-auto-publish": { body: message },
  "relay-auto-messages": { inPath: { contentTopic } },
  "filter-subscribe": { body: criteria },
  "filter-unsubscribe": { body: criteria },
  "filter-unsubscribe-all": { body: { requestId: "1" } },
  "filter-ping": { inPath: { requestId: "1" } },
  "filter-messages": { inPath: { contentTopic } },
  "filter-messages-of-topic": { inPath: { pubsubTopic, contentTopic } },
  "lightpush-v1": { body: { pubsubTopic, message } },
  "lightpush-v3": { body: { pubsubTopic, message } },
  "admin-peers": {},
  "admin-connect": { body: [nobody] },
  "admin-add-peer": { body: { multiaddr: nobody, shards: [0], protocols: ["/vac/waku/relay/2.0.0"] } },
  "debug-info": {},
  "debug-version": {},
  health: {},
  "store-query": { inQuery: { pubsubTopic, contentTopics: contentTopic, includeData: "true", pageSize: "1" } },
  "legacy-store-query": { inQuery: { pubsubTopic, contentTopics: contentTopic, ascending: "true", pageSize: "1" } },
};

const routes = Object.keys(examples) as Route[];

/** A thousand items, or a megabyte of text: how long they take is a matter of the machine. */
const isBurden = (name: string): boolean => /-items-|-ten-times$/.test(name);

/** What a shard that is joined already is answered with when it is to be joined. */
const fair = fairRequest(restRequests["relay-subscribe"], examples["relay-subscribe"]);
const asked = async (node: StartedWakuNode, request: RawRequest): Promise<{ readonly outcome: Outcome; readonly said: string }> => {
  const { outcome, value } = (await node.rest?.request(request)) ?? { outcome: "unsupported" };
  return { outcome, said: value === undefined ? outcome : `${value.status}` };
};

describe("rest: hostile requests", () => {
  check({
    id: "rest/hostile",
    revision: 3,
    title: "no request ends the node or its API, whatever is in its fields; a fair one is answered after them as it was before",
    requirements: ["CONN-05"],
    tags: ["#hostile"],
    subject: "node",
    topology,
    mutates: "node",
    variants: Object.fromEntries(routes.map((route) => [route, route])),
    async observe({ nodes, variant: route, renew }) {
      let { node } = nodes as Record<"node", StartedWakuNode>;
      const answers: Record<string, string> = {};
      const burdens: Record<string, string> = {};
      const before = (await asked(node, fair)).said;
      const first = await load({ subject: node });
      const unspoilt = (await asked(node, fairRequest(restRequests[route], examples[route]))).said;
      const unanswered: Record<"died" | "timeout", string[]> = { died: [], timeout: [] };
      for (const { name, request } of hostileRequests(restRequests[route], examples[route])) {
        const { outcome, said } = await asked(node, request);
        (isBurden(name) ? burdens : answers)[name] = said;
        if (outcome !== "died" && outcome !== "timeout") continue;
        if (isBurden(name) && outcome === "timeout" && (await asked(node, fair)).said === before) continue;
        unanswered[outcome].push(name);
        // What came after it would be about a node that is dead, or hangs.
        ({ node } = (await renew()) as Record<"node", StartedWakuNode>);
      }
      const fairAnswers = { before: exact(before), after: exact((await asked(node, fair)).said) };
      return {
        unspoilt: exact(unspoilt),
        answers: exact(answers),
        burdens,
        died: set(unanswered.died),
        silent: set(unanswered.timeout),
        fair: fairAnswers,
        ...loads(first, await load({ subject: node })),
      };
    },
    judge({ died, silent, fair: { before, after } }) {
      expect(died, "node-died", "died").to.deep.equal([]);
      expect(silent, "no-answer", "silent").to.deep.equal([]);
      expect(after, "wrong-value", "fair.after").to.equal(before);
    },
  });
});

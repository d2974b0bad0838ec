import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { hostileRequests } from "../../rfc-checks/wire/hostile-rest.ts";
import { restRequests } from "../../rfc-checks/wire/rest-api.ts";
import type { RestExample } from "../../rfc-checks/wire/rest-schema.ts";
import { lonelyRest as topology } from "../../topologies/index.ts";

const pubsubTopic = "/waku/2/rs/66/0";
const contentTopic = "/waku-conformance/1/hostile/proto";
const message = { payload: "aGVsbG8=", contentTopic, version: 0, meta: "bWV0YQ==", ephemeral: false };
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
  "lightpush-v1": { body: { pubsubTopic, message } },
  "lightpush-v3": { body: { pubsubTopic, message } },
  "store-query": { inQuery: { pubsubTopic, contentTopics: contentTopic, includeData: "true", pageSize: "1" } },
};

const routes = Object.keys(examples) as Route[];

describe("rest: hostile requests", () => {
  check({
    id: "rest/hostile",
    title: "no request ends the node or its API, whatever is in its fields",
    requirements: ["CONN-05"],
    tags: ["#hostile"],
    subject: "node",
    topology,
    mutates: "node",
    variants: Object.fromEntries(routes.map((route) => [route, route])),
    async observe({ nodes, variant: route, renew }) {
      let { node } = nodes as Record<"node", StartedWakuNode>;
      const answers: Record<string, string> = {};
      const unanswered: Record<"died" | "timeout", string[]> = { died: [], timeout: [] };
      for (const { name, request } of hostileRequests(restRequests[route], examples[route])) {
        const { outcome, value } = (await node.rest?.request(request)) ?? { outcome: "unsupported" };
        answers[name] = value === undefined ? outcome : `${value.status}`;
        if (outcome !== "died" && outcome !== "timeout") continue;
        unanswered[outcome].push(name);
        // What came after it would be about a node that is dead, or hangs.
        ({ node } = (await renew()) as Record<"node", StartedWakuNode>);
      }
      return { answers: exact(answers), died: set(unanswered.died), silent: set(unanswered.timeout) };
    },
    judge({ died, silent }) {
      expect(died, "node-died", "died").to.deep.equal([]);
      expect(silent, "no-answer", "silent").to.deep.equal([]);
    },
  });
});

import { seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { LightPushRequest, PushRpc } from "../../rfc-checks/wire/lightpush.ts";
import { clientAlone } from "../../topologies/index.ts";
import { type Asking, answers, askings, requestsOf, serviceOf } from "../asking.ts";
import { strictly, type Version } from "./wire-scene.ts";

const ofClient = { subject: "client", topology: clientAlone, mutates: "connections" } as const;
const versions: Record<string, Version> = { v2: 2, v3: 3 };
const version3: Record<string, 3> = { v3: 3 };

const askingOf: Record<Version, Asking> = { 2: askings["lightpush-v2"], 3: askings["lightpush-v3"] };

/** What was asked, in the form that both versions have in common. */
function askedOf(version: Version, bytes: Uint8Array) {
  if (version === 3) return strictly(LightPushRequest, bytes);
  const { value, deviations } = strictly(PushRpc, bytes);
  return { value: value && { requestId: value.requestId, ...value.request }, deviations, response: value?.response };
}

describe("lightpush client on the wire", () => {
  check({
    ...ofClient,
    id: "lightpush/wire-client-request",
    title: "a client pushes by one request with an id, a pubsub topic and the message as it was given",
    requirements: ["19-LPV2-02", "19-LPV3-01", "57-SCALE-09"],
    tags: ["#wire"],
    variants: versions,
    meaningful: ({ client }, version) => client?.lightpushVersions.includes(version) === true,
    async observe(scene) {
      const { subject, variant: version, pubsubTopic } = scene;
      const service = await serviceOf(scene, askingOf[version]);
      const message = scene.message({ contentTopic: scene.freshContentTopic() });
      const push = seen(await subject.lightpush?.push(version, pubsubTopic, message));
      const requests = requestsOf(service, askingOf[version]).map((bytes) => askedOf(version, bytes));
      const [request] = requests;
      const sent = request?.value?.message;
      return {
        push,
        requests: exact(requests.length),
        deviations: set(request?.deviations ?? []),
        hasId: exact((request?.value?.requestId ?? "") !== ""),
        pubsubTopic: exact(request?.value?.pubsubTopic ?? null),
        contentTopic: exact(sent?.contentTopic === message.contentTopic),
        payload: exact(Buffer.from(sent?.payload ?? []).toString("base64") === message.payload),
      };
    },
    judge({ push, requests, deviations, hasId, pubsubTopic, contentTopic, payload }) {
      expect(requests, requests === 0 ? "no-answer" : "wrong-value", "requests").to.equal(1);
      expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
      expect(hasId, "wrong-value", "hasId").to.equal(true);
      expect(pubsubTopic, "wrong-value", "pubsubTopic").to.equal("/waku/2/rs/66/0");
      expect(contentTopic && payload, "field-changed", "payload").to.equal(true);
      expect(push.outcome, "refused-valid", "push.outcome").to.equal("ok");
    },
  });

  check({
    ...ofClient,
    id: "lightpush/wire-client-no-topic",
    title: "what a client sends in the place of a pubsub topic that is left out",
    requirements: ["19-LPV3-03"],
    tags: ["#wire"],
    variants: version3,
    meaningful: ({ client }, version) => client?.lightpushVersions.includes(version) === true,
    async observe(scene) {
      const { subject, variant: version } = scene;
      const service = await serviceOf(scene, askingOf[version]);
      const push = seen(await subject.lightpush?.push(version, undefined, scene.message({ contentTopic: scene.freshContentTopic() })));
      const [bytes] = requestsOf(service, askingOf[version]);
      return { push, pubsubTopic: exact(bytes ? (strictly(LightPushRequest, bytes).value?.pubsubTopic ?? null) : "no request") };
    },
  });

  /** Others of 2xx are observed: 200 is the one that is named. */
  const isSuccess = (code: number): boolean => code >= 200 && code < 300;
  const codes = [0, 199, 200, 201, 299, 300, 400, 413, 421, 429, 500, 503, 599, 4_294_967_295];
  check({
    ...ofClient,
    id: "lightpush/wire-client-status",
    title: "a push that is answered with a code that is no success has failed, whether the code is known or not",
    requirements: ["19-LPV3-14"],
    tags: ["#wire"],
    // A service that is still known from before would be asked as well.
    mutates: "node",
    variants: version3,
    meaningful: ({ client }, version) => client?.lightpushVersions.includes(version) === true,
    async observe(scene) {
      const asking = askingOf[scene.variant];
      const service = await serviceOf(scene, asking);
      const outcomes: Record<string, ReturnType<typeof exact<string>>> = {};
      for (const statusCode of codes) {
        service.respond = answers(asking, { statusCode });
        outcomes[statusCode] = exact((await asking.ask(scene))?.outcome ?? "none");
      }
      return { outcomes };
    },
    judge({ outcomes }) {
      const taken = codes.filter((code) => !isSuccess(code) && outcomes[code] !== "refused");
      expect(taken, "accepted-invalid", "outcomes").to.deep.equal([]);
      expect(outcomes[200], "refused-valid", "outcomes.200").to.equal("ok");
    },
  });
});

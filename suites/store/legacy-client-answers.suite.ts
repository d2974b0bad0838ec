import type { Responder } from "../../fixtures/contract/probe.ts";
import { demandOk, demandRefusal, seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { HistoryRpc } from "../../rfc-checks/wire/legacy-store.ts";
import { answers, serviceOf, success } from "../asking.ts";
import { hostileAnswers, hostileFramings, ofClientOf } from "../hostile-answers.ts";
import { legacyStore } from "./legacy-asking.ts";
import { INVALID_CURSOR } from "./legacy-scene.ts";

const ofLegacyClient = { ...ofClientOf(legacyStore), mutates: "connections", tags: ["#wire"] } as const;

/** Asks a service that answers so, and again once it is fair. */
async function asked(scene: Scene<unknown>, respond: Responder) {
  const service = await serviceOf(scene, legacyStore, respond);
  const failure = seen(await legacyStore.ask(scene));
  service.respond = answers(legacyStore);
  return { failure, next: seen(await legacyStore.ask(scene)) };
}

function demandFailure({ failure, next }: Record<"failure" | "next", Parameters<typeof demandOk>[0]>): void {
  demandRefusal(failure, "accepted-invalid", "failure");
  demandOk(next, "next");
}

describe("store client before version 3 and answers", () => {
  check({
    ...ofLegacyClient,
    id: "store/legacy-client-error",
    title: "a client of store before version 3 takes an error, or no response, for a failure, and the next response for none",
    requirements: ["REC-STORE-09"],
    // The first is in the protobuf; the next two are what an implementation sends.
    variants: { "invalid-cursor": INVALID_CURSOR, "too-many-requests": 429, "service-unavailable": 503, unknown: 777, "no-response": null },
    observe: (scene) =>
      asked(scene, (request) => {
        const response = scene.variant === null ? undefined : { error: scene.variant };
        return [{ write: frame(encode(HistoryRpc, { requestId: legacyStore.idOf(request), response })) }, { close: true }];
      }),
    judge: demandFailure,
  });

  check({
    ...ofLegacyClient,
    id: "store/legacy-client-other-request-id",
    title: "a client of store before version 3 takes no answer with the id of another request for success",
    requirements: ["REC-SERVICE-04"],
    observe: (scene) => asked(scene, answers(legacyStore, { ...success, requestId: "another" })),
    judge: demandFailure,
  });

  check({
    // What is no success there is no rule but advice, which is asked for above.
    ...hostileAnswers(legacyStore, new Set()),
    id: "store/legacy-client-hostile-answer",
    title: "a client of store before version 3 still works with a service that is fair after every kind of hostile answer",
    requirements: ["CONN-05"],
  });

  check({
    ...hostileFramings(legacyStore),
    id: "store/legacy-client-answer-framing",
    title: "a client of store before version 3 takes an answer in every fair framing, and still one in the plainest after every broken one",
    requirements: ["10-WAKU2-01", "CONN-05"],
  });
});

import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Probe, Responder } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { LightPushRequest, LightPushResponse, lightpushV2Protocol, lightpushV3Protocol, PushRpc } from "../../rfc-checks/wire/lightpush.ts";
import { strictly } from "../filter/wire-scene.ts";
import { requestsTo } from "../requests.ts";

/** A probe that serves these protocols to the subject, which knows of the first. */
export async function service(scene: Scene<unknown>, protocols: Readonly<Record<string, Responder>>): Promise<Probe> {
  const probe = await scene.probe();
  for (const [protocol, responder] of Object.entries(protocols)) await probe.serve(protocol, responder);
  await must("connecting", meet(probe, scene.subject, Object.keys(protocols)[0]));
  return probe;
}

/** Success to every push, in either version. */
export const relayed: Readonly<Record<string, Responder>> = {
  [lightpushV2Protocol]: (request) => [
    { write: frame(encode(PushRpc, { requestId: strictly(PushRpc, request).value?.requestId, response: { isSuccess: true } })) },
    { close: true },
  ],
  [lightpushV3Protocol]: (request) => {
    const requestId = strictly(LightPushRequest, request).value?.requestId;
    return [{ write: frame(encode(LightPushResponse, { requestId, statusCode: 200, relayPeerCount: 1 })) }, { close: true }];
  },
};

/** What a probe was asked to push: the pubsub topic, null where there is none, and the content topic. */
export const pushesAt = (probe: Probe): readonly { readonly pubsubTopic: string | null; readonly contentTopic: string | undefined }[] =>
  [
    ...requestsTo(probe, lightpushV2Protocol).map((one) => strictly(PushRpc, one).value?.request),
    ...requestsTo(probe, lightpushV3Protocol).map((one) => strictly(LightPushRequest, one).value),
  ].map((push) => ({ pubsubTopic: push?.pubsubTopic ?? null, contentTopic: push?.message?.contentTopic }));

/** The newest version of lightpush that a client speaks. */
export const newest = ({ capabilities }: StartedWakuNode): 2 | 3 => (capabilities.lightpushVersions.includes(3) ? 3 : 2);

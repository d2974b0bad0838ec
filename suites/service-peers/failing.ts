import { must } from "../../harness/answers.ts";
import { type CuttableWay, cuttable } from "../../harness/cuttable.ts";
import { addressFor, meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { type Asking, answered, answers, askings, requestsOf, type ScriptedService, type Status, scripted } from "../asking.ts";
import { isPing, isSubscribe } from "./scene.ts";

/** What a service does from some moment on. */
export type Kind = { readonly how: "lost" | "cut" | "reset" | "silent" | "forgets" } | { readonly how: "answers"; readonly status: Status };

/** A service that is reached by a way of its own, so that it can vanish. */
export interface FailingService extends ScriptedService {
  readonly way: CuttableWay | undefined;
  /** From when on nobody reaches it. */
  gone: boolean;
  /** From when on it pushes nothing, and knows of no subscription that was made before. */
  forgotten: number;
}

/** One in which the services of a client fail, and are then fair again or are not. */
export interface Run {
  readonly services: number;
  readonly recovery: boolean;
}
export const runs: readonly Run[] = [1, 2, 4].flatMap((services) => [false, true].map((recovery) => ({ services, recovery })));

/** A service that the client has to dial where it can, by a way that can be cut. */
export async function failingService(scene: Scene<unknown>, asking: Asking): Promise<FailingService> {
  const service = await scripted(scene, asking);
  const address = addressFor(scene.subject, service.probe);
  if (address === undefined) {
    await must("connecting", meet(service.probe, scene.subject, asking.protocol));
    return Object.assign(service, { way: undefined, gone: false, forgotten: 0 });
  }
  const way = await cuttable(address);
  scene.defer(() => way.close());
  await must("connecting", scene.subject.connect(way.address));
  await must("being known", meet(service.probe, scene.subject, asking.protocol));
  return Object.assign(service, { way, gone: false, forgotten: 0 });
}

export async function fail(service: FailingService, asking: Asking, kind: Kind): Promise<void> {
  switch (kind.how) {
    case "lost":
      service.gone = true;
      await service.way?.close();
      return service.probe.close();
    case "cut":
      service.gone = true;
      service.way?.cut();
      return service.probe.close();
    case "reset":
      service.respond = () => [{ reset: true }];
      return;
    case "silent":
      service.respond = () => [];
      return;
    case "forgets":
      service.forgotten = requestsOf(service, asking).length;
      service.respond = (request) => answered(asking, request, { statusCode: isPing(request) ? 404 : 200 });
      return;
    case "answers":
      service.respond = answers(asking, kind.status);
  }
}

/** Fair again; one that is gone stays so, and another is there in its place. */
export async function recover(scene: Scene<unknown>, service: FailingService, asking: Asking): Promise<FailingService | undefined> {
  service.respond = answers(asking);
  return service.gone ? failingService(scene, asking) : undefined;
}

/** Does a filter service hold a subscription to this, as far as it knows? */
export function holds(service: FailingService, contentTopic: string): boolean {
  const { filter } = askings;
  const made = requestsOf(service, filter).slice(service.forgotten).filter(isSubscribe);
  return !service.gone && made.some((request) => filter.contentTopicsOf(request).includes(contentTopic));
}

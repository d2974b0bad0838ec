import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import { peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { answers, askings, pushFrom } from "../asking.ts";
import { requestsTo } from "../requests.ts";
import { wireMessage } from "../wire-message.ts";
import { ofClient, within } from "./scene.ts";

describe("clients without relay", () => {
  check({
    ...ofClient,
    id: "service-peers/edge",
    title: "by which protocols a client publishes and subscribes, whether it subscribes to what it publishes, and what it is given",
    requirements: ["API-05", "API-06", "API-07", "STATUS-05"],
    roles: ["filter-client", "lightpush-client"],
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const probe = await scene.probe({ paced: false });
      for (const asking of Object.values(askings)) await probe.serve(asking.protocol, answers(asking));
      await probe.serve(peerExchangeProtocol, () => []);
      await must("connecting", meet(probe, subject, askings.filter.protocol));
      const [published, wanted] = [scene.freshContentTopic(), scene.freshContentTopic()];
      const asked = (contentTopic: string) =>
        Object.entries(askings).flatMap(([name, asking]) =>
          requestsTo(probe, asking.protocol).some((request) => asking.contentTopicsOf(request).includes(contentTopic)) ? [name] : [],
        );
      const version = Math.max(...subject.capabilities.lightpushVersions) as 2 | 3;
      await must("publishing", subject.lightpush?.push(version, pubsubTopic, scene.message({ contentTopic: published })));
      await must("subscribing", subject.filter?.subscribe(pubsubTopic, [wanted]));
      await within(scene, () => asked(wanted).length > 0);
      const pushes = [published, wanted].map((contentTopic) => pushFrom(scene, probe, wireMessage(scene, { contentTopic })));
      const came = await arrivals(subject, "filter", pubsubTopic, wanted);
      await Promise.all(pushes);
      return {
        publishesBy: set(asked(published)),
        subscribesBy: set(asked(wanted)),
        subscribesToWhatItPublishes: exact(asked(published).includes("filter")),
        given: exact(came.length),
        givenOfWhatItPublishes: exact((await given(subject, "filter", pubsubTopic, published)).length),
        asksForPeers: exact(requestsTo(probe, peerExchangeProtocol).length > 0),
      };
    },
  });
});

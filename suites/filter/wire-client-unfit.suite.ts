import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeType } from "../../rfc-checks/wire/filter.ts";
import { clientAlone } from "../../topologies/index.ts";
import { answers, askings, requestsOf, serviceOf } from "../asking.ts";

const { filter } = askings;

describe("filter client and what must not be asked", () => {
  check({
    id: "filter/wire-client-unfit",
    revision: 3,
    title: "a client that is told to subscribe to no content topics sends no such request, and still subscribes to one",
    requirements: ["12-FILTER-14"],
    subject: "client",
    topology: clientAlone,
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const service = await serviceOf(scene, filter, answers(filter));
      // One that cannot be told to does not ask for it, either.
      const empty = await scene.subject.filter?.subscribe(scene.pubsubTopic, []);
      await must("subscribing to one", filter.ask(scene));
      const requests = requestsOf(service, filter).map((bytes) => decode(FilterSubscribeRequest, bytes).value);
      const without = requests.filter(
        ({ filterSubscribeType, contentTopics = [] }) =>
          filterSubscribeType === FilterSubscribeType.values.SUBSCRIBE && contentTopics.length === 0,
      );
      return { empty: exact(empty?.outcome ?? "unsupported"), asked: exact(requests.length > 0), without: exact(without.length) };
    },
    judge({ asked, without }) {
      expect(asked, "no-answer", "asked").to.equal(true);
      expect(without, "not-by-the-book", "without").to.equal(0);
    },
  });
});

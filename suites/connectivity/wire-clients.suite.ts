import { seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import { anyClientAlone } from "../../topologies/index.ts";
import { type Asking, answers, askings, canAsk, serviceOf, works } from "../asking.ts";

/** Those among them that are another protocol's own are no misses. */
const own = new Set<string>([...Object.values(askings).map(({ protocol }) => protocol), filterPushProtocol]);

describe("connectivity on the wire: clients", () => {
  check({
    id: "connectivity/wire-client-near-misses",
    title: "whether a client asks a peer that serves nothing but ids that are almost its protocol's",
    requirements: ["10-WAKU2-02"],
    subject: "client",
    topology: anyClientAlone,
    mutates: "node",
    tags: ["#wire"],
    variants: askings as Record<string, Asking>,
    meaningful: canAsk,
    async observe(scene: Scene<Asking>) {
      const { subject, variant: asking } = scene;
      const ids = nearMisses(asking.protocol).filter((id) => !own.has(id));
      const probe = await scene.probe({ paced: false });
      for (const id of ids) await probe.serve(id, answers(asking));
      await meet(probe, subject, ids[0]);
      const { outcome, reason, raw } = seen(await asking.ask(scene));
      const used = ids.filter((id) => probe.recorded(id).length > 0);
      // One that is by the book is asked: it was the ids.
      const proof = await works(scene, await serviceOf(scene, asking), asking);
      return { outcome, reason, raw, used: set(used), proof: exact(proof) };
    },
  });
});

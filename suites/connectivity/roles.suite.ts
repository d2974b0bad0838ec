import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { meet } from "../../harness/meeting.ts";
import { set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { anyoneAlone, clientAlone } from "../../topologies/index.ts";

/** What a node may do for others: Waku's own protocols, a rendezvous point, a circuit relay. */
const services = /^\/(vac\/waku\/|rendezvous\/|libp2p\/circuit\/relay\/[^/]+\/hop$)/;

async function listed(scene: Scene<unknown>) {
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  const protocols = await probe.protocolsOf(scene.subject.peerId);
  return { protocols: set(protocols.filter((protocol) => services.test(protocol))) };
}

describe("connectivity: what the roles of a node bring", () => {
  check({
    id: "connectivity/relay-node-protocols",
    title: "what a relay node serves that was told to serve all that it can",
    requirements: ["57-SCALE-11", "API-04"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    meaningful: has("node", "relay"),
    observe: listed,
  });

  check({
    id: "connectivity/client-protocols",
    title: "what a node without relay serves that was told to serve nothing",
    requirements: ["API-03"],
    subject: "client",
    topology: clientAlone,
    mutates: "nothing",
    observe: listed,
  });
});

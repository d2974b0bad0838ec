import pLimit from "p-limit";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { answered, isSuccess, subscribeBytes } from "../filter/wire-scene.ts";
import { again, answersTo, eachMuxer, inputsOf, putAll, readable, scriptOf, streamsAtOnce } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { relayPeer } from "../relay-peer.ts";
import { filled, limitedToFew, missing, newClients } from "./filter-clients.ts";
import { asker, inQuestion, refused, requestTo, servedAgain } from "./rates.ts";
import { messageOn, ofService, pushesOf } from "./slots-scene.ts";

const codeOf = (exchange: Parameters<typeof answered>[0]): number | null => answered(exchange).statusCode.value;

describe("hostile framings while a service refuses", () => {
  check(
    measured({
      ...ofService,
      id: "slots/filter-full-framing",
      title:
        "a full filter service refuses a client in every fair framing, takes no broken one, serves whom it has, and takes one who comes when one leaves",
      requirements: ["10-WAKU2-01", "CONN-05", "REC-SLOT-05", "REC-SLOT-06"],
      tags: ["#wire", "#hostile"],
      variants: eachMuxer,
      meaningful: ({ service }, muxer) => service?.muxers.includes(muxer) === true,
      settings: (_, cast) => limitedToFew(cast),
      async observe(scene) {
        const { subject, pubsubTopic } = scene;
        const gossip = await relayPeer(scene);
        const { clients } = await filled(scene);
        const put = async (framings: typeof brokenFramings, ms?: number) => {
          const request = subscribeBytes(scene.freshKey(), pubsubTopic, [scene.freshContentTopic()]);
          return putAll(scene, filterSubscribeProtocol, inputsOf(framings(request)), scene.variant, ms);
        };
        const fair = await put(fairFramings, subject.capabilities.timings.callMs);
        const others = [...(await put(manyFramings)), ...(await put(brokenFramings))];
        for (const { topic } of clients) gossip.publish(pubsubTopic, messageOn(topic));
        const missed = missing(await pushesOf(scene, clients));
        const [leaver] = clients;
        await leaver?.unsubscribeAll();
        const [next] = await newClients(scene, 1);
        return {
          answers: answersTo([...fair, ...others], (exchange) => codeOf(exchange)?.toString()),
          notRefused: set(fair.filter(([, exchange]) => codeOf(exchange) !== 503).map(([name]) => name)),
          accepted: set(others.filter(([, exchange]) => isSuccess(codeOf(exchange))).map(([name]) => name)),
          missed: exact(missed),
          next: exact((await next?.join())?.success ?? null),
        };
      },
      judge({ notRefused, accepted, missed, next }) {
        expect(notRefused, "wrong-status-code", "notRefused").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(missed, "not-delivered", "missed").to.equal(0);
        expect(next, "refused-valid", "next").to.equal(true);
      },
    }),
  );

  check(
    measured({
      ...inQuestion,
      id: "slots/rate-framing",
      revision: 2,
      title: "a service that refuses a client for its rate takes no broken framing from it, and soon serves another and that client again",
      requirements: ["10-WAKU2-01", "CONN-05", "REC-SLOT-13", "REC-SLOT-14"],
      tags: ["#wire", "#hostile"],
      async observe(scene) {
        const { subject } = scene;
        const other = await asker(scene);
        const { greedy } = await refused(scene);
        const { protocol, bytes, succeeded } = requestTo(scene);
        const { settledMs: ms } = subject.capabilities.timings;
        const exchanges = await pLimit(streamsAtOnce).map(brokenFramings(bytes), async (each) => {
          await again(greedy.probe, subject);
          return [each.name, await greedy.probe.exchange(subject.peerId, protocol, scriptOf(each), { ms })] as const;
        });
        // Whether others are refused with it is another question, see slots/rate-of-others.
        const served = (await servedAgain(scene, other)).success;
        await again(greedy.probe, subject);
        return {
          answers: Object.fromEntries(exchanges.map(([name, { outcome }]) => [name, outcome])),
          accepted: set(exchanges.filter(([name, exchange]) => !readable.has(name) && succeeded(exchange)).map(([name]) => name)),
          served: exact(served),
          again: exact((await servedAgain(scene, greedy)).success),
        };
      },
      judge({ accepted, served, again: soon }) {
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(served, "rate-limited", "served").to.equal(true);
        expect(soon, "rate-limited", "again").to.equal(true);
      },
    }),
  );
});

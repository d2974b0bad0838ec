import { expect } from "chai";
import { filterPushProtocol, filterSubscribeProtocol } from "../../../rfc-checks/wire/filter.ts";
import { identifyProtocol } from "../../../rfc-checks/wire/identify.ts";
import { legacyStoreProtocol } from "../../../rfc-checks/wire/legacy-store.ts";
import { lightpushV2Protocol, lightpushV3Protocol } from "../../../rfc-checks/wire/lightpush.ts";
import { metadataProtocol } from "../../../rfc-checks/wire/metadata.ts";
import { nearMisses } from "../../../rfc-checks/wire/near-misses.ts";
import { peerExchangeProtocol } from "../../../rfc-checks/wire/peer-exchange.ts";
import { relayProtocol } from "../../../rfc-checks/wire/relay.ts";
import { rendezvousProtocol } from "../../../rfc-checks/wire/rendezvous.ts";
import { storeQueryProtocol } from "../../../rfc-checks/wire/store.ts";

const protocols = [
  relayProtocol,
  filterSubscribeProtocol,
  filterPushProtocol,
  lightpushV2Protocol,
  lightpushV3Protocol,
  storeQueryProtocol,
  legacyStoreProtocol,
  metadataProtocol,
  peerExchangeProtocol,
  rendezvousProtocol,
  identifyProtocol,
];

describe("near misses of a protocol id", () => {
  for (const protocol of protocols)
    it(`${protocol} are each there once, without the id itself`, () => {
      const misses = nearMisses(protocol);
      expect(misses).to.eql([...new Set(misses)]);
      expect(misses).not.to.include(protocol);
      expect(misses).to.include.members([`${protocol}/`, `/x${protocol}`, protocol.slice(0, -1)]);
      // What multistream-select can carry in one line.
      for (const miss of misses) expect(miss).to.match(/^[ -~]+$/);
    });

  it("have other versions and labels", () => {
    expect(nearMisses(filterSubscribeProtocol)).to.include.members([
      "/vac/waku/filter-subscribe/3.0.0-beta1",
      "/vac/waku/filter-subscribe/2.1.0-beta1",
      "/vac/waku/filter-subscribe/2.0.0",
      "/vac/waku/filter-subscribe/2.0.0-beta2",
      "/vac/waku/filter-subscribe",
    ]);
    expect(nearMisses(storeQueryProtocol)).to.include.members(["/vac/waku/store-query/2.0.0", "/vac/waku/store-query/3.0.0-beta1"]);
  });

  it("have what the protocol derives from", () => {
    expect(nearMisses(relayProtocol)).to.include.members(["/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0"]);
    expect(nearMisses(rendezvousProtocol)).to.include("/rendezvous/1.0.0");
    expect(nearMisses(storeQueryProtocol)).to.include(legacyStoreProtocol);
  });

  it("need an id with a version", () => {
    expect(() => nearMisses("/waku")).to.throw(RangeError);
  });
});

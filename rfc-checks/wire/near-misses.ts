import { filterPushProtocol, filterSubscribeProtocol } from "./filter.ts";
import { legacyStoreProtocol } from "./legacy-store.ts";
import { lightpushV2Protocol, lightpushV3Protocol } from "./lightpush.ts";
import { relayProtocol } from "./relay.ts";
import { rendezvousProtocol } from "./rendezvous.ts";
import { storeQueryProtocol } from "./store.ts";

/** What a protocol was made from, or succeeded. */
const kin: Readonly<Record<string, readonly string[]>> = {
  [relayProtocol]: ["/floodsub/1.0.0", "/meshsub/1.0.0", "/meshsub/1.1.0", "/meshsub/1.2.0", "/vac/waku/waku-rln-relay/2.0.0-alpha1"],
  [rendezvousProtocol]: ["/rendezvous/1.0.0"],
  [filterSubscribeProtocol]: ["/vac/waku/filter/2.0.0-beta1", filterPushProtocol],
  [filterPushProtocol]: ["/vac/waku/filter/2.0.0-beta1", filterSubscribeProtocol],
  [lightpushV2Protocol]: [lightpushV3Protocol],
  [lightpushV3Protocol]: [lightpushV2Protocol],
  [storeQueryProtocol]: [legacyStoreProtocol],
  [legacyStoreProtocol]: [storeQueryProtocol],
};

/**
 * Ids that are almost this one: what accepts them matches by less than the whole id. Each once, never the id itself.
 * @param protocol ends in `/<version>`, as all of Waku's do
 * @throws RangeError when it does not
 */
export function nearMisses(protocol: string): readonly string[] {
  const parts = /^(?<base>\/.+)\/(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(?<label>-[a-z]+\d*)?$/.exec(protocol)?.groups;
  if (!parts) throw new RangeError(`no version in ${protocol}`);
  const { base = "", label = "" } = parts;
  const [major, minor, patch] = [Number(parts.major), Number(parts.minor), Number(parts.patch)];
  const version = `${major}.${minor}.${patch}`;
  const misses = [
    // longer and shorter
    ...["/", "/x", "x", "0", "-x", "+x", " ", "/proto"].map((suffix) => `${protocol}${suffix}`),
    ...["/x", "/", "x", " "].map((prefix) => `${prefix}${protocol}`),
    protocol.slice(1),
    protocol.slice(0, -1),
    base,
    `${base}/`,
    // other versions
    `${base}/${major + 1}.${minor}.${patch}${label}`,
    `${base}/${major - 1}.${minor}.${patch}${label}`,
    `${base}/${major}.${minor + 1}.${patch}${label}`,
    `${base}/${major}.${minor}.${patch + 1}${label}`,
    `${base}/${version}`,
    ...["-alpha1", "-beta1", "-beta2", "-rc1"].map((other) => `${base}/${version}${other}`),
    `${base}/${major}.${minor}${label}`,
    `${base}/v${version}${label}`,
    `${base}/0${version}${label}`,
    // other spellings
    protocol.toUpperCase(),
    protocol.replaceAll("/", "//"),
    protocol.replace("/vac/", "/"),
    ...(kin[protocol] ?? []),
  ];
  return [...new Set(misses)].filter((miss) => miss !== protocol);
}

import { maxCluster, shardsPerCluster } from "./limits.ts";
import { pubsubTopicOf, type Shard } from "./pubsub-topic.ts";

/** A topic to give a node, and what it is called where it cannot be printed. */
export interface NamedTopic {
  readonly label: string;
  readonly topic: string;
}

/**
 * How a pubsub topic can miss being a shard of the own cluster (51/WAKU2-RELAY-SHARDING, Static Sharding). The first are no
 * shards by what 51 says; `spelling` is how else the numbers of a shard could be written, on which it is silent; `other-cluster`
 * is a shard, elsewhere.
 */
export const strayKinds = [
  "named",
  "truncated",
  "separators",
  "keywords",
  "appended",
  "out-of-range",
  "no-number",
  "long",
  "spelling",
  "other-cluster",
] as const;
export type StrayKind = (typeof strayKinds)[number];
/** Kinds that 51 leaves no doubt about. */
export const noShardKinds = strayKinds.filter((kind) => kind !== "spelling" && kind !== "other-cluster");

/** Longer than the buffers and length fields of 16 bits. */
const longBytes = 64 * 1024;
const wraps = [2n ** 16n, 2n ** 32n, 2n ** 64n];
const printable = 60;

type Parts = readonly string[];
const join = (parts: Parts): string => `/${parts.join("/")}`;
const withPart = (parts: Parts, at: number, part: string): string => join(parts.map((one, index) => (index === at ? part : one)));
const clusterAt = 3;
const shardAt = 4;

/** Ends before each separator and each part. */
const truncated = (parts: Parts): string[] =>
  parts.flatMap((_, count) => {
    const kept = parts
      .slice(0, count)
      .map((part) => `/${part}`)
      .join("");
    return [kept, `${kept}/`];
  });

function separators(parts: Parts): string[] {
  const marks = ["", "//", ":", "\\"];
  return parts.flatMap((_, at) => marks.map((mark) => parts.map((part, index) => `${index === at ? mark : "/"}${part}`).join("")));
}

const keywords = (parts: Parts): string[] =>
  [
    ["Waku", "WAKU", "wak", "wakuu", "vac", ""],
    ["0", "1", "3", "20", "02", "2.0", "v2", ""],
    ["r", "rss", "rsv", "RS", "as", "%72s", ""],
  ].flatMap((others, at) => others.map((other) => withPart(parts, at, other)));

function appended(sound: string): string[] {
  const behind = ["/", "/proto", "/0", " ", "\n", "\0", ",", "?x=1", "#", "%00"].map((more) => `${sound}${more}`);
  return [...behind, ...[" ", "\n", "\0", "x", "/waku/2/rs"].map((more) => `${more}${sound}`)];
}

const numbers = (parts: Parts, forms: (own: string, beyond: number) => readonly string[]): string[] =>
  [
    [clusterAt, maxCluster + 1],
    [shardAt, shardsPerCluster],
  ].flatMap(([at = 0, beyond = 0]) => forms(parts[at] ?? "", beyond).map((form) => withPart(parts, at, form)));

const outOfRange = (own: string, beyond: number): string[] => [
  "-1",
  String(beyond),
  String(beyond + 1),
  String(maxCluster + 1),
  // What is left of these when their upper bits are lost is the own number.
  ...wraps.map((wrap) => (wrap + BigInt(own)).toString()),
  "9".repeat(30),
];

const noNumber = (own: string): string[] => [
  ...["abc", `${own}a`, `0x${own}`, `${own}.0`, `${own}e0`, `${own}_0`, ` ${own}`, "é"],
  // Digits of other scripts.
  ...[0xff10, 0x0660].map((zero) => [...own].map((digit) => String.fromCodePoint(zero + Number(digit))).join("")),
];

const spelling = (own: string): string[] => [`+${own}`, `0${own}`, `00${own}`];

const long = (parts: Parts): string[] => [
  `/waku/2/${"n".repeat(longBytes)}`,
  `/waku/2${"/n".repeat(longBytes / 2)}`,
  `/waku/2/${"é".repeat(longBytes / 2)}`,
  withPart(parts, shardAt, "9".repeat(longBytes)),
  `${join(parts)}${"/".repeat(longBytes)}`,
];

const named = [
  "/waku/2/default-waku/proto",
  "/waku/2/my-app/proto",
  "/waku/2/my-app",
  "/waku/2/my-app/level/proto",
  "/waku/2/é/proto",
  "/waku/1/0x00000001/rfc26",
  "/mesh/v1.1.1/xxx",
  "foo",
  "rs/1/1",
];

const made: Readonly<Record<StrayKind, (parts: Parts, own: Shard) => readonly string[]>> = {
  named: () => named,
  truncated,
  separators,
  keywords,
  appended: (parts) => appended(join(parts)),
  "out-of-range": (parts) => numbers(parts, outOfRange),
  "no-number": (parts) => numbers(parts, noNumber),
  long,
  spelling: (parts) => [
    ...numbers(parts, spelling),
    withPart(parts, shardAt, "-0"),
    withPart(parts, shardAt, `${"0".repeat(longBytes)}${parts[shardAt]}`),
  ],
  "other-cluster": (_, { cluster, shard }) =>
    [0, 1, 16, cluster + 1, maxCluster].filter((other) => other !== cluster).map((other) => pubsubTopicOf({ cluster: other, shard })),
};

/** Topics of one kind, near to the topic of a shard; each once. */
export function strayTopics(kind: StrayKind, near: Shard): readonly NamedTopic[] {
  const sound = pubsubTopicOf(near);
  const topics = made[kind](sound.slice(1).split("/"), near);
  return [...new Set(topics)].filter((topic) => topic !== sound).map((topic) => ({ label: labelOf(topic), topic }));
}

/** Printable and short; a long one is told by both its ends. */
export function labelOf(topic: string): string {
  const printed = [...JSON.stringify(topic).slice(1, -1)].map((one) => (one > "~" ? escaped(one) : one)).join("");
  if (topic.length <= printable) return printed;
  return `${printed.slice(0, printable / 3)}…${printed.slice(-printable / 6)} (${Buffer.byteLength(topic)} bytes)`;
}

const escaped = (one: string): string => `\\u{${one.codePointAt(0)?.toString(16)}}`;

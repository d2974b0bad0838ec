/** Which code stands for which cause: where one stands for several, a client cannot tell them apart. Pure. */
import { plain } from "../../harness/observation.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { short } from "../words.ts";

/** Where the answer to a request that is refused is seen. */
interface Place {
  readonly check: string;
  /** Which variants, and how the cause is called that they bring about; by default the variant. */
  cause?(variant: string): string | undefined;
  readonly answer: string;
  /** A count that is not 0 where the refused request took effect all the same. */
  readonly effect?: string;
}

/** Without the version in front of it, which is a table of its own. */
const ofVersion =
  (version: "v2" | "v3", rename: (cause: string) => string = (cause) => cause) =>
  (variant: string): string | undefined =>
    variant === version ? rename("") : variant.startsWith(`${version}-`) ? rename(variant.slice(version.length + 1)) : undefined;

const lightpush = (version: "v2" | "v3"): readonly Place[] => [
  { check: "lightpush/wire-refused", cause: ofVersion(version), answer: "answer", effect: "leaked" },
  { check: "lightpush/wire-no-relay-peers", cause: ofVersion(version, () => "no relay peers"), answer: "answer" },
  { check: "lightpush/wire-size", cause: ofVersion(version, (size) => `size ${size}`), answer: "answer", effect: "copies" },
  {
    check: "slots/rate-refused",
    cause: (variant) => (variant === `lightpush-${version}` ? "too soon" : undefined),
    answer: "refusal",
  },
];

const protocols: Readonly<Record<string, readonly Place[]>> = {
  filter: [
    { check: "slots/filter-refused", cause: () => "one client too many", answer: "refusal", effect: "strayed" },
    { check: "slots/criteria", cause: () => "one criterion too many", answer: "refusal", effect: "strayed" },
    { check: "slots/rate-refused", cause: (variant) => (variant === "filter" ? "too soon" : undefined), answer: "refusal" },
    { check: "filter/wire-ping", cause: (variant) => (variant === "unknown" ? "ping without subscription" : undefined), answer: "first" },
    { check: "filter/wire-incomplete-criteria", answer: "answer" },
    { check: "filter/wire-unclear-subscribe", cause: (variant) => `subscribe: ${variant}`, answer: "answer" },
  ],
  "lightpush v2": lightpush("v2"),
  "lightpush v3": lightpush("v3"),
};

export interface Refusals {
  readonly protocol: string;
  /** code or text → participant → causes */
  readonly codes: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

export const refusals = (checks: readonly CheckResult[]): Refusals[] =>
  Object.entries(protocols).flatMap(([protocol, places]) => {
    const seen = places.flatMap((place) => checks.filter(({ id }) => id === place.check).flatMap((check) => refusalOf(place, check) ?? []));
    if (seen.length === 0) return [];
    const byCode = [...Map.groupBy(seen, ({ code }) => code)].sort(([left], [right]) => left.localeCompare(right));
    const codes = byCode.map(([code, some]) => {
      const bySubject = Map.groupBy(some, ({ subject }) => subject);
      return [code, new Map([...bySubject].map(([subject, of]) => [subject, [...new Set(of.map(({ cause }) => cause))]]))] as const;
    });
    return [{ protocol, codes: new Map(codes) }];
  });

interface Said {
  readonly outcome?: string;
  readonly success?: boolean | null;
  readonly statusCode?: number | null;
  readonly statusDesc?: string | null;
}

function refusalOf({ cause = (variant) => variant, answer, effect }: Place, { variant, subject, observation }: CheckResult) {
  const named = cause(variant ?? "");
  const seen = plain(observation) as Readonly<Record<string, unknown>> | null;
  const said = seen?.[answer] as Said | undefined;
  if (named === undefined || !said?.outcome) return undefined;
  const { outcome, success, statusCode, statusDesc } = said;
  const served = success === true || (statusCode !== null && statusCode !== undefined && statusCode >= 200 && statusCode < 300);
  const took = effect !== undefined && !served && Number(seen?.[effect] ?? 0) > 0;
  const code = served ? "success" : outcome === "answered" ? `${statusCode ?? short(statusDesc ?? "no text", 48)}` : outcome;
  return { code, subject, cause: took ? `${named} (with effect)` : named };
}

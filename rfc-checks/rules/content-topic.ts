/** The parts of a content topic (23/WAKU2-TOPICS, Content Topic Format). */
export interface ContentTopic {
  readonly application: string;
  readonly version: string;
  readonly name: string;
  readonly encoding: string;
}

type ContentTopicFault =
  | "no-leading-slash"
  | "too-few-parts"
  | "too-many-parts"
  | "generation-no-number"
  | "generation-undefined"
  | "empty-application"
  | "empty-version"
  | "empty-name"
  | "empty-encoding";

type ContentTopicReading = { readonly topic: ContentTopic } | { readonly fault: ContentTopicFault };

const partsOf = (text: string): string[] | undefined => (text.startsWith("/") ? text.slice(1).split("/") : undefined);

function reading(topic: ContentTopic): ContentTopicReading {
  for (const part of ["application", "version", "name", "encoding"] as const) if (topic[part] === "") return { fault: `empty-${part}` };
  return { topic };
}

/**
 * `/{application}/{version}/{name}/{encoding}`, where the name may have levels of its own (23-TOPICS-06, 23-TOPICS-08).
 * Whether a level may be empty 23 does not say; it is refused here.
 */
export function readContentTopic(text: string): ContentTopicReading {
  const parts = partsOf(text);
  if (parts === undefined) return { fault: "no-leading-slash" };
  if (parts.length < 4) return { fault: "too-few-parts" };
  const [application = "", version = "", ...rest] = parts;
  const [levels, encoding = ""] = [rest.slice(0, -1), rest.at(-1)];
  return reading({ application, version, name: levels.includes("") ? "" : levels.join("/"), encoding });
}

/**
 * The same with an optional generation before it, `/{generation}/…`, as autosharding needs it (51-SHARD-22, 51-SHARD-23).
 * The only generation is 0: no network has defined another (51-SHARD-24). A name of two levels cannot be told from a
 * generation; 51 then refuses what 23 allows, and a node is observed. Signs and leading zeros of a generation, on which 51
 * is silent, are refused.
 */
export function readAutoshardedTopic(text: string): ContentTopicReading {
  const parts = partsOf(text);
  if (parts === undefined) return { fault: "no-leading-slash" };
  if (parts.length < 4) return { fault: "too-few-parts" };
  if (parts.length > 5) return { fault: "too-many-parts" };
  const generation = parts.length === 5 ? parts.shift() : "0";
  if (!/^(0|[1-9]\d*)$/.test(generation ?? "")) return { fault: "generation-no-number" };
  if (generation !== "0") return { fault: "generation-undefined" };
  const [application = "", version = "", name = "", encoding = ""] = parts;
  return reading({ application, version, name, encoding });
}

import fc from "fast-check";

const part = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((text) => !text.includes("/"));

/** Of a content topic in its short form (23/TOPICS), each of whatever characters a part may have. */
export const topicParts = fc.record({ application: part, version: part, name: part, encoding: part }, { noNullPrototype: true });

export type TopicParts = typeof topicParts extends fc.Arbitrary<infer T> ? T : never;

export const topicOf = ({ application, version, name, encoding }: TopicParts): string => `/${application}/${version}/${name}/${encoding}`;

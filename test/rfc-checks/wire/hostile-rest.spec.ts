import { expect } from "chai";
import { fairRequest, type HostileRequest, hostileRequests } from "../../../rfc-checks/wire/hostile-rest.ts";
import { restRequests } from "../../../rfc-checks/wire/rest-api.ts";
import {
  isList,
  isObject,
  type Json,
  type RestDescription,
  type RestExample,
  type RestField,
} from "../../../rfc-checks/wire/rest-schema.ts";

function sampleOf({ type }: RestField): Json {
  if (isObject(type)) return Object.fromEntries(Object.entries(type.fields).map(([key, field]) => [key, sampleOf(field)]));
  if (isList(type)) return [sampleOf(type.items)];
  return { string: "/a/1/b/proto", base64: "YWJj", integer: 1_700_000_000_000_000_001n, boolean: true }[type];
}
const textsOf = (fields: Readonly<Record<string, RestField>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, String(sampleOf(field))]));
const exampleOf = ({ inPath, inQuery, body }: RestDescription): RestExample => ({
  inPath: textsOf(inPath),
  inQuery: textsOf(inQuery),
  ...(body && { body: sampleOf(body) }),
});

const publish = restRequests["relay-publish"];
const variantsOf = (description: RestDescription): ReadonlyMap<string, HostileRequest["request"]> =>
  new Map(hostileRequests(description, exampleOf(description)).map((variant) => [variant.name, variant.request]));

describe("hostile REST requests", () => {
  for (const [route, description] of Object.entries<RestDescription>(restRequests))
    it(`of ${route} have names of their own and differ from the fair one`, () => {
      const fair = fairRequest(description, exampleOf(description));
      const variants = hostileRequests(description, exampleOf(description));
      const names = variants.map(({ name }) => name);
      // What asks for nothing in particular has no part to be spoilt but its query, and a body that nobody asked for.
      const { body, inPath = {}, inQuery = {} } = description;
      expect(names)
        .to.have.length.greaterThan(body || Object.keys({ ...inPath, ...inQuery }).length > 0 ? 5 : 0)
        .and.eql([...new Set(names)]);
      for (const { name, request } of variants) {
        expect(name).to.match(/^[A-Za-z0-9.-]+$/);
        expect(request.method).to.equal(fair.method);
        expect(JSON.stringify(request) === JSON.stringify(fair), name).to.equal(false);
      }
    });

  it("come from a fair one that keeps all digits", () => {
    const { path, body } = fairRequest(publish, exampleOf(publish));
    expect(path).to.equal("/relay/v1/messages/%2Fa%2F1%2Fb%2Fproto");
    expect(body).to.contain('"timestamp":1700000000000000001,');
  });

  it("misuse a field in every way that its type has", () => {
    const variants = variantsOf(publish);
    const of = (field: string) =>
      [...variants.keys()].filter((name) => name.startsWith(`body.${field}-`)).map((name) => name.slice(field.length + 6));
    expect(of("timestamp")).to.include.members(["absent", "null", "key-twice", "in-capitals", "as-string", "as-list", "zero", "fraction"]);
    expect(of("timestamp")).to.include.members(["minus-one", "int32-over", "int32-under", "int64-over", "int64-under", "uint64-over"]);
    expect(of("meta")).to.include.members(["absent", "empty", "maximum", "one-more", "ten-times", "not-base64", "unpadded", "as-number"]);
    expect(of("ephemeral")).to.include.members(["absent", "as-string", "as-number", "null"]);
    expect(of("timestamp")).not.to.include("as-number");
  });

  it("change one thing at a time", () => {
    const variants = variantsOf(publish);
    const fair = JSON.parse(fairRequest(publish, exampleOf(publish)).body ?? "");
    const read = (name: string) => JSON.parse(variants.get(name)?.body ?? "");
    const { version: _, ...others } = fair;
    expect(read("body.version-absent")).to.eql(others);
    expect(read("body.version-null")).to.eql({ ...fair, version: null });
    expect(read("body-unknown-field")).to.eql({ ...fair, unknown: 1 });
    expect(variants.get("body.version-key-twice")?.body?.split('"version":')).to.have.length(3);
    expect(variants.get("body.timestamp-int64-over")?.body).to.contain('"timestamp":9223372036854775808');
    for (const name of ["maximum", "one-more", "ten-times"] as const)
      expect(Buffer.from(read(`body.meta-${name}`).meta, "base64").length).to.equal(
        { maximum: 64, "one-more": 65, "ten-times": 640 }[name],
      );
  });

  it("count items of a list", () => {
    const variants = variantsOf(restRequests["relay-subscribe"]);
    const items = (name: string) => JSON.parse(variants.get(name)?.body ?? "");
    expect(items("body-empty")).to.eql([]);
    expect(items("body-item-twice")).to.eql(["/a/1/b/proto", "/a/1/b/proto"]);
    expect(items("body-items-ten-times")).to.have.length(10_000);
    expect(items("body.item-as-number")).to.eql([1]);
    expect(items("body-as-item")).to.equal("/a/1/b/proto");
  });

  it("are not JSON where they are named so", () => {
    const variants = variantsOf(publish);
    for (const name of [
      "no-bytes",
      "not-json",
      "truncated",
      "trailing-text",
      "twice",
      "trailing-comma",
      "single-quotes",
      "byte-order-mark",
    ])
      expect(() => JSON.parse(variants.get(`body-${name}`)?.body ?? "null"), name).to.throw(SyntaxError);
    expect(variants.get("body-none")).to.have.all.keys("method", "path");
    expect(variants.get("body-deep-lists")?.body).to.match(/^\[{10000}\]{10000}$/);
    expect(variants.get("content-type-none")).not.to.have.property("contentType");
    expect(variants.get("content-type-text")?.contentType).to.equal("text/plain");
  });

  it("bring a body to where none is asked for", () => {
    const variants = variantsOf(restRequests.health);
    expect([...variants.keys()]).to.include.members(["body-unasked-json", "body-unasked-not-json", "body-unasked-deep"]);
    expect(variants.get("body-unasked-json")).to.include({ method: "GET", body: "{}", contentType: "application/json" });
  });

  it("misuse the path and the query", () => {
    expect(variantsOf(publish).get("path.pubsubTopic-empty")?.path).to.equal("/relay/v1/messages/");
    expect(variantsOf(publish).get("path.pubsubTopic-not-encoded")?.path).to.equal("/relay/v1/messages//a/1/b/proto");
    const query = (name: string) => new URL(variantsOf(restRequests["store-query"]).get(name)?.path ?? "", "http://node").searchParams;
    expect(query("query.pageSize-absent").has("pageSize")).to.equal(false);
    expect(query("query.pageSize-twice").getAll("pageSize")).to.have.length(2);
    expect(query("query.pageSize-uint64-over").get("pageSize")).to.equal("18446744073709551616");
    expect(query("query.ascending-as-text").get("ascending")).to.equal("text");
    expect(query("query-unknown-parameter").get("unknown")).to.equal("1");
  });
});

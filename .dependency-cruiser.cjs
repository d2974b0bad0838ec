/** Imports run one way: suites → harness → topologies → fixtures → rfc-checks, and reports → harness/results → rfc-checks. */
const layer = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { pathNot: [...allowed, "^node_modules", "^node:"], dependencyTypesNot: ["core", "npm", "npm-dev", "npm-optional"] },
});

module.exports = {
  forbidden: [
    layer("rfc-checks-is-pure", "^rfc-checks/", ["^rfc-checks/"]),
    layer("fixtures", "^fixtures/", ["^fixtures/", "^rfc-checks/", "^package.json$"]),
    layer("topologies", "^topologies/", ["^topologies/", "^fixtures/contract/", "^rfc-checks/"]),
    layer("harness", "^harness/", ["^harness/", "^topologies/", "^fixtures/", "^rfc-checks/"]),
    layer("suites", "^suites/", ["^suites/", "^harness/", "^topologies/", "^fixtures/(contract/|waiting.ts$)", "^rfc-checks/"]),
    layer("reports", "^reports/", [
      "^reports/",
      "^harness/results/",
      "^harness/observation.ts$",
      "^fixtures/contract/version.ts$",
      "^rfc-checks/",
    ]),
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    {
      name: "an-implementation-stays-in-its-folder",
      severity: "error",
      from: { path: "^fixtures/implementations/([^/]+)/" },
      to: {
        path: "^fixtures/implementations/([^/]+)/",
        pathNot: ["^fixtures/implementations/$1/", "^fixtures/implementations/rest-dialect/"],
      },
    },
    {
      name: "suites-name-no-implementation",
      severity: "error",
      from: { path: "^(suites|topologies|harness)/" },
      to: { path: "^fixtures/implementations/" },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ["node_modules"] },
    exclude: { path: ["relay-0.0.14/node_modules", "relay-0.0.14/main.mjs"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json"],
      conditionNames: ["import", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};

// Who may import whom. Every rule's comment tells the offender what to do instead, and every rule has a planted
// violation in tools/architecture/plants that proves it fires (tools/architecture/cruise.test.ts).

const test = "\\.test\\.tsx?$";
const testHelp = `(${test}|/(fixtures|testing|conformance)\\.ts$|/testing/)`;

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const forbidden = [
  {
    name: "kernel-imports-nothing",
    severity: "error",
    comment:
      "kernel/ is pure and imports only itself (types excepted). Move what needs more into platform/ or a module.",
    from: { path: "^server/kernel/", pathNot: test },
    to: { pathNot: "^server/kernel/", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "platform-knows-no-domain",
    severity: "error",
    comment:
      "platform/ knows no domain word. Pass what it needs as an argument from the module or from server/start.ts.",
    from: { path: "^server/platform/", pathNot: test },
    to: { path: "^server/(modules|channels)/" },
  },
  {
    name: "channels-know-no-module",
    severity: "error",
    comment:
      "A channel is stateless: no module, no database, no jobs. Return an outcome; the payments module decides and stores.",
    from: { path: "^server/channels/" },
    to: { path: "^server/(modules/|platform/(pg|jobs|batch)([./]|$))" },
  },
  {
    name: "one-channel-ignores-the-others",
    severity: "error",
    comment:
      "Channels do not share code sideways. What two of them need goes to channels/port.ts or kernel/, what their tests need to channels/testing/.",
    from: { path: "^server/channels/([^/]+)/" },
    to: { path: "^server/channels/[^/]+/", pathNot: "^server/channels/($1|testing)/" },
  },
  {
    name: "modules-meet-at-index",
    severity: "error",
    comment:
      "Import the other module's index.ts. If what you need is not there, export it there or ask for it as a dep.",
    from: { path: "^server/modules/([^/]+)/", pathNot: testHelp },
    to: {
      path: "^server/modules/[^/]+/",
      pathNot: ["^server/modules/$1/", "^server/modules/[^/]+/index\\.ts$"],
    },
  },
  {
    name: "tests-meet-at-index-and-fixtures",
    severity: "error",
    comment: "A test may use another module's index.ts and fixtures.ts, not its insides.",
    from: { path: `^server/modules/([^/]+)/.*${testHelp}` },
    to: {
      path: "^server/modules/[^/]+/",
      pathNot: ["^server/modules/$1/", "^server/modules/[^/]+/(index|fixtures)\\.ts$"],
    },
  },
  {
    name: "decisions-import-no-package",
    severity: "error",
    comment:
      "decide.ts, model.ts and codec.ts are pure: no node:*, no packages (types allowed). Do the I/O in service.ts or client.ts and pass its result in.",
    from: { path: "^server/.*/(decide|model|codec|codes)\\.ts$" },
    to: {
      dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"],
      dependencyTypesNot: ["type-only"],
    },
  },
  {
    name: "decisions-do-no-io",
    severity: "error",
    comment:
      "decide.ts, model.ts and codec.ts are pure: they import no platform, store, service, routes or client. Return an effect and let service.ts carry it out.",
    from: { path: "^server/.*/(decide|model|codec|codes)\\.ts$" },
    to: {
      path: "^(server/platform/|.*/(store|service|routes|jobs|client)\\.ts$)",
      dependencyTypesNot: ["type-only"],
    },
  },
  {
    name: "sql-lives-in-store",
    severity: "error",
    comment:
      "SQL lives in store.ts; service.ts may open the transaction. Write a function in store.ts and call it (types such as Tx are allowed anywhere).",
    from: { path: "^server/modules/", pathNot: ["/(store|service)\\.ts$", testHelp] },
    to: {
      path: "(^server/platform/pg/|node_modules/(pg|kysely|pg-boss)/)",
      dependencyTypesNot: ["type-only"],
    },
  },
  {
    name: "product-ignores-its-tests",
    severity: "error",
    comment:
      "server/ and contract/ must run without sandbox, simulation and tools. Define a port here and implement it there; cli/ puts both together.",
    from: { path: "^(server|contract)/", pathNot: testHelp },
    to: { path: "^(sim|sandbox|bench|tools|e2e|cli)/" },
  },
  {
    name: "contract-stands-alone",
    severity: "error",
    comment:
      "contract/ is shared with browsers: it imports only itself and typebox. Move what needs more into server/.",
    from: { path: "^contract/", pathNot: test },
    to: { pathNot: ["^contract/", "node_modules/typebox/"] },
  },
  {
    name: "browser-knows-the-contract",
    severity: "error",
    comment:
      "console, cashier and wallet reach the server over HTTP. Import from contract/, or add what is missing there.",
    // How the screens are built may be shared; what is in them may not.
    from: { path: "^(console|cashier|sandbox/wallet)/", pathNot: [test, "/vite\\.config\\.ts$"] },
    to: { path: "^(server|cli|sim|bench|tools|e2e)/" },
  },
  {
    name: "no-cycles",
    severity: "error",
    comment: "These files import each other in a circle. Move what both need into a third file.",
    from: {},
    to: { circular: true },
  },
  {
    name: "nothing-unresolvable",
    severity: "error",
    comment: "This import leads nowhere. Correct the path, or add the package to the workspace that uses it.",
    from: {},
    // The address of a file that Vite bundles: a build in which the file is missing fails by itself.
    to: { couldNotResolve: true, pathNot: "\\?url$" },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: "node_modules" },
    // Our own bundles only: many packages keep their code in a folder of that name.
    exclude: { path: "^(console|cashier|sandbox/wallet|cli)/dist/|^tools/architecture/plants/" },
    // "specify": imports of types are seen, and known to be types.
    tsPreCompilationDeps: "specify",
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs", ".json", ".css"],
      mainFields: ["module", "main", "types"],
    },
  },
};

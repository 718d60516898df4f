// Lint rules: what TypeScript cannot see and STYLE.md promises. Each message says what to do instead. Rules that need
// types are in .oxlintrc.json: there they cost seconds.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const tests = ["**/*.test.ts", "**/*.test.tsx", "**/testing.ts", "**/testing/**"];

/** Where real time and real chance may enter: everywhere else they come through World. */
const realWorld = [
  "server/platform/**",
  "sandbox/platform/**",
  "sandbox/start.ts",
  "sandbox/main.ts",
  "cli/**",
  "tools/**",
  "e2e/**",
  "bench/**",
  "console/**",
  "cashier/**",
  "client/**",
  "sandbox/wallet/**",
];

const fromWorld = "Time and chance enter through World { now, newId, random } or Clock: take them from deps.";
const determinism = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: fromWorld },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: fromWorld },
  { selector: "CallExpression[callee.name='Date']", message: fromWorld },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: fromWorld },
  { selector: "MemberExpression[property.name='randomUUID']", message: fromWorld },
  { selector: "ImportSpecifier[imported.name='randomUUID']", message: fromWorld },
  { selector: "MemberExpression[object.name='performance'][property.name='now']", message: fromWorld },
  { selector: "MemberExpression[object.name='process'][property.name='hrtime']", message: fromWorld },
];
const timers = ["setTimeout", "setInterval", "setImmediate"].map((name) => ({
  name,
  message: "Waiting is Clock.sleep, polling is loops.every: both follow the simulated clock.",
}));
const timerModules = ["node:timers", "node:timers/promises", "timers", "timers/promises"].map((name) => ({
  name,
  message: "Waiting is Clock.sleep, polling is loops.every: both follow the simulated clock.",
}));

const noDefaultExport = {
  selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default']",
  message: "Export by name: one name per concept, the same at every import.",
};
const noBooleanParameter = {
  selector: "FunctionDeclaration > Identifier[typeAnnotation.typeAnnotation.type='TSBooleanKeyword']",
  message: "A bare true or false says nothing at the call: take a named option or a union of words.",
};

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      ".huiyin/",
      "**/golden/",
      "client/src/generated/",
      "tools/architecture/plants/",
      "**/*.d.ts",
      ".dependency-cruiser.cjs",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // TypeScript knows every name and every unused one; two judges would disagree.
      "no-undef": "off",
      "@typescript-eslint/no-unused-vars": "off",
      eqeqeq: ["error", "always"],
      "no-var": "error",
      "prefer-const": "error",
      "no-console": "error",
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 70 }],
      "no-restricted-syntax": ["error", noDefaultExport, noBooleanParameter, ...determinism],
      "no-restricted-globals": ["error", ...timers],
      "no-restricted-imports": ["error", { paths: timerModules }],
    },
  },
  {
    files: realWorld,
    rules: {
      "no-restricted-syntax": ["error", noDefaultExport, noBooleanParameter],
      "no-restricted-globals": "off",
      "no-restricted-imports": "off",
    },
  },
  {
    // A tool demands a default export here, or a folder of files is read as one list.
    files: ["**/*.config.{js,ts}", "server/modules/diagnosis/causes/**"],
    rules: { "no-restricted-syntax": ["error", noBooleanParameter, ...determinism] },
  },
  {
    // The terminal is these programs' screen.
    files: ["cli/**", "tools/**", "bench/**", "e2e/**", "sim/main.ts", "sim/report.ts", "**/*.mjs"],
    rules: { "no-console": "off" },
  },
  {
    files: tests,
    rules: {
      "max-lines": "off",
      "max-lines-per-function": "off",
      "no-console": "off",
      "no-restricted-globals": "off",
      "no-restricted-imports": "off",
    },
  },
);

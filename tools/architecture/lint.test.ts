import assert from "node:assert/strict";
import { ESLint } from "eslint";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import tseslint from "typescript-eslint";

// Rules that need types are TypeScript's own affair to prove; these are the ones this repository wrote.
const eslint = new ESLint({
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  overrideConfig: [
    { ...tseslint.configs.disableTypeChecked, languageOptions: { parserOptions: { projectService: false } } },
  ],
});

async function rulesBrokenBy(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const syntax = ["no-restricted-syntax"];
const long = "export const lines = [\n" + "  1,\n".repeat(300) + "];";
const longFunction = "export function long(): void {\n" + "  void 0;\n".repeat(70) + "}";

// planted in                              code                                                         rules
const plants: ReadonlyArray<readonly [string, string, readonly string[]]> = [
  ["server/modules/payments/service.ts", "export const at = Date.now();", syntax],
  ["server/modules/payments/service.ts", "export const at = new Date();", syntax],
  ["server/modules/payments/service.ts", "export const at = Date();", syntax],
  ["server/modules/payments/service.ts", "export const at = new Date(0);", []],
  ["server/channels/alipay/client.ts", "export const chance = Math.random();", syntax],
  ["server/kernel/ids.ts", "export const id = crypto.randomUUID();", syntax],
  [
    "server/kernel/ids.ts",
    'import { randomUUID } from "node:crypto";\nexport const id = randomUUID;',
    syntax,
  ],
  ["sim/world.ts", "export const at = performance.now();", syntax],
  ["sandbox/alipay/routes.ts", "export const at = process.hrtime();", syntax],
  ["server/modules/arrivals/jobs.ts", "setTimeout(() => undefined, 1);", ["no-restricted-globals"]],
  ["server/modules/arrivals/jobs.ts", "setInterval(() => undefined, 1);", ["no-restricted-globals"]],
  [
    "sim/world.ts",
    'import { setTimeout } from "node:timers/promises";\nexport const wait = setTimeout;',
    ["no-restricted-imports"],
  ],
  ["server/platform/clock.ts", "setTimeout(() => undefined, Date.now());", []],
  ["cashier/src/clock.ts", "setTimeout(() => undefined, Date.now());", []],
  ["contract/words.ts", "export default 1;", syntax],
  ["console/src/App.tsx", "export default 1;", syntax],
  ["console/vite.config.ts", "export default 1;", []],
  ["server/modules/diagnosis/causes/C-MCH-01.ts", "export default 1;", []],
  ["server/modules/diagnosis/causes/C-MCH-01.ts", "export default Date.now();", syntax],
  [
    "server/modules/payments/decide.ts",
    "export function decide(late: boolean): boolean {\n  return late;\n}",
    syntax,
  ],
  ["server/modules/payments/decide.ts", 'console.log("paid");', ["no-console"]],
  ["cli/huiyin.ts", 'console.log("paid");', []],
  [
    "server/modules/payments/decide.ts",
    "export const same = (a: string): boolean => a == String(1);",
    ["eqeqeq"],
  ],
  ["server/modules/payments/decide.ts", long, ["max-lines"]],
  ["server/modules/payments/decide.ts", longFunction, ["max-lines-per-function"]],
  ["server/modules/payments/decide.test.ts", longFunction, []],
];

for (const [file, code, rules] of plants) {
  test(`${rules.length === 0 ? "allowed" : "refused"} in ${file}: ${code.slice(0, 70).replaceAll("\n", " ")}`, async () => {
    assert.deepEqual(await rulesBrokenBy(file, code), rules);
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { configuration, violationsIn } from "./cruise.ts";

// rule                               planted in
const plants: ReadonlyArray<readonly [string, string]> = [
  ["browser-knows-the-contract", "console/knowsServer.ts"],
  ["channels-know-no-module", "server/channels/alipay/knowsDatabase.ts"],
  ["channels-know-no-module", "server/channels/alipay/knowsModule.ts"],
  ["contract-stands-alone", "contract/knowsSandbox.ts"],
  ["contract-stands-alone", "contract/knowsServer.ts"],
  ["decisions-do-no-io", "server/channels/alipay/codec.ts"],
  ["decisions-do-no-io", "server/modules/refunds/decide.ts"],
  ["decisions-import-no-package", "server/modules/payments/decide.ts"],
  ["decisions-import-no-package", "server/modules/refunds/model.ts"],
  ["kernel-imports-nothing", "server/kernel/knowsPlatform.ts"],
  ["kernel-imports-nothing", "server/kernel/readsFiles.ts"],
  ["modules-meet-at-index", "server/modules/payments/knowsLedgerInside.ts"],
  ["no-cycles", "sandbox/circleOne.ts"],
  ["nothing-unresolvable", "sandbox/nowhere.ts"],
  ["one-channel-ignores-the-others", "server/channels/alipay/knowsWechat.ts"],
  ["platform-knows-no-domain", "server/platform/knowsChannel.ts"],
  ["platform-knows-no-domain", "server/platform/knowsModule.ts"],
  ["product-ignores-its-tests", "contract/knowsSandbox.ts"],
  ["product-ignores-its-tests", "server/modules/payments/knowsSandbox.ts"],
  ["sql-lives-in-store", "server/modules/payments/jobs.ts"],
  ["sql-lives-in-store", "server/modules/payments/routes.ts"],
  ["tests-meet-at-index-and-fixtures", "server/modules/payments/knowsLedgerInside.test.ts"],
];

test("every import rule fires where its violation is planted, and nowhere else", async () => {
  const found = await violationsIn(fileURLToPath(new URL("./plants", import.meta.url)));
  const pairs = found.map(({ rule, from }) => [rule, from]);
  const sorted = (list: ReadonlyArray<readonly string[]>): string[] =>
    list.map((pair) => pair.join(" ")).sort();
  assert.deepEqual(sorted(pairs), sorted(plants));
});

test("every import rule has a planted violation and tells the offender what to do", () => {
  const planted = new Set(plants.map(([rule]) => rule));
  for (const rule of configuration.forbidden ?? []) {
    assert.ok(planted.has(rule.name ?? ""), `${rule.name} has a plant`);
    assert.ok((rule.comment ?? "").length > 40, `${rule.name} says what to do instead`);
  }
});

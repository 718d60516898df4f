import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { chartOfAccounts } from "./model.ts";

test("the chart of accounts in the README is the one in the code", () => {
  const text = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z]+:[a-z]+)` \| (\w+) \|/gm)].map(([, account, name]) => [
    account,
    name,
  ]);
  assert.deepEqual(rows, [...chartOfAccounts]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { errors } from "@huiyin/contract/errors/index.ts";
import { testHttp } from "./fixtures.ts";
import { errorReference, openApiReference } from "./reference.ts";

test("the reference of errors has one row for every declared error", () => {
  const rows = errorReference()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  assert.equal(rows.length, Object.keys(errors).length);
  for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 7, row);
});

test("the reference of operations is the document that is served", async () => {
  await using server = await testHttp(
    (app) => void app.get("/v1/x", { config: { roles: "public" } }, async () => ({})),
  );
  const served = await (await fetch(`${server.url}/openapi.json`)).json();
  assert.deepEqual(JSON.parse(openApiReference(server.http.app)), served);
});

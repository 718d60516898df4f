// Moments in requests: what has the form of a time and is none must stop at the edge, not in the database.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { Timestamp } from "@huiyin/contract/api/common.ts";
import { askJson, testHttp } from "./fixtures.ts";

const table: Array<[text: string, status: number]> = [
  ["2026-11-22T13:58:51.523+08:00", 200],
  ["2028-02-29T00:00:00Z", 200],
  ["2026-02-30T00:00:00Z", 400],
  ["2026-13-45T00:00:00+08:00", 400],
  ["2026-11-22T25:00:00Z", 400],
  ["2026-12-31T23:59:60Z", 400],
  ["2026-11-22", 400],
];

test("a moment that does not exist is refused in a body and in a query, in both languages", async () => {
  const fields = { at: Timestamp };
  await using server = await testHttp((app) => {
    const object = Type.Object(fields, { additionalProperties: false });
    const config = { roles: ["merchant"] } as const;
    app.post("/v1/moments", { schema: { body: object }, config }, async ({ body }) => body);
    app.get("/v1/moments", { schema: { querystring: object }, config }, async ({ query }) => query);
  });
  for (const [at, status] of table) {
    const headers = {
      authorization: "test merchant",
      "content-type": "application/json",
      "accept-language": "en",
    };
    const init = { method: "POST", headers, body: JSON.stringify({ at }) };
    assert.equal((await askJson(server.url, "/v1/moments", init)).status, status, at);
    const path = `/v1/moments?at=${encodeURIComponent(at)}`;
    assert.equal((await askJson(server.url, path, { headers })).status, status, at);
  }
  const body = JSON.stringify({ at: "2026-02-30T00:00:00Z" });
  const headers = { authorization: "test merchant", "content-type": "application/json" };
  const { json } = await askJson(server.url, "/v1/moments", { method: "POST", headers, body });
  assert.deepEqual(json["errors"], [{ field: "at", problem: "不是一个存在的时刻。" }]);
});

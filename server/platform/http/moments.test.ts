// Moments in requests: what has the form of a time and is none must stop at the edge, not in the database.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Type } from "typebox";
import { Moment } from "@huiyin/contract/api/common.ts";
import { askJson, testHttp } from "./fixtures.ts";

const table: Array<[text: string, status: number]> = [
  ["2026-11-22T13:58:51.523+08:00", 200],
  ["2028-02-29T00:00:00Z", 200],
  ["2026-02-30T00:00:00Z", 400],
  ["2026-13-45T00:00:00+08:00", 400],
  ["2026-11-22T25:00:00Z", 400],
  ["2026-12-31T23:59:60Z", 400],
  ["2026-11-22", 400],
  // Browsers tell of a year while it is being typed.
  ["0202-11-22T10:00:00+08:00", 200],
  ["2999-12-31T23:59:59-23:59", 200],
  // In Beijing it is already the year 10000, which RFC 3339 cannot write.
  ["9999-12-31T23:59:59-23:59", 400],
  ["3000-01-01T00:00:00Z", 400],
  ["0002-01-01T00:00:00+23:59", 200],
  ["0000-01-01T00:00:00+23:59", 400],
  ["0001-01-01T00:00:00Z", 400],
];

test("a moment that does not exist is refused in a body and in a query, in both languages", async () => {
  const fields = { at: Moment };
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
  const late = JSON.stringify({ at: "9999-12-31T23:59:59Z" });
  const refused = await askJson(server.url, "/v1/moments", { method: "POST", headers, body: late });
  assert.deepEqual(refused.json["errors"], [
    { field: "at", problem: "应为带时区的时刻，年份在 2 至 2999 之间，如 2026-11-23T10:00:00+08:00。" },
  ]);
});

/** Every date-time in what a program may send, with the place where it stands. */
function* momentsIn(node: unknown, place: string): Generator<readonly [place: string, pattern: unknown]> {
  if (typeof node !== "object" || node === null) return;
  if ("format" in node && node.format === "date-time") yield [place, "pattern" in node ? node.pattern : null];
  for (const [name, inner] of Object.entries(node))
    if (name !== "responses") yield* momentsIn(inner, `${place}/${name}`);
}

test("no request takes a moment that an answer could not write in Beijing’s time", () => {
  const place = new URL("../../../docs/reference/openapi.json", import.meta.url);
  const { paths } = JSON.parse(readFileSync(place, "utf8")) as { paths: unknown };
  const found = [...momentsIn(paths, "")];
  assert.ok(found.length >= 10, `${found.length} moments`);
  const expected = (Moment as Readonly<{ pattern?: unknown }>).pattern;
  for (const [where, pattern] of found) assert.equal(pattern, expected, where);
});

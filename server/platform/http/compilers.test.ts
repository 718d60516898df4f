import assert from "node:assert/strict";
import { test } from "node:test";
import { askJson, testHttp } from "./fixtures.ts";
import type { HttpApp } from "./typeProvider.ts";

const count = { type: "object", additionalProperties: false, properties: { count: { type: "integer" } } };

function routes(app: HttpApp): void {
  const config = { roles: "public" } as const;
  app.post("/v1/counts", { config, schema: { body: count, response: { 200: count } } }, async () => ({
    count: 1,
    secret: "not in the schema",
  }));
  app.get("/v1/broken", { config, schema: { querystring: { type: "nothing" } } }, async () => ({}));
}

test("a schema is compiled when it is first needed, and holds every time", async () => {
  await using server = await testHttp(routes);
  for (const sent of [1, 2]) {
    const wrong = await askJson(server.url, "/v1/counts", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ count: "many", other: sent }),
    });
    const fields = (wrong.json["errors"] as ReadonlyArray<{ field: string }>).map(({ field }) => field);
    assert.deepEqual([wrong.status, fields.sort()], [400, ["count", "other"]]);
    const right = await askJson(server.url, "/v1/counts", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ count: sent }),
    });
    assert.deepEqual([right.status, right.json], [200, { count: 1 }]);
  }
});

test("compiling all of them finds the one that is broken", async () => {
  await using server = await testHttp(routes);
  assert.throws(() => server.http.compileSchemas(), /schema is invalid/);
});

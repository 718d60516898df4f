import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { brotliCompressSync } from "node:zlib";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { Type } from "typebox";
import { errors } from "@huiyin/contract/errors/index.ts";
import { openApiDocument } from "./documentation.ts";
import type { OpenApiDocument } from "./openApi.ts";
import { askJson, testHttp } from "./fixtures.ts";
import { localeOf } from "./language.ts";
import { problemOf } from "./problem.ts";

test("readiness is that of all checks, told one by one when asked", async () => {
  await using server = await testHttp(() => undefined);
  let broken = false;
  server.http.health.addCheck("database", async () => {
    if (broken) throw new Error("password=hunter2");
  });
  server.http.health.addCheck("broker", async () => undefined);
  const get = async (path: string) => {
    const response = await fetch(server.url + path);
    return [
      response.status,
      (await response.json()) as { status: string; checks?: { name: string; state: string }[] },
    ] as const;
  };
  assert.deepEqual(await get("/livez"), [200, { status: "alive" }]);
  assert.deepEqual(await get("/readyz"), [200, { status: "ready" }]);
  broken = true;
  const [status, body] = await get("/readyz?verbose");
  assert.equal(status, 503);
  assert.deepEqual(
    body.checks?.map(({ name, state }) => [name, state]),
    [
      ["database", "failed"],
      ["broker", "ok"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(body), /hunter2/);
  broken = false;
  server.http.health.leave();
  assert.deepEqual(await get("/readyz"), [503, { status: "leaving" }]);
});

test("a check that never answers counts as failed", async () => {
  await using server = await testHttp(() => undefined);
  server.http.health.addCheck("stuck", () => new Promise(() => undefined));
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
});

test("requests are counted by route, not by address", async () => {
  await using server = await testHttp(
    (app) => void app.get("/v1/things/:id", { config: { roles: "public" } }, async () => ({})),
  );
  for (const id of ["a", "b"]) await fetch(`${server.url}/v1/things/${id}`);
  const text = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(text, /huiyin_http_requests_total\{method="GET",route="\/v1\/things\/:id",status="200"\} 2/);
  assert.match(text, /huiyin_http_request_duration_seconds_count\{/);
});

test("the OpenAPI document describes every route with its credentials and its failures", async () => {
  await using server = await testHttp((app) => {
    const schema = {
      summary: "One thing",
      params: Type.Object({ id: Type.String() }),
      querystring: Type.Object({ wait: Type.Optional(Type.Integer()) }),
      response: { 200: Type.Object({ id: Type.String() }) },
    };
    app.get("/v1/things/:id", { schema, config: { roles: ["merchant", "terminal"] } }, async () => ({
      id: "x",
    }));
    app.post(
      "/v1/open",
      { schema: { body: Type.Object({ a: Type.Integer() }) }, config: { roles: "public" } },
      async () => ({}),
    );
  });
  const served = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument;
  assert.deepEqual(served, JSON.parse(JSON.stringify(openApiDocument(server.http.app))));
  assert.equal(served.openapi, "3.1.0");
  const operation = served.paths["/v1/things/{id}"]?.["get"];
  assert.equal(operation?.operationId, "getThingsId");
  assert.deepEqual(
    operation.security?.flatMap((scheme) => Object.keys(scheme)),
    ["apiKey", "session", "device"],
  );
  assert.match(JSON.stringify(operation.responses["default"]), /application\/problem\+json.*traceId/);
  assert.equal(served.paths["/v1/open"]?.["post"]?.security, undefined);
  assert.equal(served.paths["/docs"], undefined);
});

test("the documentation page lists operations and errors in the language of its reader and loads nothing", async () => {
  await using server = await testHttp(
    (app) =>
      void app.get(
        "/v1/things",
        { schema: { summary: "<b>Things</b>" }, config: { roles: "public" } },
        async () => ({}),
      ),
  );
  const page = async (language: string) =>
    (await fetch(`${server.url}/docs`, { headers: { "accept-language": language } })).text();
  const [chinese, english] = [await page("zh-CN"), await page("en")];
  assert.match(chinese, /接口文档/);
  assert.match(english, /API reference/);
  for (const html of [chinese, english]) {
    assert.match(html, /&lt;b&gt;Things/);
    assert.match(html, /id="request_invalid"/);
    assert.doesNotMatch(html, /<script|src=|https?:\/\//);
  }
});

test("screens are served with lasting names kept for a year, their index never, and nothing outside their folder", async () => {
  const root = mkdtempSync(join(tmpdir(), "huiyin-pages-"));
  mkdirSync(join(root, "dist/assets"), { recursive: true });
  for (const [name, text] of Object.entries({
    "dist/index.html": "<p>screen",
    "dist/assets/index-Ab3dEf9h.js": "1",
    "dist/icon.svg": "<svg/>",
    "secret.txt": "no",
  }))
    writeFileSync(join(root, name), text);
  const folder = { directory: join(root, "dist"), unknownPaths: "index" } as const;
  await using server = await testHttp(() => undefined, {
    pages: [
      { ...folder, path: "/console/" },
      { ...folder, path: "/cashier/", unknownPaths: "refuse" },
      { path: "/unbuilt/", directory: join(root, "missing"), unknownPaths: "index" },
    ],
  });
  const table: [string, number, RegExp | null, string | null][] = [
    ["/console/", 200, /screen/, "no-cache"],
    ["/console/payments/pay_1", 200, /screen/, "no-cache"],
    ["/console/assets/index-Ab3dEf9h.js", 200, /^1$/, "public, max-age=31536000, immutable"],
    ["/console/icon.svg", 200, /svg/, "no-cache"],
    ["/console/missing.js", 404, /route_not_found/, "no-store"],
    ["/cashier/", 200, /screen/, "no-cache"],
    ["/cashier/elsewhere", 404, /route_not_found/, "no-store"],
    ["/console/.env", 404, /route_not_found/, "no-store"],
    ["/console/..%2fsecret.txt", 404, /route_not_found/, "no-store"],
    ["/console/%2e%2e/secret.txt", 404, /route_not_found/, "no-store"],
    ["/unbuilt/", 404, /route_not_found/, "no-store"],
  ];
  for (const [path, status, body, caching] of table) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, status, path);
    assert.match(await response.text(), body ?? /^$/, path);
    assert.equal(response.headers.get("cache-control"), caching, path);
  }
  const redirects: [string, string][] = [
    ["/", "/console/"],
    ["/cashier", "/cashier/"],
  ];
  for (const [from, to] of redirects) {
    const response = await fetch(server.url + from, { redirect: "manual" });
    assert.deepEqual([response.status, response.headers.get("location")], [302, to]);
  }
  rmSync(root, { recursive: true });
});

test("a file that the build compressed is sent as it lies there, to whoever can read it", async () => {
  const root = mkdtempSync(join(tmpdir(), "huiyin-pages-"));
  const text = "const screen = 1;".repeat(100);
  writeFileSync(join(root, "screen.js"), text);
  writeFileSync(join(root, "screen.js.br"), brotliCompressSync(text));
  await using server = await testHttp(() => undefined, {
    pages: [{ path: "/console/", directory: root, unknownPaths: "index" }],
  });
  for (const [accepted, encoding] of [
    ["br, gzip", "br"],
    ["identity", null],
  ] as const) {
    const response = await fetch(`${server.url}/console/screen.js`, {
      headers: { "accept-encoding": accepted },
    });
    assert.equal(response.headers.get("content-encoding"), encoding);
    assert.match(response.headers.get("content-type") ?? "", /javascript/);
    assert.equal(await response.text(), text);
  }
  rmSync(root, { recursive: true });
});

test("draining lets a request in flight end, and turns new ones away", async () => {
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = await testHttp((app) => {
    app.get("/v1/slow", { config: { roles: "public" } }, async () => {
      entered.resolve();
      await release.promise;
      return { done: true };
    });
  });
  const inFlight = fetch(`${server.url}/v1/slow`);
  await entered.promise;
  const drained = server.http.drain();
  await assert.rejects(fetch(`${server.url}/livez`));
  release.resolve();
  assert.deepEqual(await (await inFlight).json(), { done: true });
  await drained;
});

test("draining does not wait for WebSockets", async () => {
  const server = await testHttp(() => undefined);
  const upgraded = Promise.withResolvers<void>();
  server.http.app.server.on("upgrade", (_request, socket: Duplex) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    upgraded.resolve();
  });
  const client = connect(Number(new URL(server.url).port), "127.0.0.1");
  client.on("error", () => undefined);
  client.write("GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await upgraded.promise;
  await server.http.drain();
  client.destroy();
});

test("behind a trusted proxy that speaks TLS, browsers are told to stay with it", async () => {
  const proxied = { headers: { "x-forwarded-proto": "https" } };
  await using trusting = await testHttp(() => undefined, { trustedProxies: ["127.0.0.1"] });
  const answer = await askJson(trusting.url, "/livez", proxied);
  assert.match(answer.headers.get("strict-transport-security") ?? "", /max-age=\d+/);
  await using doubting = await testHttp(() => undefined);
  assert.ok(!(await askJson(doubting.url, "/livez", proxied)).headers.has("strict-transport-security"));
});

test("a handler that takes too long is answered as unavailable, also where it has read a body", async () => {
  const never = new Promise<object>(() => undefined);
  await using server = await testHttp((app) => {
    const options = { handlerTimeout: 50, config: { roles: "public" } } as const;
    app.get("/v1/slow", options, () => never);
    app.post("/v1/slow", { ...options, schema: { body: Type.Object({ a: Type.Integer() }) } }, () => never);
  });
  const headers = { "content-type": "application/json" };
  for (const init of [{}, { method: "POST", headers, body: '{"a":1}' }]) {
    const answer = await askJson(server.url, "/v1/slow", { ...init, signal: AbortSignal.timeout(20_000) });
    assert.deepEqual([answer.status, answer.json["code"]], [503, "unavailable"]);
    assert.ok(answer.headers.has("retry-after"));
  }
});

const languages: [string | undefined, "zh" | "en"][] = [
  [undefined, "zh"],
  ["", "zh"],
  ["en", "en"],
  ["en-US,en;q=0.9,zh-CN;q=0.8", "en"],
  ["zh-TW, en", "zh"],
  ["fr;q=1, en;q=0.2", "en"],
  ["en;q=0", "zh"],
  ["english", "zh"],
  [";;;,,,q=9", "zh"],
];
for (const [header, locale] of languages) {
  test(`Accept-Language ${header ?? "(none)"} is answered in ${locale}`, () =>
    assert.equal(localeOf(header), locale));
}

test("every declared error makes a problem in both languages with its placeholders filled", () => {
  for (const [code, declared] of Object.entries(errors)) {
    for (const locale of ["zh", "en"] as const) {
      const text = `${declared.title[locale]} ${declared.next[locale]}`;
      const names = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
      const facts = Object.fromEntries(names.map((name) => [name, "FACT"]));
      const problem = problemOf(
        errors,
        { code: code as keyof typeof errors, facts },
        { locale, path: "/", traceId: "0" },
      );
      assert.doesNotMatch(problem.title + problem.detail, /[{}…]/, code);
      assert.equal((problem.title + problem.detail).match(/FACT/g)?.length ?? 0, names.length, code);
    }
  }
});

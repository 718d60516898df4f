import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { Type } from "typebox";
import { AmountFen, Id, Nullable, OneOf } from "@huiyin/contract/api/common.ts";
import { assert as must } from "../../kernel/assert.ts";
import { refuse, unwrap } from "../../kernel/result.ts";
import { CommitUnknownError } from "../pg/errors.ts";
import { principalOf } from "./authentication.ts";
import { askJson, testHttp, type Answer, type TestHttp } from "./fixtures.ts";
import type { HttpApp } from "./typeProvider.ts";

const Order = Type.Object(
  {
    amount: AmountFen,
    currency: Type.Optional(OneOf(["CNY"])),
    storeId: Type.Optional(Nullable(Id("sto"))),
    lines: Type.Optional(
      Type.Array(Type.Object({ name: Type.String({ maxLength: 8 }) }, { additionalProperties: false })),
    ),
    note: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
const secret = "sk_secret_in_an_exception";

function routes(app: HttpApp): void {
  const everybody = { roles: ["operator", "merchant"] as const };
  app.post("/v1/orders", { schema: { body: Order }, config: everybody }, async (request) => ({
    got: request.body,
  }));
  app.get(
    "/v1/orders",
    {
      schema: {
        querystring: Type.Object(
          {
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
            paid: Type.Optional(Type.Boolean()),
            no: Type.Optional(Type.String()),
          },
          { additionalProperties: false },
        ),
      },
      config: everybody,
    },
    async (request) => ({ query: request.query, role: principalOf(request).role }),
  );
  app.get(
    "/v1/orders/:id",
    { schema: { params: Type.Object({ id: Id("pay") }) }, config: everybody },
    async (request) => unwrap(refuse("not_found", { what: request.params.id, diagnosisUrl: "/v1/x" })),
  );
  app.get("/v1/operations", { config: { roles: ["operator"] } }, async () => ({ ok: true }));
  app.get("/v1/bug", { config: { roles: "public" } }, async () => must(false, secret));
  app.get("/v1/accident", { config: { roles: "public" } }, async () => {
    throw new TypeError(secret);
  });
  app.get("/v1/in-doubt", { config: { roles: "public" } }, async () => {
    throw new CommitUnknownError(secret);
  });
  app.get("/v1/later", { config: { roles: "public" } }, async () =>
    unwrap(refuse("too_many_requests", { retryAfterSeconds: 7 })),
  );
  app.get(
    "/v1/narrow",
    {
      schema: { response: { 200: Type.Object({ id: Type.String() }, { additionalProperties: false }) } },
      config: { roles: "public" },
    },
    async () => ({ id: "x", secret }),
  );
}

let server: TestHttp;
before(async () => void (server = await testHttp(routes)));
after(() => server[Symbol.asyncDispose]());

const ask = (path: string, init: RequestInit = {}): Promise<Answer> => askJson(server.url, path, init);
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask("/v1/orders", {
    method: "POST",
    headers: { authorization: "test operator", "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
const fieldsOf = (answer: Answer): string[] =>
  (answer.json["errors"] as { field: string }[]).map((error) => error.field);

test("a route without roles cannot be registered", async () => {
  await assert.rejects(
    testHttp((app) => void app.get("/v1/open", async () => 1)),
    /GET \/v1\/open: declare config\.roles/,
  );
  await assert.rejects(
    testHttp((app) => void app.get("/v1/open", { config: { roles: [] } }, async () => 1)),
    /declare config\.roles/,
  );
});

const invalidBodies: [string, unknown, string[]][] = [
  ["a number as text", { amount: "5" }, ["amount"]],
  ["a fraction", { amount: 1.5 }, ["amount"]],
  ["nothing", {}, ["amount"]],
  ["an unknown field", { amount: 1, color: "red" }, ["color"]],
  ["two mistakes", { amount: 0, currency: "USD" }, ["amount", "currency"]],
  [
    "a mistake inside a list",
    { amount: 1, lines: [{ name: "ok" }, { name: "far too long" }] },
    ["lines[1].name"],
  ],
  ["a wrong id where null is allowed", { amount: 1, storeId: "pay_1" }, ["storeId"]],
  ["a list", [1], ["body"]],
  ["null", null, ["body"]],
  ["a NUL character", { amount: 1, note: { a: ["x\0y"] } }, ["note.a[0]"]],
  ["half a surrogate pair", { amount: 1, note: "\ud800" }, ["note"]],
];
for (const [what, body, fields] of invalidBodies) {
  test(`a body with ${what} is refused naming the field`, async () => {
    const answer = await post(body);
    assert.equal(answer.status, 400);
    assert.equal(answer.json["code"], "request_invalid");
    assert.deepEqual(fieldsOf(answer), fields);
  });
}

const unreadable: [string, string | Uint8Array, Record<string, string>, number, string][] = [
  ["text that is no JSON", "{", {}, 400, "body_not_json"],
  ["bytes that are no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "body_not_json"],
  ["a name that reaches the prototype", '{"amount":1,"__proto__":{"x":1}}', {}, 400, "body_not_json"],
  ["the same hidden", String.raw`{"amount":1,"_\u005fproto__":{"x":1}}`, {}, 400, "body_not_json"],
  ["a name that reaches a class", '{"amount":1,"constructor":{"x":1}}', {}, 400, "body_not_json"],
  ["another content type", "amount=1", { "content-type": "text/plain" }, 415, "content_type_unsupported"],
  [
    "another charset",
    '{"amount":1}',
    { "content-type": "application/json; charset=gbk" },
    415,
    "content_type_unsupported",
  ],
  ["too many bytes", `{"amount":1,"note":"${"x".repeat(70_000)}"}`, {}, 413, "body_too_large"],
];
for (const [what, body, headers, status, code] of unreadable) {
  test(`a body with ${what} is answered ${status} ${code}`, async () => {
    const answer = await post(body, headers);
    assert.deepEqual([answer.status, answer.json["code"]], [status, code]);
  });
}

test("what is valid arrives unchanged", async () => {
  const body = { amount: 1250, currency: "CNY", storeId: null, note: { 甲: "😀" } };
  const answer = await post(body);
  assert.deepEqual([answer.status, answer.json["got"]], [200, body]);
});

const queries: [string, number, unknown][] = [
  ["", 200, { limit: 10 }],
  ["?limit=20&paid=true&no=007", 200, { limit: 20, paid: true, no: "007" }],
  ["?no=12", 200, { limit: 10, no: "12" }],
  ["?limit=0x10", 400, ["query.limit"]],
  ["?limit=1e1", 400, ["query.limit"]],
  ["?limit=", 400, ["query.limit"]],
  ["?limit=1.5", 400, ["query.limit"]],
  ["?limit=101", 400, ["query.limit"]],
  ["?limit=1&limit=2", 400, ["query.limit"]],
  ["?paid=1", 400, ["query.paid"]],
  ["?colour=red", 400, ["query.colour"]],
  ["?no=%00", 400, ["query.no"]],
];
for (const [query, status, expected] of queries) {
  test(`the query ${query || "(empty)"} is answered ${status}`, async () => {
    const answer = await ask(`/v1/orders${query}`, { headers: { authorization: "test merchant" } });
    assert.equal(answer.status, status);
    assert.deepEqual(status === 200 ? answer.json["query"] : fieldsOf(answer), expected);
  });
}

const identities: [string, string | null, number, string | undefined][] = [
  ["/v1/operations", null, 401, "not_signed_in"],
  ["/v1/operations", "Bearer nonsense", 401, "not_signed_in"],
  ["/v1/operations", "test broken", 401, "not_signed_in"],
  ["/v1/operations", "test merchant", 403, "not_allowed"],
  ["/v1/operations", "test operator", 200, undefined],
  ["/v1/orders/nonsense", null, 401, "not_signed_in"],
  ["/v1/orders/nonsense", "test operator", 400, "request_invalid"],
];
for (const [path, authorization, status, code] of identities) {
  test(`GET ${path} with ${authorization ?? "no proof"} is answered ${status}`, async () => {
    const answer = await ask(path, { headers: authorization === null ? {} : { authorization } });
    assert.deepEqual([answer.status, answer.json["code"]], [status, code]);
    assert.equal(answer.headers.has("www-authenticate"), status === 401);
  });
}

test("a stranger’s body is not even parsed", async () => {
  const answer = await ask("/v1/orders", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  assert.equal(answer.json["code"], "not_signed_in");
});

test("a refusal is a problem document in the language that the caller reads", async () => {
  const id = "pay_019a0000000070008000000000000001";
  const get = (language: string) =>
    ask(`/v1/orders/${id}`, { headers: { authorization: "test operator", "accept-language": language } });
  const chinese = await get("fr, *;q=0.1");
  assert.equal(chinese.headers.get("content-language"), "zh");
  assert.match(chinese.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const { traceId, ...rest } = chinese.json;
  assert.match(String(traceId), /^[0-9a-f]{32}$/);
  assert.equal(chinese.headers.get("request-id"), traceId);
  assert.deepEqual(rest, {
    type: "/docs#not_found",
    title: `没有找到 ${id}`,
    status: 404,
    detail: "请检查编号是否正确、是否属于本商户。",
    instance: `/v1/orders/${id}`,
    code: "not_found",
    retry: "never",
    diagnosisUrl: "/v1/x",
  });
  const english = await get("zh;q=0.3, en-GB;q=0.8");
  assert.equal(english.headers.get("content-language"), "en");
  assert.equal(english.json["title"], `${id} was not found`);
  const sentences = await ask("/v1/orders?limit=0", { headers: { authorization: "test operator" } });
  assert.deepEqual(sentences.json["errors"], [{ field: "query.limit", problem: "不能小于 1。" }]);
});

test("an accident of ours is logged with the trace id and tells the caller nothing of our insides", async () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  for (const path of ["/v1/bug", "/v1/accident", "/v1/in-doubt"]) {
    const answer = await ask(path, { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
    assert.deepEqual(
      [answer.status, answer.json["code"], answer.json["traceId"]],
      [500, "internal_error", traceId],
    );
    assert.equal(answer.json["retry"], "queryFirst");
    assert.doesNotMatch(JSON.stringify(answer.json), /secret|TypeError|Assertion/);
  }
  const logged = server.logLines.filter(
    (line) => line["event"] === "request_failed" && line["traceId"] === traceId,
  );
  assert.equal(logged.length, 3);
});

test("Retry-After says how long to wait", async () => {
  const answer = await ask("/v1/later");
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "7"]);
});

test("an answer holds only what its schema names", async () => {
  assert.deepEqual((await ask("/v1/narrow")).json, { id: "x" });
});

const nowhere = ["/nothing", "/v1/nothing", "/v1/orders/%zz", `/v1/orders/${"x".repeat(500)}`];
for (const path of nowhere) {
  test(`there is nothing at ${path.slice(0, 30)}, in the declared form`, async () => {
    const answer = await ask(path, { headers: { authorization: "test operator" } });
    assert.ok([404, 400].includes(answer.status));
    assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  });
}

test("bytes that are no HTTP get a declared error as well", async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () =>
      socket.end("NONSENSE\r\n\r\n"),
    );
    let received = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
    socket.on("end", () => resolve(received)).on("error", reject);
  });
  assert.match(text, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(text, /"code":"http_malformed"/);
});

test("every answer carries the security headers, and nothing under /v1 may be stored", async () => {
  for (const path of ["/v1/narrow", "/nothing", "/livez", "/v1/bug", "/v1/orders/%zz"]) {
    const { headers } = await ask(path);
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    if (path.startsWith("/v1/")) assert.equal(headers.get("cache-control"), "no-store");
  }
});

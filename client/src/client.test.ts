import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { createClient, orThrow, verifyWebhook, HuiyinError } from "./index.ts";

type Seen = Readonly<{ method: string; url: string; headers: IncomingMessage["headers"]; body: string }>;
type Script = ReadonlyArray<(response: ServerResponse) => void>;

/** A platform that answers by a script, its last line again and again. */
async function platform(script: Script) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      script[Math.min(seen.length, script.length) - 1]?.(response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const retries = { pauseMsMin: 1, pauseMsMax: 2 };
  return {
    seen,
    baseUrl,
    client: createClient({ baseUrl, key: "sk_test", retries, attemptMsMax: 500 }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));
const problem = (status: number, code: string, headers?: Record<string, string>) =>
  json(status, { code, title: "不行", detail: "", retry: "never", traceId: "t1" }, headers);
const hangUp = (response: ServerResponse): void => void response.destroy();
const silence = (): void => undefined;
const paid = json(201, { id: "pay_1", state: "succeeded" });
const body = { amount: 1_280, payerCode: "280000000000000001" };

const repeated: ReadonlyArray<readonly [string, Script[number]]> = [
  ["a connection that breaks", hangUp],
  ["an answer that does not come", silence],
  ["a key in use", problem(409, "idempotency_key_in_use")],
  ["too many requests", problem(429, "too_many_requests", { "retry-after": "0" })],
  ["a platform that is down", problem(503, "unavailable")],
  ["a proxy that speaks for it", (response) => void response.writeHead(502).end("<html>")],
];

for (const [name, failure] of repeated)
  test(`after ${name} the payment is asked for again under the same key`, async () => {
    await using one = await platform([failure, paid]);
    const result = await one.client.call("postPayments", { body });
    assert.ok(result.ok);
    const keys = one.seen.map(({ headers }) => headers["idempotency-key"]);
    assert.equal(keys.length, 2);
    assert.ok(keys[0] !== undefined && keys[0] === keys[1]);
    assert.equal(one.seen[0]?.headers.authorization, "Bearer sk_test");
    assert.deepEqual(JSON.parse(one.seen[1]?.body ?? ""), body);
  });

test("a refusal is a value with its code, and is not asked again", async () => {
  await using one = await platform([problem(422, "idempotency_key_reused"), paid]);
  const result = await one.client.call("postPayments", { body, idempotencyKey: "order-1" });
  assert.ok(!result.ok && result.problem.kind === "refused");
  assert.deepEqual(
    [result.problem.code, result.problem.status, one.seen.length],
    ["idempotency_key_reused", 422, 1],
  );
  assert.equal(one.seen[0]?.headers["idempotency-key"], "order-1");
  assert.throws(() => orThrow(result), HuiyinError);
});

test("what nobody answers comes back as unknown, with the key to ask again with", async () => {
  await using one = await platform([hangUp]);
  const result = await one.client.call("postPayments", { body, idempotencyKey: "order-2" });
  assert.ok(!result.ok && result.problem.kind === "unanswered");
  assert.deepEqual(
    [result.problem.reason, result.problem.idempotencyKey, one.seen.length],
    ["network", "order-2", 4],
  );
});

test("a call that would have a second effect is not made again", async () => {
  await using one = await platform([hangUp, json(201, {})]);
  const result = await one.client.call("postWebhookEndpoints", { body: { url: "https://shop.example/" } });
  assert.ok(!result.ok);
  assert.equal(one.seen.length, 1);
});

test("taking a payment waits for its outcome", async () => {
  const open = json(202, { id: "pay_1", state: "processing" });
  await using one = await platform([
    open,
    json(200, { id: "pay_1", state: "awaitingPayer" }),
    json(200, { id: "pay_1", state: "succeeded" }),
  ]);
  const result = await one.client.takePayment(body);
  assert.equal(result.ok && result.value.state, "succeeded");
  assert.deepEqual(
    one.seen.map(({ method, url }) => `${method} ${url}`),
    ["POST /v1/payments?wait=20", "GET /v1/payments/pay_1", "GET /v1/payments/pay_1"],
  );
});

test("a list is read page after page", async () => {
  const page = (ids: string[], hasMore: boolean) => json(200, { items: ids.map((id) => ({ id })), hasMore });
  await using one = await platform([page(["pay_3", "pay_2"], true), page(["pay_1"], false)]);
  const ids: string[] = [];
  for await (const found of one.client.pages("getPayments", { query: { state: "succeeded" } }))
    ids.push(...orThrow(found).map(({ id }) => id));
  assert.deepEqual(ids, ["pay_3", "pay_2", "pay_1"]);
  assert.equal(one.seen[1]?.url, "/v1/payments?limit=100&state=succeeded&after=pay_2");
});

test("a terminal signs every attempt anew, over the key that stays", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  await using one = await platform([problem(503, "unavailable"), paid]);
  const { baseUrl } = one;
  const terminal = createClient({
    baseUrl,
    terminalId: "trm_1",
    privateKey,
    retries: { pauseMsMin: 1, pauseMsMax: 2 },
  });
  assert.ok((await terminal.call("postPayments", { body })).ok);
  const inputs = one.seen.map(({ headers }) => String(headers["signature-input"]));
  assert.match(inputs[0] ?? "", /"idempotency-key"\).*keyid="trm_1"/);
  assert.notEqual(inputs[0], inputs[1]);
});

test("a webhook is accepted by either secret in time, and nothing else is", () => {
  const [secret, other] = ["whsec_", "whsec_"].map(
    (prefix, index) => prefix + Buffer.alloc(32, index + 1).toString("base64"),
  ) as [string, string];
  const at = new Date("2026-11-22T02:00:00Z");
  const text = JSON.stringify({ type: "webhook.test", data: { endpointId: "端点" } });
  const signature = new Webhook(secret).sign("wev_1", at, text);
  const headers = {
    "webhook-id": "wev_1",
    "webhook-timestamp": String(at.getTime() / 1_000),
    "webhook-signature": signature,
  };
  const now = () => at;
  const verify = (
    own: Partial<typeof headers>,
    of: string | Uint8Array = text,
    secrets: string | string[] = secret,
    when = now,
  ) => {
    const found = verifyWebhook({ ...headers, ...own }, of, { secret: secrets, now: when });
    return found.ok ? found.message.type : found.reason;
  };
  assert.equal(verify({}), "webhook.test");
  assert.equal(verify({}, Buffer.from(text)), "webhook.test");
  assert.equal(verify({}, text, [other, secret]), "webhook.test");
  assert.equal(verify({ "webhook-signature": `v1,AAAA v2,x ${signature}` }), "webhook.test");
  assert.equal(verifyWebhook(new Headers(headers), text, { secret, now }).ok, true);
  assert.equal(verify({}, text, other), "signatureWrong");
  assert.equal(verify({}, text + " "), "signatureWrong");
  assert.equal(verify({ "webhook-id": "wev_2" }), "signatureWrong");
  assert.equal(verify({ "webhook-signature": "" }), "signatureWrong");
  assert.equal(
    verify({}, text, secret, () => new Date(at.getTime() + 301_000)),
    "timestampTooFar",
  );
  assert.equal(
    verify({}, text, secret, () => new Date(at.getTime() - 301_000)),
    "timestampTooFar",
  );
  assert.equal(verifyWebhook({}, text, { secret, now }).ok, false);
});

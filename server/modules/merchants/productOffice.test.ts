import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Transport } from "../../channels/port.ts";
import { createProductOffice } from "./productOffice.ts";

const askedAt = new Date("2026-11-22T04:00:00Z");

const overFetch: Transport = async (request) => {
  const { method = "POST", url, headers, body } = request;
  const init = { method, headers, redirect: "error", ...(method === "POST" ? { body } : {}) } as const;
  const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(request.timeoutMs) });
  return { status: reply.status, headers: {}, body: Buffer.from(await reply.text()) };
};

type Seen = { method: string | undefined; url: string | undefined; authorization: string | undefined };

async function officeAt(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const account = {
    appId: "2021000000000001",
    productOfficeUrl: `http://127.0.0.1:${port}/huiyin/`,
    productOfficeToken: "t0ken",
  };
  const office = createProductOffice({ transport: overFetch, now: () => askedAt });
  return { office, account, seen, [Symbol.asyncDispose]: async () => void server.close() };
}

const json = (status: number, body: unknown) => (_request: IncomingMessage, response: ServerResponse) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

test("the office is asked at its own address with its token", async () => {
  await using made = await officeAt(json(200, { products: { facePay: "open", huabei: "closed" } }));
  const live = await made.office.stateOf(made.account, "huabei");
  assert.deepEqual(live, { kind: "known", state: "closed", reason: null, askedAt });
  await made.office.open(made.account, "huabei");
  assert.deepEqual(made.seen, [
    { method: "GET", url: "/huiyin/merchants/2021000000000001/products", authorization: "Bearer t0ken" },
    {
      method: "POST",
      url: "/huiyin/merchants/2021000000000001/products/huabei/open",
      authorization: "Bearer t0ken",
    },
  ]);
});

test("only a documented answer is believed; everything else is unknown", async () => {
  const rows: ReadonlyArray<readonly [number, unknown, string]> = [
    [200, { products: { facePay: "open", huabei: "open" } }, "enabled"],
    [200, { products: { huabei: { state: "suspended", reason: "风险" } } }, "suspended"],
    [200, { products: { huabei: "ajar" } }, "unknown"],
    [200, { products: {} }, "unknown"],
    [200, { products: null }, "unknown"],
    [200, [], "unknown"],
    [404, { products: { huabei: "open" } }, "unknown"],
    [500, {}, "unknown"],
  ];
  for (const [status, body, expected] of rows) {
    await using made = await officeAt(json(status, body));
    const live = await made.office.stateOf(made.account, "huabei");
    assert.equal(live.kind === "known" ? live.state : "unknown", expected, JSON.stringify(body));
  }
});

test("a reason that no database can hold is made storable, and a long one is cut", async () => {
  const reason = `a\0b\ud800${"长".repeat(300)}`;
  await using made = await officeAt(json(422, { reason }));
  const outcome = await made.office.open(made.account, "huabei");
  assert.ok(outcome.kind === "refused");
  assert.equal(outcome.reason, `a\ufffdb\ufffd${"长".repeat(196)}`);
});

test("an application is accepted, refused with a reason, or its fate is unknown", async () => {
  for (const [status, body, expected] of [
    [200, {}, { kind: "accepted" }],
    [202, {}, { kind: "accepted" }],
    [422, { reason: "营业执照已过期" }, { kind: "refused", reason: "营业执照已过期" }],
    [409, {}, { kind: "refused", reason: "HTTP 409" }],
    [401, {}, { kind: "unknown", problem: "HTTP 401" }],
    [503, {}, { kind: "unknown", problem: "HTTP 503" }],
  ] as const) {
    await using made = await officeAt(json(status, body));
    assert.deepEqual(await made.office.open(made.account, "huabei"), expected);
  }
});

test("an office that hangs up, or that nobody configured, is unknown and never an exception", async () => {
  await using made = await officeAt((request) => request.socket.destroy());
  assert.equal((await made.office.stateOf(made.account, "huabei")).kind, "unknown");
  assert.equal((await made.office.open(made.account, "huabei")).kind, "unknown");
  assert.equal((await made.office.stateOf({ appId: "1" }, "huabei")).kind, "unknown");
});

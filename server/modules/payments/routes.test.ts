// Over real HTTP, through the real Alipay channel to a gateway that checks our signature and signs its answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { account, gateway } from "../../channels/alipay/fixtures.ts";
import { alipay } from "../../channels/alipay/client.ts";
import { createMetrics } from "../../platform/metrics.ts";
import type { Principal } from "../../platform/principal.ts";
import { testHttp, type TestHttp } from "../../platform/http/fixtures.ts";
import { ledgerRoutes } from "../ledger/index.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import { supportRoutes } from "../support/index.ts";
import { createPayments, type Payments } from "./payments.ts";
import { paymentRoutes } from "./routes.ts";
import {
  merchantId,
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  storeId,
  terminalPrincipal,
  type PaymentsBench,
} from "./testing.ts";

const otherMerchant: Principal = {
  role: "merchant",
  merchantId: fixtureId("mer", 2),
  credentialId: fixtureId("key", 3),
};
const otherTerminal = { role: "terminal", merchantId, terminalId: fixtureId("trm", 2) } as const;
const principals = new Map<string, Principal>([
  ["operator", operatorPrincipal],
  ["merchant", merchantPrincipal],
  ["terminal", terminalPrincipal],
  ["otherMerchant", otherMerchant],
  ["otherTerminal", otherTerminal],
]);

let bench: PaymentsBench;
let server: TestHttp;
let payments: Payments;
/** What the gateway’s next answers say otherwise than that everything was paid as asked. */
let payNode: Record<string, string> = {};
let queryNode: Record<string, string> = {};

before(async () => {
  bench = await paymentsBench();
  const transport = gateway(({ method, content }) => {
    if (method === "alipay.trade.precreate")
      return JSON.stringify({
        code: "10000",
        msg: "Success",
        out_trade_no: content.get("out_trade_no"),
        qr_code: "https://qr.alipay.com/bax0123456789",
      });
    if (method !== "alipay.trade.pay") {
      const outTradeNo = content.get("out_trade_no");
      return JSON.stringify({
        code: "10000",
        msg: "Success",
        out_trade_no: outTradeNo,
        trade_no: "1",
        ...queryNode,
      });
    }
    return JSON.stringify({
      code: "10000",
      msg: "Success",
      trade_no: `20261122${content.get("out_trade_no") as string}`.slice(0, 28),
      out_trade_no: content.get("out_trade_no"),
      total_amount: content.get("total_amount"),
      buyer_pay_amount: content.get("total_amount"),
      receipt_amount: content.get("total_amount"),
      gmt_payment: "2026-11-22 10:00:01",
      buyer_logon_id: "138****1234",
      buyer_user_id: "2088000000000002",
      fund_bill_list: [{ fund_channel: "PCREDIT", amount: content.get("total_amount") }],
      ...payNode,
    });
  });
  const deps = {
    ...bench.deps,
    transport,
    channels: new Map([["alipay", alipay]]) as typeof bench.deps.channels,
    merchants: {
      ...bench.deps.merchants,
      channelAccount: async () => account,
      channelAccountEvenIfDisabled: async () => account,
    },
    terminals: {
      terminalOf: async (id: string) => {
        const { merchantId: owner, terminalId } = otherTerminal;
        if (id === terminalId) return { merchantId: owner, storeId, no: "T0002", state: "active" } as const;
        return bench.deps.terminals.terminalOf(id);
      },
    },
    metrics: createMetrics(),
  };
  server = await testHttp(
    (app) => {
      payments = createPayments(deps);
      paymentRoutes(app, deps, payments);
      ledgerRoutes(app, deps);
      supportRoutes(app, deps);
    },
    { authenticators: [async ({ headers }) => principals.get(String(headers.authorization)) ?? null] },
  );
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

type Reply = Readonly<{ status: number; headers: Headers; text: string; json: Record<string, unknown> }>;

async function call(
  as: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: as,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

let counter = 0;
const freshRequest = (own: Record<string, unknown> = {}) => {
  counter += 1;
  return { amount: 1_250, payerCode: `2899999999${String(counter).padStart(8, "0")}`, ...own };
};
const pay = (as: string, body: unknown, key = `http-${(counter += 1)}`, query = "") =>
  call(as, "POST", `/v1/payments${query}`, body, { "idempotency-key": key });

test("a payment over HTTP is answered 201 with its address, and its repetition byte for byte", async () => {
  const body = freshRequest({ merchantOrderNo: "http-order-1" });
  const first = await pay("terminal", body, "http-key");
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.get("location"), `/v1/payments/${first.json["id"] as string}`);
  assert.deepEqual(
    [first.json["state"], first.json["fundingSource"], first.json["channelCode"]],
    ["succeeded", "huabei", "10000"],
  );
  const second = await pay(
    "terminal",
    Object.fromEntries(Object.entries(body).reverse()),
    "http-key",
    "?wait=9",
  );
  assert.deepEqual([second.status, second.text], [first.status, first.text]);
});

test("the payer code is nowhere in answers, timelines and logs", async () => {
  const body = freshRequest();
  const { json } = await pay("merchant", body);
  const timeline = await call("merchant", "GET", `/v1/payments/${json["id"] as string}/timeline`);
  assert.equal(timeline.status, 200);
  const kinds = (timeline.json["items"] as Array<{ kind: string; direction: string | null }>).map(
    ({ kind, direction }) => `${kind}:${direction}`,
  );
  assert.deepEqual(kinds, [
    "requested:in",
    "chargeSent:out",
    "chargeAnswered:in",
    "stateChanged:null",
    "announced:null",
  ]);
  const refused = await pay("merchant", body);
  assert.deepEqual([refused.status, refused.json["code"]], [409, "payer_code_used"]);
  assert.ok(refused.text.includes(json["id"] as string), "the refusal names the earlier payment");
  for (const text of [
    timeline.text,
    refused.text,
    bench.logLines.join(""),
    JSON.stringify(server.logLines),
  ]) {
    assert.ok(!text.includes(body.payerCode));
  }
  assert.ok(timeline.text.includes("28**************"), "the masked form is there");
});

test("a decline says what the channel said, and what may be tried", async () => {
  payNode = {
    code: "40004",
    msg: "Business Failed",
    sub_code: "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    sub_msg: "买家余额不足",
  };
  const { status, json } = await pay("merchant", freshRequest());
  payNode = {};
  assert.deepEqual([status, json["state"], json["channelMessage"]], [201, "failed", "买家余额不足"]);
  assert.match(json["channelCode"] as string, /BUYER_BALANCE_NOT_ENOUGH/);
  assert.equal(json["retry"], "newPayerCode");
});

// what is wrong, request -> status, code
const badRequests: ReadonlyArray<readonly [string, () => Promise<Reply>, number, string]> = [
  ["no key", () => call("merchant", "POST", "/v1/payments", freshRequest()), 400, "idempotency_key_missing"],
  ["a key with a space", () => pay("merchant", freshRequest(), "a b"), 400, "request_invalid"],
  ["a key too long", () => pay("merchant", freshRequest(), "k".repeat(256)), 400, "request_invalid"],
  ["amount as text", () => pay("merchant", freshRequest({ amount: "1250" })), 400, "request_invalid"],
  ["amount zero", () => pay("merchant", freshRequest({ amount: 0 })), 400, "request_invalid"],
  ["amount with a fraction", () => pay("merchant", freshRequest({ amount: 12.5 })), 400, "request_invalid"],
  [
    "amount above the limit",
    () => pay("merchant", freshRequest({ amount: 10_000_000_001 })),
    400,
    "request_invalid",
  ],
  ["an unknown field", () => pay("merchant", freshRequest({ tip: 1 })), 400, "request_invalid"],
  ["a subject with =", () => pay("merchant", freshRequest({ subject: "a=b" })), 400, "request_invalid"],
  ["a wait too long", () => pay("merchant", freshRequest(), "w1", "?wait=31"), 400, "request_invalid"],
  ["nobody", () => pay("nobody", freshRequest()), 401, "not_signed_in"],
  ["an operator for nobody", () => pay("operator", freshRequest()), 400, "merchant_not_named"],
  [
    "a collecting code",
    () => pay("merchant", freshRequest({ payerCode: "https://qr.alipay.com/bax" })),
    422,
    "payer_code_is_collecting_code",
  ],
  [
    "a payment of nobody",
    () => call("merchant", "GET", `/v1/payments/${fixtureId("pay", 9_999)}`),
    404,
    "not_found",
  ],
  ["a malformed id", () => call("merchant", "GET", "/v1/payments/pay_1"), 400, "request_invalid"],
  [
    "a moment of no calendar",
    () => call("merchant", "GET", "/v1/payments?createdFrom=2026-13-45T00:00:00Z"),
    400,
    "request_invalid",
  ],
  [
    "a cursor of another kind",
    () => call("merchant", "GET", `/v1/payments?after=${fixtureId("mer", 1)}`),
    404,
    "not_found",
  ],
  [
    "a review by a merchant",
    () =>
      call("merchant", "POST", `/v1/payments/${fixtureId("pay", 1)}/review`, {
        decision: "closed",
        reason: "because",
      }),
    403,
    "not_allowed",
  ],
  ["journals of nobody", () => call("operator", "GET", "/v1/ledger/journals"), 400, "merchant_not_named"],
  ["the books by a terminal", () => call("terminal", "GET", "/v1/ledger/accounts"), 403, "not_allowed"],
];

test("bad requests are refused by name", async () => {
  for (const [what, request, status, code] of badRequests) {
    const reply = await request();
    assert.deepEqual([reply.status, reply.json["code"]], [status, code], `${what}: ${reply.text}`);
  }
});

test("a subject that nobody could read, or that reads otherwise than it is, is refused in both languages", async () => {
  const unreadable = [" ", "\u3000\u00a0", "咖啡\u0007", "a\nb", "\u202e啡咖", "\u2066咖啡", "\u200f咖啡"];
  for (const subject of unreadable) {
    for (const [language, problem] of [
      ["zh", /^应为能看见的文字.*。$/u],
      ["en", /^must be text that can be seen/],
    ] as const) {
      const headers = { "idempotency-key": `subject-${(counter += 1)}`, "accept-language": language };
      const reply = await call("merchant", "POST", "/v1/payments", freshRequest({ subject }), headers);
      const [error] = (reply.json["errors"] ?? []) as Array<{ field: string; problem: string }>;
      assert.deepEqual([reply.status, error?.field], [400, "subject"], JSON.stringify(subject));
      assert.match(error?.problem ?? "", problem);
    }
  }
  for (const subject of ["回音咖啡 · 拿铁（大）", "☕", "👩\u200d🍳 lunch", "Café №1"]) {
    const { status, json } = await pay("merchant", freshRequest({ subject }));
    assert.deepEqual([status, json["subject"]], [201, subject]);
  }
});

test("a refusal names the earlier payment to whoever may read it, and to no other terminal", async () => {
  const merchantOrderNo = `named-${(counter += 1)}`;
  const first = freshRequest({ merchantOrderNo });
  const { json } = await pay("terminal", first);
  const id = json["id"] as string;
  const sameOrder = () => freshRequest({ merchantOrderNo });
  const sameCode = () => freshRequest({ payerCode: first.payerCode });
  for (const [make, code] of [
    [sameOrder, "merchant_order_no_used"],
    [sameCode, "payer_code_used"],
  ] as const) {
    for (const who of ["terminal", "merchant"]) {
      const reply = await pay(who, make());
      assert.equal(reply.json["code"], code);
      assert.ok(reply.text.includes(id), `${who}: ${reply.text}`);
    }
    const other = await pay("otherTerminal", make());
    assert.deepEqual([other.status, other.json["code"]], [409, code]);
    assert.ok(!other.text.includes("pay_"), other.text);
    assert.match(other.json["detail"] as string, /非本终端/);
  }
});

test("nobody sees what belongs to others", async () => {
  const { json } = await pay("terminal", freshRequest());
  const id = json["id"] as string;
  for (const stranger of ["otherMerchant", "otherTerminal"]) {
    assert.equal((await call(stranger, "GET", `/v1/payments/${id}`)).status, 404, stranger);
    assert.equal((await call(stranger, "GET", `/v1/payments/${id}/timeline`)).status, 404, stranger);
    assert.deepEqual((await call(stranger, "GET", "/v1/payments")).json["items"], [], stranger);
    assert.deepEqual(
      (
        await call(
          stranger,
          "GET",
          `/v1/payments?merchantId=${merchantId}&terminalId=${terminalPrincipal.terminalId}`,
        )
      ).json["items"],
      [],
      stranger,
    );
  }
  assert.deepEqual((await call("otherMerchant", "GET", "/v1/ledger/accounts")).json["items"], []);
  assert.equal(
    (await call("otherMerchant", "GET", `/v1/ledger/accounts?merchantId=${merchantId}`)).status,
    404,
  );
  for (const friend of ["operator", "merchant", "terminal"]) {
    assert.equal((await call(friend, "GET", `/v1/payments/${id}`)).status, 200, friend);
  }
});

test("payments are found by every filter, and paged both ways without gaps", async () => {
  bench.clock.advance(60);
  const from = bench.clock.now().toISOString();
  const made: Record<string, unknown>[] = [];
  for (let index = 0; index < 5; index += 1) {
    made.unshift(
      (await pay("merchant", freshRequest({ amount: 2_000 + index, merchantOrderNo: `page-${index}` }))).json,
    );
    bench.clock.advance(1);
  }
  const to = bench.clock.now().toISOString();
  const find = async (query: string): Promise<unknown[]> => {
    const { status, json, text } = await call("operator", "GET", `/v1/payments?${query}`);
    assert.equal(status, 200, text);
    return (json["items"] as Array<{ id: string }>).map(({ id }) => id);
  };
  const ids = made.map(({ id }) => id);
  const [newest, second, third] = ids;
  const one = made[2] ?? {};
  for (const query of [
    `merchantOrderNo=${one["merchantOrderNo"] as string}`,
    `channelOrderNo=${one["channelOrderNo"] as string}`,
    `channelTradeNo=${one["channelTradeNo"] as string}`,
    `amount=${one["amount"] as number}&state=succeeded&review=false&merchantId=${merchantId}`,
  ]) {
    assert.deepEqual(await find(query), [third], query);
  }
  assert.deepEqual(await find(`createdFrom=${from}&createdTo=${to}`), ids);
  assert.deepEqual(await find("state=closed"), []);
  assert.deepEqual(await find("review=true"), []);
  assert.deepEqual(await find("channelOrderNo=nonsense"), []);
  assert.deepEqual(await find(`createdFrom=${from}&limit=2`), [newest, second]);
  assert.deepEqual(await find(`createdFrom=${from}&limit=2&after=${second as string}`), ids.slice(2, 4));
  assert.deepEqual(await find(`limit=2&before=${third as string}`), [newest, second]);
  const page = await call("operator", "GET", `/v1/payments?createdFrom=${from}&limit=2`);
  assert.equal(page.json["hasMore"], true);
});

test("the books over HTTP agree with the payments, and verify", async () => {
  const accounts = await call("merchant", "GET", "/v1/ledger/accounts");
  const sum = (accounts.json["items"] as Array<{ balance: string }>).reduce(
    (total, { balance }) => total + BigInt(balance),
    0n,
  );
  assert.equal(sum, 0n);
  const journals = await call("merchant", "GET", "/v1/ledger/journals?limit=2");
  const [last, before] = journals.json["items"] as Array<Record<string, string>>;
  assert.equal(last?.["previousHash"], before?.["hash"]);
  const older = await call(
    "merchant",
    "GET",
    `/v1/ledger/journals?limit=1&after=${last?.["sequence"] ?? ""}`,
  );
  assert.deepEqual(older.json["items"], [before]);
  const report = await call("operator", "POST", "/v1/ledger/verify", {});
  assert.deepEqual([report.json["ok"], report.json["broken"]], [true, null]);
});

test("a review is decided by an operator with a reason, once; a case is closed with what was done", async () => {
  payNode = { total_amount: "0.01" };
  queryNode = { trade_status: "TRADE_SUCCESS", total_amount: "0.01", send_pay_date: "2026-11-22 10:00:01" };
  const { status, json } = await pay("merchant", freshRequest(), "unclear", "?wait=0");
  assert.deepEqual([status, json["state"]], [202, "processing"]);
  await payments.idle();
  bench.clock.advance(6);
  await payments.resolveDue(10);
  payNode = {};
  queryNode = {};
  const open = await call("operator", "GET", `/v1/payments/${json["id"] as string}`);
  assert.deepEqual(
    [open.json["state"], (open.json["review"] as { reason: string }).reason],
    ["processing", "amountMismatch"],
  );
  const path = `/v1/payments/${json["id"] as string}/review`;
  assert.equal((await call("operator", "POST", path, { decision: "closed" })).status, 400);
  const decided = await call("operator", "POST", path, { decision: "closed", reason: "已在商户后台退款" });
  assert.deepEqual([decided.status, decided.json["state"], decided.json["review"]], [200, "closed", null]);
  assert.equal(
    (await call("operator", "POST", path, { decision: "closed", reason: "再来一次" })).json["code"],
    "review_not_open",
  );

  const cases = await call("operator", "GET", `/v1/cases?state=open&paymentId=${json["id"] as string}`);
  const [found] = cases.json["items"] as Array<{ id: string; kind: string }>;
  assert.equal(found?.kind, "amountMismatch");
  const closing = `/v1/cases/${found?.id ?? ""}/closing`;
  assert.equal((await call("merchant", "POST", closing, { resolution: "已处理完毕" })).status, 403);
  assert.equal(
    (await call("operator", "POST", closing, { resolution: "已处理完毕" })).json["state"],
    "closed",
  );
  assert.equal(
    (await call("operator", "POST", closing, { resolution: "已处理完毕" })).json["code"],
    "case_closed",
  );
  assert.deepEqual((await call("otherMerchant", "GET", "/v1/cases")).json["items"], []);
});

test("a callback that is forged gets the channel's own word for no, and one to nowhere is not found", async () => {
  const post = (path: string) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "out_trade_no=1&sign=x&sign_type=RSA2",
    });
  const forged = await post(`/v1/channels/alipay/callbacks/${merchantId}`);
  assert.notEqual((await forged.text()).trim(), "success");
  for (const path of [
    `/v1/channels/nobody/callbacks/${merchantId}`,
    `/v1/channels/wechat/callbacks/${merchantId}`,
    "/v1/channels/alipay/callbacks/mer_1",
  ]) {
    assert.equal((await post(path)).status, 404, path);
  }
});

test("a code to show is made over HTTP, read while it lives, and refused with what to do", async () => {
  const show = (body: unknown, key = `code-${(counter += 1)}`) =>
    call("terminal", "POST", "/v1/payments/codes", body, { "idempotency-key": key });
  const made = await show({ amount: 1_250, method: "alipay" }, "http-code-1");
  assert.equal(made.status, 201);
  const { mode, state, code, expiresAt, id } = made.json as Record<string, string>;
  assert.deepEqual(
    [mode, state, code],
    ["shownCode", "awaitingPayer", { url: "https://qr.alipay.com/bax0123456789", expiresAt }],
  );
  assert.equal(made.headers.get("location"), `/v1/payments/${id}`);
  assert.equal((await show({ amount: 1_250, method: "alipay" }, "http-code-1")).text, made.text);
  const read = await call("terminal", "GET", `/v1/payments/${id}`);
  assert.deepEqual([read.status, read.json["code"]], [200, code]);
  assert.equal((await call("otherTerminal", "GET", `/v1/payments/${id}`)).status, 404);
  const listed = await call("merchant", "GET", "/v1/payments?limit=1");
  assert.deepEqual((listed.json["items"] as Record<string, unknown>[])[0]?.["mode"], "shownCode");
  for (const [body, status, refusal] of [
    [{ amount: 1_250 }, 400, "request_invalid"],
    [{ amount: 1_250, method: "auto" }, 400, "request_invalid"],
    [{ amount: 1_250, method: "alipay", payerCode: "28" }, 400, "request_invalid"],
    [{ amount: 1_250, method: "alipay", validitySeconds: 10 }, 400, "request_invalid"],
    [{ amount: 1_250, method: "wechat" }, 422, "channel_not_available"],
  ] as const) {
    const refused = await show(body);
    assert.deepEqual([refused.status, refused.json["code"]], [status, refusal], JSON.stringify(body));
  }
  assert.equal(
    (await call("terminal", "POST", "/v1/payments/codes", { amount: 1, method: "alipay" })).json["code"],
    "idempotency_key_missing",
  );
});

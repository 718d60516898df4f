// Refunds and shown codes against a gateway that really verifies and signs: golden answers, what goes out, what is never believed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { SendHistory, Transport, WireRequest } from "../port.ts";
import { alipay } from "./client.ts";
import { account, chargeRequest, gateway, ioWith, refundRequest, replying } from "./fixtures.ts";

type Operation = "refund" | "refundQuery" | "precreate" | "close";
type Example = Readonly<{
  name: string;
  operation: Operation;
  sendHistory?: SendHistory;
  node: string;
  expect: Readonly<Record<string, unknown>>;
}>;

const examples = JSON.parse(
  readFileSync(new URL("golden/refundAnswers.json", import.meta.url), "utf8"),
) as readonly Example[];
const { payerCode: _, ...precreateRequest } = chargeRequest;
const operations = ["refund", "refundQuery", "precreate", "close"] as const;

for (const { name, operation, sendHistory = "first", node, expect } of examples) {
  test(name, async () => {
    const { outcome, exchange } = await called(
      operation,
      gateway(() => node),
      sendHistory,
    );
    assert.deepEqual(flat(outcome, expect), expect);
    assert.equal(exchange.operation, operation);
    assert.equal(exchange.httpStatus, 200);
  });
}

// operation → method, biz_content as sent
for (const [operation, method, content] of [
  [
    "refund",
    "alipay.trade.refund",
    '{"out_trade_no":"00000001order1","refund_amount":"5.00","out_request_no":"refund1","refund_reason":"拿铁做错了"}',
  ],
  [
    "refundQuery",
    "alipay.trade.fastpay.refund.query",
    '{"out_trade_no":"00000001order1","out_request_no":"refund1","query_options":["gmt_refund_pay"]}',
  ],
  [
    "precreate",
    "alipay.trade.precreate",
    '{"out_trade_no":"00000001order1","total_amount":"12.50","subject":"回音咖啡","product_code":"FACE_TO_FACE_PAYMENT","seller_id":"2088000000000001","store_id":"store1","terminal_id":"terminal1","time_expire":"2026-03-01 12:02:00"}',
  ],
  ["close", "alipay.trade.close", '{"out_trade_no":"00000001order1"}'],
] as const) {
  test(`${operation} goes out as ${method}, its members as written down`, async () => {
    const sent: WireRequest[] = [];
    const lost: Transport = (request) => {
      sent.push(request);
      return Promise.reject(new Error("lost"));
    };
    const { outcome } = await called(operation, lost);
    assert.equal(outcome.kind, "unknown");
    assert.equal(sent.length, 1);
    const [request] = sent;
    assert.ok(request);
    const query = new URL(request.url).searchParams;
    assert.equal(query.get("method"), method);
    assert.equal(query.get("notify_url"), operation === "precreate" ? chargeRequest.callbackUrl : null);
    assert.equal(new URLSearchParams(request.body).get("biz_content"), content);
  });
}

test("a refund without a reason sends none", async () => {
  const sent: string[] = [];
  const transport = gateway((call) => {
    sent.push([...call.content.keys()].join(" "));
    return '{"code":"10000"}';
  });
  await alipay.refund(ioWith(transport), account, { ...refundRequest, reason: null });
  assert.deepEqual(sent, ["out_trade_no refund_amount out_request_no"]);
});

test("law: whatever a gateway sends without a genuine signature, every outcome is unknown and nothing throws", async () => {
  const body = fc.oneof(fc.string({ unit: "binary" }), fc.json());
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom(...operations), async (text, operation) => {
      const { outcome } = await called(operation, replying(text));
      assert.equal(outcome.kind, "unknown");
    }),
    { numRuns: 50 },
  );
});

test("law: a refund is read as done only when all that went back covers it", async () => {
  const cents = fc.integer({ min: 0, max: 2_000 });
  await fc.assert(
    fc.asyncProperty(cents, fc.constantFrom("Y", "N"), async (fenBack, moved) => {
      const fee = (fenBack / 100).toFixed(2);
      const node = `{"code":"10000","out_trade_no":"00000001order1","fund_change":"${moved}","refund_fee":"${fee}"}`;
      const { outcome } = await called(
        "refund",
        gateway(() => node),
      );
      assert.equal(outcome.kind === "refunded", moved === "Y" && fenBack >= 500, fee);
    }),
    { numRuns: 25 },
  );
});

async function called(operation: Operation, transport: Transport, sendHistory: SendHistory = "first") {
  const io = ioWith(transport);
  switch (operation) {
    case "refund":
      return alipay.refund(io, account, { ...refundRequest, sendHistory });
    case "refundQuery":
      return alipay.refundQuery(io, account, refundRequest);
    case "precreate":
      return alipay.precreate(io, account, precreateRequest);
    case "close":
      return alipay.close(io, account, chargeRequest);
  }
}

/** The members of an outcome that the example names, as plain JSON values. */
function flat(
  outcome: Awaited<ReturnType<typeof called>>["outcome"],
  expect: Readonly<Record<string, unknown>>,
) {
  const all = new Map<string, unknown>(Object.entries(outcome));
  if ("amount" in outcome) all.set("fen", Number(outcome.amount.minor));
  if ("refundedTotal" in outcome) all.set("totalFen", Number(outcome.refundedTotal?.minor));
  if ("refundedAt" in outcome) all.set("refundedAt", outcome.refundedAt?.toISOString() ?? null);
  if ("words" in outcome && outcome.words)
    all.set("code", outcome.words.code).set("message", outcome.words.message);
  return Object.fromEntries(Object.keys(expect).map((key) => [key, all.get(key)]));
}

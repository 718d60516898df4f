// Refunds over real HTTP: who may ask and read, what is answered, and many at once against the bank’s own book.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Refund as RefundView } from "@huiyin/contract/api/refunds.ts";
import { unwrap } from "../../../kernel/result.ts";
import { testHttp, type TestHttp } from "../../../platform/http/fixtures.ts";
import type { Principal } from "../../../platform/principal.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { ledgerRoutes, verifyLedger } from "../../ledger/index.ts";
import { paymentRoutes } from "../routes.ts";
import { findPayment } from "../store.ts";
import {
  merchantId,
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  storeId,
  terminalPrincipal,
  type PaymentsBench,
} from "../testing.ts";

const elsewhere = { role: "terminal", merchantId, terminalId: fixtureId("trm", 2) } as const;
const nextTill = { role: "terminal", merchantId, terminalId: fixtureId("trm", 3) } as const;
const stranger: Principal = {
  role: "merchant",
  merchantId: fixtureId("mer", 2),
  credentialId: fixtureId("key", 3),
};
const principals = new Map<string, Principal>([
  ["operator", operatorPrincipal],
  ["merchant", merchantPrincipal],
  ["terminal", terminalPrincipal],
  ["elsewhere", elsewhere],
  ["nextTill", nextTill],
  ["stranger", stranger],
]);

let bench: PaymentsBench;
let server: TestHttp;

before(async () => {
  bench = await paymentsBench();
  const stores = new Map<string, string>([
    [elsewhere.terminalId, fixtureId("sto", 2)],
    [nextTill.terminalId, storeId],
  ]);
  const deps = {
    ...bench.deps,
    terminals: {
      terminalOf: async (id: string) => {
        const other = stores.get(id);
        if (other === undefined) return bench.deps.terminals.terminalOf(id);
        return { merchantId, storeId: other, no: "T0002", state: "active" };
      },
      verifyManagerCode: async () => ({ ok: true, value: null }) as const,
    },
  };
  const payments = bench.another({ terminals: deps.terminals });
  const routes = (app: Parameters<typeof paymentRoutes>[0]): void => {
    paymentRoutes(app, deps, payments);
    ledgerRoutes(app, deps);
  };
  server = await testHttp(routes, {
    authenticators: [async ({ headers }) => principals.get(String(headers.authorization)) ?? null],
  });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

type Reply = Readonly<{
  status: number;
  headers: Headers;
  text: string;
  json: RefundView & { code: string };
}>;

async function call(as: string, method: string, path: string, body?: unknown, key?: string): Promise<Reply> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: as,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: JSON.parse(text) as Reply["json"],
  };
}

async function pay(): Promise<string> {
  return unwrap(await bench.create({ principal: terminalPrincipal })).paymentId;
}

let keys = 0;
const freshKey = (): string => `http-${(keys += 1)}`;
const refund = (as: string, paymentId: string, body: unknown = {}, key = freshKey()): Promise<Reply> =>
  call(as, "POST", `/v1/payments/${paymentId}/refunds`, body, key);

test("a refund over HTTP is answered 201 with its address, its repetition byte for byte, and is found by every way", async () => {
  const paymentId = await pay();
  const body = { amount: 2_500, reason: "少了一杯", merchantRefundNo: "R-1" };
  const first = await refund("merchant", paymentId, body, "bytes");
  assert.deepEqual(
    [first.status, first.headers.get("location"), first.json.state, first.json.merchantRefundNo],
    [201, `/v1/refunds/${first.json.id}`, "succeeded", "R-1"],
  );
  assert.equal((await refund("merchant", paymentId, body, "bytes")).text, first.text);
  assert.equal((await call("merchant", "GET", `/v1/refunds/${first.json.id}`)).text, first.text);
  const ways = [
    `/v1/payments/${paymentId}/refunds`,
    `/v1/refunds?paymentId=${paymentId}`,
    "/v1/refunds?merchantRefundNo=R-1&state=succeeded&review=false&createdFrom=2026-11-22T00:00:00Z",
  ];
  for (const path of ways) {
    const { items } = JSON.parse((await call("merchant", "GET", path)).text) as { items: RefundView[] };
    assert.deepEqual(items, [first.json], path);
  }
  const none = await call("merchant", "GET", `/v1/refunds?paymentId=${paymentId}&state=failed`);
  assert.equal(none.text, '{"items":[],"hasMore":false}');
  const journals = await call("merchant", "GET", `/v1/ledger/journals?refundId=${first.json.id}`);
  const [journal] = (JSON.parse(journals.text) as { items: Array<{ fact: string; subjectId: string }> })
    .items;
  assert.deepEqual([journal?.fact, journal?.subjectId], ["refunded", first.json.id]);
  const timeline = await call("merchant", "GET", `/v1/payments/${paymentId}/timeline`);
  const kinds = (JSON.parse(timeline.text) as { items: Array<{ kind: string }> }).items.map(
    ({ kind }) => kind,
  );
  assert.deepEqual(kinds.slice(-4), [
    "refundRequested",
    "refundSent",
    "refundAnswered",
    "refundStateChanged",
  ]);
});

test("what is wrong with a refund is said by name", async () => {
  const paymentId = await pay();
  await refund("merchant", paymentId, { amount: 100, merchantRefundNo: "R-2" });
  const table: ReadonlyArray<readonly [unknown, number, string]> = [
    [{ amount: 0 }, 400, "request_invalid"],
    [{ amount: 1.5 }, 400, "request_invalid"],
    [{ extra: 1 }, 400, "request_invalid"],
    [{ amount: 12_401 }, 422, "refund_exceeds_paid"],
    [{ amount: 1, merchantRefundNo: "R-2" }, 409, "merchant_refund_no_used"],
  ];
  for (const [body, status, code] of table) {
    const reply = await refund("merchant", paymentId, body);
    assert.deepEqual([reply.status, reply.json.code], [status, code], JSON.stringify(body));
  }
  const keyless = await call("merchant", "POST", `/v1/payments/${paymentId}/refunds`, {});
  assert.equal(keyless.json.code, "idempotency_key_missing");
});

test("strangers and other stores find nothing; the next till of the same store gives back with the manager’s code", async () => {
  const paymentId = await pay();
  const own = await refund("operator", paymentId, { amount: 100 });
  assert.equal(own.status, 201);
  for (const who of ["stranger", "elsewhere"]) {
    assert.equal((await refund(who, paymentId, { amount: 1, managerCode: "246810" })).status, 404, who);
    const body = { managerCode: "246810" };
    assert.equal(
      (await call(who, "POST", `/v1/payments/${paymentId}/reversal`, body, freshKey())).status,
      404,
    );
    assert.equal((await call(who, "GET", `/v1/refunds/${own.json.id}`)).status, 404, who);
    assert.equal((await call(who, "GET", `/v1/payments/${paymentId}/refunds`)).status, 404, who);
    assert.equal(
      (await call(who, "GET", `/v1/refunds?paymentId=${paymentId}`)).text,
      '{"items":[],"hasMore":false}',
    );
  }
  assert.equal((await refund("nextTill", paymentId, { amount: 1 })).json.code, "manager_code_required");
  assert.equal((await refund("nextTill", paymentId, { amount: 1, managerCode: "246810" })).status, 201);
  const decision = { decision: "failed", reason: "不是本店的" };
  const path = `/v1/refunds/${own.json.id}/review`;
  assert.equal((await call("merchant", "POST", path, decision)).status, 403);
  assert.equal((await call("operator", "POST", path, decision)).json.code, "refund_review_not_open");
});

/** Repeats with the same key what the network cut off or what is still running, as any caller may. */
async function insist(paymentId: string, key: string): Promise<Reply> {
  for (let attempts = 1; ; attempts += 1) {
    const reply = await refund("merchant", paymentId, { amount: 2_000 }, key).catch((error: unknown) => {
      if (attempts === 20) throw error;
      return null;
    });
    if (reply !== null && reply.json.code !== "idempotency_key_in_use") return reply;
  }
}

test("a thousand partial refunds at once on a hundred payments never give back more than was paid", async () => {
  const payments = await Promise.all(Array.from({ length: 100 }, pay));
  // Ten for each, of which six fit: ¥125.00 in parts of ¥20.00.
  const wanted = payments.flatMap((paymentId) => Array.from({ length: 10 }, () => paymentId));
  const replies = await Promise.all(wanted.map((paymentId, index) => insist(paymentId, `many-${index}`)));
  const counts = Map.groupBy(replies, ({ status, json }) => (status === 201 ? json.state : json.code));
  assert.deepEqual([...counts].map(([name, found]) => [name, found.length]).sort(), [
    ["refund_exceeds_paid", 400],
    ["succeeded", 600],
  ]);
  for (const paymentId of payments) {
    const payment = await findPayment(bench.db.pg.batch, merchantId, paymentId);
    assert.ok(payment);
    const given = bench.channel.refunds.get(payment.channelOrderNo) ?? new Map<string, { minor: bigint }>();
    const bank = [...given.values()].reduce((sum, one) => sum + one.minor, 0n);
    assert.deepEqual([payment.refunded.minor, payment.refunding.minor, bank], [12_000n, 0n, 12_000n]);
  }
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

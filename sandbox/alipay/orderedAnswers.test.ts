// Every documented sub-code on demand, and what the platform’s own client makes of each, held against the list that was
// written by hand from Alipay’s documents. The books must not notice.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { alipay } from "@huiyin/server/channels/alipay/client.ts";
import type { ChannelAccount, ChannelIo } from "@huiyin/server/channels/port.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { addSeconds } from "@huiyin/server/kernel/time.ts";
import { alipayPublicKey, merchantKeys, testWorld, type TestWorld } from "./fixtures.ts";
import type { AnswerWish } from "./orderedAnswers.ts";
import { applyToState, emptyState } from "../world/state.ts";

type Expectation = Readonly<{ section: string; subCode: string; outcome: string; retry: string }>;

/** Headings name section, main code and prefix; rows name codes and, in the third column, the outcome of a first send. */
function expectations(): readonly Expectation[] {
  const path = new URL("../../server/channels/alipay/golden/codes.expected.md", import.meta.url);
  const read: Expectation[] = [];
  let [section, prefix] = ["", ""];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const heading = /^## (\w+) \d{5} (\S+)$/.exec(line);
    if (heading !== null)
      [section, prefix] = [heading[1] ?? "", heading[2] === "bare" ? "" : (heading[2] ?? "")];
    if (section === "" || !line.startsWith("|") || /^\|(-| Sub-codes)/.test(line)) continue;
    const [codes = "", , first = ""] = line.slice(1, -1).split("|");
    const [outcome = "", retry = ""] = first.trim().split(" ");
    for (const [, name = "", endings] of codes.matchAll(/([\w.*-]+)(?:\{([^}]*)\})?/g)) {
      const names = endings === undefined ? [name] : endings.split(",").map((ending) => name + ending);
      for (const each of names) {
        read.push({ section, subCode: prefix + each.replace("*", "SOMETHING"), outcome, retry });
      }
    }
  }
  return read;
}

/** What the client calls a table’s outcome, method by method. */
const declines = ({ outcome }: Expectation): string => outcome;
const reads =
  (notFound: string) =>
  ({ outcome }: Expectation): string =>
    outcome === "notFound" ? notFound : "unknown";
const cancels = ({ outcome, retry }: Expectation): string => {
  if (outcome === "declined" && retry !== "later") return "refused";
  return retry === "same" || retry === "later" ? "retry" : "unknown";
};
const closes = ({ outcome }: Expectation): string => (outcome === "declined" ? "refused" : outcome);

const io = (made: TestWorld): ChannelIo => ({ now: made.now, transport: made.world.transport });
const account = (made: TestWorld): ChannelAccount => ({
  appId: made.merchant.appId,
  sellerId: made.merchant.sellerId,
  privateKeyPem: merchantKeys.privateKey,
  alipayPublicKeyPem: alipayPublicKey,
  gatewayUrl: "http://alipay.test/gateway.do",
});
const order = (made: TestWorld, channelOrderNo: string) => ({
  channelOrderNo,
  orderedAt: made.now(),
  amount: fen(1_250),
  subject: "拿铁",
  expiresAt: addSeconds(made.now(), 120),
  storeNo: null,
  terminalNo: null,
  callbackUrl: "",
});
const refund = (made: TestWorld) => ({
  order: order(made, "paid"),
  channelRefundNo: "r1",
  requestedAt: made.now(),
  amount: fen(100),
  reason: null,
  sendHistory: "first" as const,
  callbackUrl: "",
});

type Row = Readonly<{
  section: string;
  method: string;
  expected: (expectation: Expectation) => string;
  call: (made: TestWorld) => Promise<{ outcome: { kind: string } }>;
}>;
const rows: readonly Row[] = [
  {
    section: "pay",
    method: "alipay.trade.pay",
    expected: declines,
    call: (made) => alipay.charge(io(made), account(made), { ...order(made, "new"), payerCode: made.code() }),
  },
  {
    section: "pay",
    method: "alipay.trade.precreate",
    expected: declines,
    call: (made) => alipay.precreate(io(made), account(made), order(made, "new")),
  },
  {
    section: "query",
    method: "alipay.trade.query",
    expected: reads("notFound"),
    call: (made) => alipay.query(io(made), account(made), order(made, "paid")),
  },
  {
    section: "cancel",
    method: "alipay.trade.cancel",
    expected: cancels,
    call: (made) => alipay.cancel(io(made), account(made), order(made, "paid")),
  },
  {
    section: "refund",
    method: "alipay.trade.refund",
    expected: declines,
    call: (made) => alipay.refund(io(made), account(made), refund(made)),
  },
  {
    section: "refundQuery",
    method: "alipay.trade.fastpay.refund.query",
    expected: reads("notRefunded"),
    call: (made) => alipay.refundQuery(io(made), account(made), refund(made)),
  },
  {
    section: "close",
    method: "alipay.trade.close",
    expected: closes,
    call: (made) => alipay.close(io(made), account(made), order(made, "paid")),
  },
];

const always: Omit<AnswerWish, "subCode"> = { times: null, outTradeNos: null, appId: null, effect: "none" };
const once = { ...always, times: 1 };

for (const { section, method, expected, call } of rows) {
  test(`${method} answers with each of its documented sub-codes, and the client understands each as the documents say`, async () => {
    const made = testWorld();
    await made.pay("paid");
    const before = structuredClone(made.world.book.accounts);
    const listed = expectations().filter((each) => each.section === section || each.section === "gateway");
    for (const expectation of listed) {
      const { subCode } = expectation;
      unwrap(made.world.answers.order(method, { ...once, subCode }));
      const { outcome } = await call(made);
      assert.equal(outcome.kind, expected(expectation), subCode);
      assert.equal("words" in outcome && (outcome.words as { code: string }).code, subCode);
    }
    assert.ok(listed.length > 60, `${listed.length} codes`);
    assert.equal(made.world.state.answers.size, 0, "each was used up");
    assert.deepEqual(made.world.book.accounts, before);
    assert.equal(made.world.book.offers.size, 0);
    assert.deepEqual(made.world.problems(), []);
    const [documented] = made.world.answers.list().filter((each) => each.method === method);
    assert.deepEqual(
      documented?.documented.map((each) => each.subCode.replace("*", "SOMETHING")).toSorted(),
      listed.map((each) => each.subCode).toSorted(),
    );
  });
}

test("an answer may be limited to calls, to orders and to a merchant, and be withdrawn", async () => {
  const made = testWorld();
  const { answers } = made.world;
  const subCode = "ACQ.SYSTEM_ERROR";
  const pays = async (outTradeNo: string): Promise<unknown> => (await made.pay(outTradeNo)).node["sub_code"];
  unwrap(answers.order("alipay.trade.pay", { ...always, subCode, times: 2 }));
  assert.deepEqual([await pays("a1"), await pays("a2"), await pays("a3")], [subCode, subCode, undefined]);
  unwrap(answers.order("alipay.trade.pay", { ...always, subCode, outTradeNos: ["a5"] }));
  assert.deepEqual([await pays("a4"), await pays("a5"), await pays("a5")], [undefined, subCode, subCode]);
  unwrap(answers.order("alipay.trade.pay", { ...always, subCode, appId: "2021000000000099" }));
  assert.equal(await pays("a6"), undefined);
  unwrap(answers.order("alipay.trade.pay", { ...always, subCode }));
  assert.equal(
    (await made.query("a6")).node["trade_status"],
    "TRADE_SUCCESS",
    "other methods answer by themselves",
  );
  unwrap(answers.withdraw("alipay.trade.pay"));
  assert.equal(await pays("a7"), undefined);
});

test("by the trade’s own number an order is met as well", async () => {
  const made = testWorld();
  const tradeNo = (await made.pay("a1")).node["trade_no"];
  unwrap(
    made.world.answers.order("alipay.trade.query", {
      ...always,
      subCode: "ACQ.SYSTEM_ERROR",
      outTradeNos: ["a1"],
    }),
  );
  const { node } = await made.call("alipay.trade.query", { trade_no: tradeNo });
  assert.equal(node["sub_code"], "ACQ.SYSTEM_ERROR");
});

test("a code that leaves the outcome open may hide that the books did what was asked", async () => {
  const made = testWorld();
  await made.pay("a1");
  const carriedOut = { ...once, effect: "carriedOut" } as const;
  for (const subCode of ["ACQ.SYSTEM_ERROR", "isp.unknow-error"]) {
    unwrap(made.world.answers.order("alipay.trade.refund", { ...carriedOut, subCode }));
    assert.equal((await made.refund("a1", subCode, "1.00")).node["sub_code"], subCode);
    assert.equal((await made.refundQuery("a1", subCode)).node["refund_status"], "REFUND_SUCCESS");
  }
  const refused = made.world.answers.order("alipay.trade.refund", {
    ...carriedOut,
    subCode: "ACQ.SELLER_BALANCE_NOT_ENOUGH",
  });
  assert.ok(!refused.ok && refused.refusal.code === "sandbox_answer_has_no_effect");
});

test("what nobody documented for a method is refused with the list of what is", () => {
  const made = testWorld();
  for (const [method, subCode] of [
    ["alipay.trade.pay", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"],
    ["alipay.trade.query", "ACQ.PAYMENT_AUTH_CODE_INVALID"],
    ["alipay.trade.refund", "SELLER_BALANCE_NOT_ENOUGH"],
    ["alipay.trade.pay", "__proto__"],
    ["alipay.trade.pay", "ACQ.ZM_ 坏"],
  ] as const) {
    const refused = made.world.answers.order(method, { ...once, subCode });
    assert.ok(!refused.ok && refused.refusal.code === "sandbox_answer_unknown", subCode);
    assert.match(String(refused.refusal.facts["listed"]), /ACQ\.SYSTEM_ERROR, /);
  }
  const foreign = made.world.answers.order("alipay.trade.page.pay", { ...once, subCode: "ACQ.SYSTEM_ERROR" });
  assert.ok(!foreign.ok && foreign.refusal.code === "not_found");
});

test("orders are on record like everything else", async () => {
  const made = testWorld();
  unwrap(made.world.answers.order("alipay.trade.pay", { ...always, subCode: "ACQ.SYSTEM_ERROR", times: 2 }));
  await made.pay("a1");
  const replayed = emptyState();
  for (const event of made.recorded) applyToState(replayed, event);
  assert.deepEqual(replayed, made.world.state);
  assert.equal(replayed.answers.get("pay")?.remaining, 1);
});

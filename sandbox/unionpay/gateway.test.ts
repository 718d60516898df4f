// The simulated UnionPay on its wire: what each call answers, and what it does in the books.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettlement } from "@huiyin/server/channels/unionpay/settlement.ts";
import { unpackedText } from "@huiyin/server/channels/unionpay/archive.ts";
import { readForm } from "@huiyin/server/kernel/form.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { held } from "../book/accounts.ts";
import { applyToState, emptyState } from "../world/state.ts";
import { callbackUrl, isGenuine, rich, testWorld, type Fields, type TestWorld } from "./fixtures.ts";

const order = "00000001order1";
const refundNo = "00000001refund1";
const codes = ({ fields }: { fields: Fields }) => [fields["respCode"], fields["origRespCode"]];
const merchantMoney = ({ world, merchant }: TestWorld) => held(world.book, `merchant:${merchant.sellerId}`);

test("a payer code is nineteen digits beginning with 62, pays once, and the payment is told genuinely", async () => {
  const made = testWorld();
  const qrNo = made.code();
  assert.match(qrNo, /^62[0-9]{17}$/);
  const { fields, genuine } = await made.pay(order, { qrNo });
  assert.ok(genuine);
  assert.match(fields["signPubKeyCert"] ?? "", /^-----BEGIN CERTIFICATE-----\r\n/);
  const { signature: _, signPubKeyCert: __, queryId, respMsg, ...rest } = fields;
  assert.deepEqual(rest, {
    ...{ version: "5.1.0", encoding: "UTF-8", signMethod: "01", accessType: "0", bizType: "000000" },
    ...{ merId: made.merchant.sellerId, orderId: order, txnTime: "20260301120000" },
    ...{ txnType: "01", txnSubType: "06", txnAmt: "1250", currencyCode: "156", respCode: "00" },
    ...{ settleAmt: "1250", settleCurrencyCode: "156", settleDate: "0301" },
    ...{ traceNo: queryId?.slice(-6), traceTime: "0301120000", payCardType: "01" },
    accNo: `6216***********${made.wallet.buyerUserId.slice(-4)}`,
  });
  assert.match(queryId ?? "", /^\d{21}$/);
  assert.match(respMsg ?? "", /^成功\[/);
  assert.equal(merchantMoney(made), 1250n);
  assert.deepEqual(codes(await made.query(order)), ["00", "00"]);
  assert.deepEqual(codes(await made.pay("00000001order2", { qrNo })), ["44", undefined]);
  assert.equal(merchantMoney(made), 1250n);
});

test("the same order twice is a duplicate, whatever became of the first, and moves nothing", async () => {
  const made = testWorld();
  await made.pay(order);
  assert.deepEqual(codes(await made.pay(order)), ["12", undefined]);
  assert.equal(merchantMoney(made), 1250n);
});

test("an order is named by its second too: a query or a reversal with another finds nothing", async () => {
  const made = testWorld();
  await made.pay(order);
  const txnTime = "20260301120001";
  assert.deepEqual(codes(await made.query(order, { txnTime })), ["34", undefined]);
  assert.deepEqual(codes(await made.reverse(order, { txnTime })), ["34", undefined]);
  assert.equal(merchantMoney(made), 1250n);
});

test("a payer who must confirm leaves the payment open until the password, or until its time is up", async () => {
  const made = testWorld();
  const careful = unwrap(made.world.openWallet({ ...rich, passwordAboveFen: 0n }));
  for (const [orderId, confirms] of [
    [order, "yes"],
    ["00000001order2", "no"],
  ] as const) {
    assert.deepEqual(codes(await made.pay(orderId, { qrNo: made.code(careful.id) })), ["05", undefined]);
    assert.deepEqual(codes(await made.query(orderId)), ["00", "05"]);
    const { tradeNo } = made.tradeOf(orderId) ?? assert.fail();
    if (confirms === "yes") unwrap(made.world.approve({ walletId: careful.id, tradeNo, password: "123456" }));
    else made.advance(91);
    assert.deepEqual(codes(await made.query(orderId)), ["00", confirms === "yes" ? "00" : "69"]);
  }
  assert.equal(merchantMoney(made), 1250n);
});

test("a reversal gives back what was paid and ends what waits; again it says that it was done", async () => {
  const made = testWorld();
  const careful = unwrap(made.world.openWallet({ ...rich, passwordAboveFen: 0n }));
  await made.pay(order);
  await made.pay("00000001order2", { qrNo: made.code(careful.id) });
  for (const orderId of [order, "00000001order2"]) {
    assert.deepEqual(codes(await made.reverse(orderId)), ["00", undefined]);
    assert.deepEqual(codes(await made.reverse(orderId)), ["46", undefined]);
    assert.deepEqual(codes(await made.query(orderId)), ["00", "46"]);
  }
  assert.equal(merchantMoney(made), 0n);
  assert.deepEqual(codes(await made.reverse("00000001nobody")), ["34", undefined]);
});

test("a code that is shown is no payment until it is scanned, is paid once, and ends by itself", async () => {
  const made = testWorld();
  const shown = (orderId: string) => {
    const money = { txnAmt: "1250", currencyCode: "156", backUrl: callbackUrl };
    return made.call("01/07", { orderId, ...money, payTimeout: "20260301120500" });
  };
  const { fields } = await shown(order);
  assert.match(fields["qrCode"] ?? "", /^https:\/\/qr\.95516\.com\//);
  assert.deepEqual(codes(await made.query(order)), ["34", undefined]);
  const trade = unwrap(made.world.scan({ walletId: made.wallet.id, codeUrl: fields["qrCode"] ?? "" }));
  assert.deepEqual(codes(await made.query(order)), ["00", "05"]);
  unwrap(made.world.approve({ walletId: made.wallet.id, tradeNo: trade.tradeNo, password: "123456" }));
  assert.deepEqual(codes(await made.query(order)), ["00", "00"]);
  const late = await shown("00000001order2");
  made.advance(301);
  made.world.passTime();
  assert.equal(made.world.scan({ walletId: made.wallet.id, codeUrl: late.fields["qrCode"] ?? "" }).ok, false);
  assert.deepEqual(codes(await made.query("00000001order2")), ["34", undefined]);
});

test("refunds have numbers of their own, add up to no more than was paid, and go back once", async () => {
  const made = testWorld();
  await made.pay(order);
  const first = await made.refund(order, refundNo, 500);
  assert.deepEqual([...codes(first), first.fields["reqReserved"]], ["00", undefined, order]);
  assert.deepEqual(codes(await made.refund(order, refundNo, 500)), ["12", undefined]);
  assert.deepEqual(codes(await made.refund(order, "00000001refund2", 751)), ["36", undefined]);
  assert.equal(merchantMoney(made), 750n);
  const asked = await made.query(refundNo);
  assert.deepEqual([...codes(asked), asked.fields["txnAmt"]], ["00", "00", "500"]);
  assert.deepEqual(codes(await made.query("00000001refund2")), ["34", undefined]);
  assert.deepEqual(codes(await made.query(refundNo, { txnTime: "20260301120001" })), ["34", undefined]);
  assert.deepEqual(codes(await made.reverse(order)), ["45", undefined]);
  assert.deepEqual(codes(await made.query(order)), ["00", "00"]);
  assert.deepEqual(codes(await made.refund("00000001nobody", "00000001refund3", 1, { origQryId: "1" })), [
    "35",
    undefined,
  ]);
  assert.deepEqual(made.world.problems(), []);
});

test("a payment that was refused is known all the same, and its refusal is its fate", async () => {
  const made = testWorld();
  const poor = unwrap(made.world.openWallet({ ...rich, balanceFen: 0n, cards: [] }));
  assert.deepEqual(codes(await made.pay(order, { qrNo: made.code(poor.id) })), ["64", undefined]);
  assert.deepEqual(codes(await made.query(order)), ["00", "64"]);
});

const void31 = (made: TestWorld, amountFen: number, own: Record<string, string> = {}) =>
  made.call("31/00", {
    ...{ orderId: refundNo, txnAmt: String(amountFen), currencyCode: "156", reqReserved: order },
    ...{ backUrl: "http://127.0.0.1:9/callback", origQryId: made.tradeOf(order)?.tradeNo ?? "", ...own },
  });

test("a void undoes a whole payment of this clearing day once; everything else is refused, and a refund still does it", async () => {
  const made = testWorld();
  await made.pay(order);
  assert.deepEqual(codes(await void31(made, 1249)), ["36", undefined]);
  assert.deepEqual(codes(await void31(made, 1250, { origQryId: "1" })), ["35", undefined]);
  assert.deepEqual(codes(await void31(made, 1250)), ["00", undefined]);
  assert.equal(made.tradeOf(order)?.refundedFen, 1250n);
  assert.deepEqual(codes(await void31(made, 1250)), ["12", undefined]);
  assert.deepEqual(codes(await void31(made, 1250, { orderId: "00000001refund2" })), ["45", undefined]);
  assert.deepEqual(codes(await made.refund(order, "00000001refund3", 1)), ["45", undefined]);
  // The payment was a payment: what undid it is a transaction of its own, found by its own number and second.
  assert.deepEqual(codes(await made.query(order)), ["00", "00"]);
  assert.deepEqual(codes(await made.query(refundNo)), ["00", "00"]);
  assert.deepEqual(codes(await made.query(refundNo, { txnTime: "20260301120001" })), ["34", undefined]);
  const told = (await made.posts()).map(({ body }) => readForm(Buffer.from(body), "utf-8", 100));
  assert.deepEqual(
    told.map((form) => ["txnType", "orderId", "txnAmt"].map((name) => form.get(name))),
    [
      ["01", order, "1250"],
      ["31", refundNo, "1250"],
    ],
  );
  made.advance(86_400);
  const { fields } = await made.call("76/01", { settleDate: "0301", fileType: "00" });
  const text = await unpackedText(fields["fileContent"] ?? "", (name) => name.startsWith("INN"));
  assert.match(text ?? "", /^VOI .* 000000001250 /m);
  assert.deepEqual(made.world.problems(), []);
});

test("a void after 23:00, when the clearing day has ended, is refused; of what went back in part too", async () => {
  const made = testWorld();
  await made.pay(order);
  made.advance(11 * 3_600);
  assert.deepEqual(codes(await void31(made, 1250)), ["35", undefined]);
  assert.deepEqual(codes(await made.refund(order, refundNo, 500)), ["00", undefined]);
  assert.deepEqual(codes(await void31(made, 1250, { orderId: "00000001refund2" })), ["45", undefined]);
  assert.equal(made.tradeOf(order)?.refundedFen, 500n);
});

// what is wrong with the request → code
for (const [name, fields, respCode] of [
  ["names no merchant that is known", { merId: "777290058110048" }, "31"],
  ["names another certificate", { certId: "1" }, "11"],
  ["is of another version", { version: "5.0.0" }, "10"],
  ["lacks its amount", { txnAmt: "" }, "13"],
  ["has an amount in yuan", { txnAmt: "12.50" }, "10"],
  ["is of another currency", { currencyCode: "840" }, "10"],
  ["has a number with a dash", { orderId: "00000001-order" }, "10"],
  ["has a number that is too short", { orderId: "1" }, "10"],
  ["was made an hour ago", { txnTime: "20260301110000" }, "10"],
  ["is of a type that nobody knows", { txnSubType: "99" }, "10"],
  ["carries a code of another wallet", { qrNo: "287654321098765432" }, "44"],
] as const) {
  test(`a payment that ${name} is answered with ${respCode}, and the books stay as they are`, async () => {
    const made = testWorld();
    const answer = await made.pay(order, fields);
    assert.deepEqual([answer.fields["respCode"], answer.genuine], [respCode, true]);
    assert.equal(made.tradeOf(order), undefined);
  });
}

test("what is altered after it was signed, or posted to another file, is refused", async () => {
  const made = testWorld();
  await made.pay(order);
  const post = async (path: string, body: string) => {
    const outcome = await made.world.handle({ path, body: Buffer.from(body) });
    return outcome.kind === "answer" ? /respCode=(\w\w)/.exec(outcome.body)?.[1] : null;
  };
  for (const body of ["", "%", "merId=1&merId=2", "{}", `merId=${made.merchant.sellerId}`])
    assert.match((await post("/unionpay/gateway/api/queryTrans.do", body)) ?? "", /^(10|11|31)$/, body);
  const wrongFile = await made.call("01/08", { orderId: order });
  assert.equal(wrongFile.fields["respCode"], "10");
});

test("payments and refunds are notified genuinely, five times within minutes, until somebody answers with 200", async () => {
  const made = testWorld();
  await made.pay(order);
  await made.refund(order, refundNo, 500);
  const posted = await made.posts();
  const forms = posted.map(({ body }) => readForm(Buffer.from(body), "utf-8", 100));
  assert.deepEqual(
    forms.map((form) => ["txnType", "orderId", "txnAmt", "respCode"].map((name) => form.get(name))),
    [
      ["01", order, "1250", "00"],
      ["04", refundNo, "500", "00"],
    ],
  );
  for (const form of forms) assert.ok(await isGenuine(form, made.now()));
  assert.equal(forms[1]?.get("reqReserved"), order);
  made.advance(3_600);
  assert.deepEqual(await made.posts(), []);
  await made.pay("00000001order2", { txnTime: "20260301130000" });
  let attempts = 0;
  for (let minute = 0; minute < 60; minute += 1, made.advance(60)) attempts += (await made.posts(500)).length;
  assert.equal(attempts, 5);
});

test("a settlement file tells the payments and refunds of a day that is over, and nothing of what was reversed", async () => {
  const made = testWorld();
  await made.pay(order);
  await made.refund(order, refundNo, 500);
  await made.pay("00000001order2");
  await made.reverse("00000001order2");
  const file = () => made.call("76/01", { settleDate: "0301", fileType: "00" });
  assert.equal((await file()).fields["respCode"], "98", "the day is not over");
  made.advance(86_400);
  const { fields } = await file();
  assert.equal(fields["respCode"], "00");
  const merId = made.merchant.sellerId;
  const text = await unpackedText(fields["fileContent"] ?? "", (name) => name === `INN26030188ZM_${merId}`);
  const reading = readSettlement(text ?? "", merId);
  assert.ok(reading.kind === "bill");
  assert.deepEqual(
    reading.bill.lines.map(({ kind, channelOrderNo, channelRefundNo, amount }) => [
      ...[kind, channelOrderNo, channelRefundNo],
      Number(amount.minor),
    ]),
    [
      ["payment", order, null, 1250],
      ["refund", order, refundNo, 500],
    ],
  );
  assert.equal((await made.call("76/01", { settleDate: "0228", fileType: "00" })).fields["respCode"], "98");
});

test("everything that was acknowledged is in the events: replayed, they give the same books", async () => {
  const made = testWorld();
  await made.pay(order);
  await made.refund(order, refundNo, 500);
  await made.pay("00000001order2");
  await made.reverse("00000001order2");
  const replayed = emptyState("unionpay");
  for (const event of made.recorded) applyToState(replayed, event);
  assert.deepEqual(replayed.book, made.world.book);
});

// The platform’s own client and the simulated gateway in every way the wire can be spoken: for another merchant, in GBK,
// with encrypted content, in bills. What leaves and what is booked are looked at, not what the client says of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alipay } from "@huiyin/server/channels/alipay/client.ts";
import type { ChannelAccount, ChargeRequest, Transport } from "@huiyin/server/channels/port.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { addSeconds, businessDate } from "@huiyin/server/kernel/time.ts";
import { alipayPublicKey, merchantKeys, testWorld, type TestWorld } from "./fixtures.ts";

const aesKey = Buffer.from("0123456789abcdef").toString("base64");
const shopToken = "202603BBshop0001";

/** A world in which the merchant of the fixtures is a service provider too, for a shop that authorised it. */
function worldWithShop() {
  const made = testWorld();
  const { world, merchant: provider } = made;
  unwrap(world.changeMerchant(provider.appId, { keys: { aesKey } }));
  const shop = unwrap(
    world.registerMerchant({
      name: "小巷面馆",
      publicKey: "",
      keys: { appAuthToken: shopToken },
      providerId: provider.sellerId,
      state: "normal",
      products: { facePay: "open", huabei: "open" },
      fundBill: "whenAsked",
      notifyStates: ["TRADE_SUCCESS"],
    }),
  );
  const own: ChannelAccount = {
    ...{ appId: provider.appId, sellerId: provider.sellerId, privateKeyPem: merchantKeys.privateKey },
    ...{ alipayPublicKeyPem: alipayPublicKey, gatewayUrl: "http://127.0.0.1:9/gateway.do" },
  };
  const forShop = { ...own, sellerId: shop.sellerId, appAuthToken: shopToken };
  return { made, world, provider, shop, own, forShop };
}

function requestIn(made: TestWorld, channelOrderNo = "10000001order1"): ChargeRequest {
  const orderedAt = made.now();
  return {
    ...{ channelOrderNo, orderedAt, amount: fen(1250), payerCode: made.code(), subject: "回音咖啡，拿铁☕" },
    ...{ expiresAt: addSeconds(orderedAt, 120), storeNo: null, terminalNo: null },
    callbackUrl: "http://merchant.test/callback",
  };
}

/** What the notifier posts next, as it is posted. */
async function posted(made: TestWorld) {
  let text = "";
  await made.world.deliverNext(async (_url, body) => {
    text = body;
    return "success";
  });
  const headers = new Map([["content-type", "application/x-www-form-urlencoded"]]);
  return { text, callback: { headers, body: Buffer.from(text), receivedAt: made.now() } };
}

for (const [name, changes] of [
  ["in UTF-8", {}],
  ["in GBK", { charset: "gbk" }],
  ["with encrypted content", { aesKey }],
  ["in GBK with encrypted content", { charset: "gbk", aesKey }],
] as const) {
  test(`${name}, for itself and for a shop: paid, asked about, refunded, and the books say the same`, async () => {
    const { made, world, own, forShop, shop, provider } = worldWithShop();
    for (const [account, merchant] of [
      [own, provider],
      [forShop, shop],
    ] as const) {
      const sent: string[] = [];
      const transport: Transport = (request) => {
        sent.push(
          decodeURIComponent(
            `${request.url}&${request.body}`.replaceAll("+", " ").replaceAll(/%[89A-F][0-9A-F]/g, "?"),
          ),
        );
        return world.transport(request);
      };
      const io = { now: made.now, transport };
      const config = { ...account, ...changes };
      const request = requestIn(made, `10000001${merchant.name === "小巷面馆" ? "shop" : "self"}`);
      const charged = await alipay.charge(io, config, request);
      assert.ok(charged.outcome.kind === "succeeded", JSON.stringify(charged.exchange));
      const trade = world.book.trades.get(charged.outcome.channelTradeNo);
      assert.deepEqual(
        [trade?.appId, trade?.sellerId, trade?.subject, trade?.amountFen],
        [merchant.appId, merchant.sellerId, request.subject, 1250n],
      );
      assert.equal((await alipay.query(io, config, request)).outcome.kind, "succeeded");
      const { callbackUrl } = request;
      const refund = { order: request, channelRefundNo: "r1", requestedAt: made.now(), amount: fen(500) };
      const asked = { ...refund, reason: "做错了", sendHistory: "first", callbackUrl } as const;
      const refunded = await alipay.refund(io, config, asked);
      assert.equal(refunded.outcome.kind, "refunded");
      assert.equal(world.book.trades.get(charged.outcome.channelTradeNo)?.refundedFen, 500n);
      const encrypted = "aesKey" in changes;
      for (const text of sent) {
        assert.equal(text.includes("out_trade_no"), !encrypted);
        assert.equal(text.includes("encrypt_type=AES"), encrypted);
        assert.equal(text.includes("app_auth_token="), account === forShop);
      }
    }
    assert.deepEqual(world.problems(), []);
  });
}

//   what is wrong                      changes                                     sub-code in the answer
for (const [name, changes, subCode] of [
  ["a token of nobody", { appAuthToken: "nobody" }, "aop.invalid-app-auth-token"],
  [
    "a content key of somebody else",
    { aesKey: Buffer.alloc(16).toString("base64") },
    "isv.decryption-error-not-valid-encryptkey",
  ],
] as const) {
  test(`${name} is refused in Alipay’s words, by name where it is tried out, and nothing is booked`, async () => {
    const { made, world, own } = worldWithShop();
    const io = { now: made.now, transport: world.transport };
    const { outcome } = await alipay.charge(io, { ...own, ...changes }, requestIn(made));
    assert.ok(outcome.kind === "declined" || outcome.kind === "unknown", outcome.kind);
    assert.equal(outcome.words?.code, subCode);
    assert.equal(world.book.trades.size, 0);
    const probe = await alipay.probe(io, { ...own, ...changes });
    assert.ok(probe.outcome.kind === "refused");
    assert.ok(Object.keys(changes).includes(probe.outcome.finding.field ?? ""));
  });
}

test("a token works until it ends, and is said to have ended then", async () => {
  const { made, world, shop, forShop } = worldWithShop();
  const endsAtMs = String(made.now().getTime() + 60_000);
  unwrap(world.changeMerchant(shop.appId, { keys: { ...shop.keys, appAuthTokenEndsAtMs: endsAtMs } }));
  const io = { now: made.now, transport: world.transport };
  assert.equal((await alipay.probe(io, forShop)).outcome.kind, "ready");
  made.advance(60);
  const { outcome } = await alipay.probe(io, forShop);
  assert.ok(outcome.kind === "refused");
  assert.equal(outcome.finding.code, "appAuthTokenExpired");
});

test("a notification goes to the app that acts for the shop, in GBK where that app has asked for it", async () => {
  const { made, world, provider, shop, forShop } = worldWithShop();
  unwrap(world.changeMerchant(provider.appId, { keys: { charset: "gbk" } }));
  const io = { now: made.now, transport: world.transport };
  await alipay.charge(io, { ...forShop, charset: "gbk" }, requestIn(made));
  const { text, callback } = await posted(made);
  assert.ok(text.includes("charset=GBK") && text.includes("%BB%D8%D2%F4"), text);
  assert.ok(text.includes(`app_id=${provider.appId}`) && text.includes(`auth_app_id=${shop.appId}`));
  const reading = await alipay.readCallback(forShop, callback);
  assert.ok(reading.kind === "accepted" && reading.news.kind === "succeeded", reading.kind);
});

/** A day with a payment and a refund, looked back upon. */
async function tradedDay() {
  const { made, world, own } = worldWithShop();
  const io = { now: made.now, transport: world.transport };
  const request = requestIn(made);
  const day = businessDate(made.now());
  await alipay.charge(io, own, request);
  const refund = {
    order: request,
    channelRefundNo: "r1",
    requestedAt: made.now(),
    amount: fen(500),
    reason: null,
    callbackUrl: request.callbackUrl,
  };
  await alipay.refund(io, own, { ...refund, sendHistory: "first" });
  const bill = async (transport: Transport = world.transport) =>
    (await alipay.bill({ now: made.now, transport }, own, { day })).outcome;
  return { made, world, bill };
}

test("a bill is made at nine the next morning, and its address ends after thirty seconds", async () => {
  const { made, world, bill } = await tradedDay();
  assert.equal((await bill()).kind, "noBill");
  made.advance(21 * 3_600);
  const outcome = await bill();
  assert.ok(outcome.kind === "bill", outcome.kind);
  assert.deepEqual(
    outcome.lines.map(({ kind, amount, channelRefundNo }) => [kind, amount, channelRefundNo]),
    [
      ["payment", fen(1250), null],
      ["refund", fen(500), "r1"],
    ],
  );
  const late: Transport = (request) => {
    if (request.method === "GET") made.advance(31);
    return world.transport(request);
  };
  assert.equal((await bill(late)).kind, "unknown");
  assert.equal(world.billArchive("http://127.0.0.1:9/alipay/bills/abc.zip"), null);
});

for (const [fault, kind] of [
  ["bill-not-ready", "noBill"],
  ["bill-totals-wrong", "unknown"],
  ["bill-row-missing", "bill"],
  ["bill-row-extra", "bill"],
] as const) {
  test(`${fault}: the bill is ${kind}, and the books stay as they are`, async () => {
    const { made, world, bill } = await tradedDay();
    made.advance(86_400);
    made.fault(fault);
    const outcome = await bill();
    assert.equal(outcome.kind, kind);
    if (outcome.kind === "bill")
      assert.equal(
        outcome.lines.length,
        fault === "bill-row-missing" ? 1 : 3,
        "sound in itself, yet not the books",
      );
    assert.deepEqual(world.problems(), []);
    unwrap(world.faults.switchOff(fault, null));
    const healed = await bill();
    assert.ok(healed.kind === "bill" && healed.lines.length === 2);
  });
}

// The gateway’s own rules, of both generations: who may call, when the password is asked for, when a payment may be
// reversed, and what closing and reversing are not for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { authorizationOf } from "@huiyin/server/channels/wechat/v3/signing.ts";
import {
  apiKeyV2,
  apiV3Key,
  keys,
  merchantPrivateKeyPem,
  merchantSerialNo,
  rich,
  testWorld,
} from "./fixtures.ts";

test("above ¥1000 the password is asked for, in both generations; confirmed, the query says SUCCESS", async () => {
  const made = testWorld();
  const asked = await made.micropay("v2", { total_fee: "100001" });
  assert.deepEqual([asked.body["err_code"], asked.genuine], ["USERPAYING", true]);
  const who = { appid: made.merchant.appId, mchid: made.merchant.sellerId };
  const order = {
    ...who,
    description: "拿铁",
    out_trade_no: "v3",
    amount: { total: 100_001, currency: "CNY" },
  };
  const codepay = async (): Promise<readonly [number, string]> => {
    const payer = { auth_code: made.code() };
    const scene_info = { device_ip: "127.0.0.1", store_info: { id: "S1" } };
    const { status, body } = await made.v3("/v3/pay/transactions/codepay", { ...order, payer, scene_info });
    return [status, body.code ?? body.trade_state];
  };
  assert.deepEqual(await codepay(), [202, "USERPAYING"]);
  const query = `/v3/pay/transactions/out-trade-no/v3?mchid=${made.merchant.sellerId}`;
  assert.equal((await made.v3(query)).body.trade_state, "USERPAYING");
  for (const trade of [made.tradeOf("v2"), made.tradeOf("v3")]) {
    const { walletId, tradeNo } = trade ?? assert.fail("no trade");
    unwrap(made.world.approve({ walletId, tradeNo, password: rich.password }));
  }
  assert.equal((await made.v3(query)).body.trade_state, "SUCCESS");
  assert.equal((await made.v2("/pay/orderquery", { out_trade_no: "v2" })).body["trade_state"], "SUCCESS");
});

test("a reversal sooner than fifteen seconds after the order asks to call again; then it gives back what was paid", async () => {
  const made = testWorld();
  await made.micropay("paid");
  const reverse = async () => (await made.v2("/secapi/pay/reverse", { out_trade_no: "paid" })).body;
  made.advance(14);
  const early = await reverse();
  assert.deepEqual([early["err_code"], early["recall"]], ["USERPAYING", "Y"]);
  assert.equal(made.tradeOf("paid")?.refundedFen, 0n);
  made.advance(1);
  const done = await reverse();
  assert.deepEqual([done["result_code"], done["recall"]], ["SUCCESS", "N"]);
  assert.equal(made.tradeOf("paid")?.refundedFen, 1250n);
  assert.equal((await made.v2("/pay/orderquery", { out_trade_no: "paid" })).body["trade_state"], "REVOKED");
  assert.equal((await made.micropay("paid")).body["err_code"], "ORDERREVERSED");
  made.advance(8 * 24 * 3_600);
  await made.micropay("old");
  made.advance(8 * 24 * 3_600);
  const late = await made.v2("/secapi/pay/reverse", { out_trade_no: "old" });
  assert.equal(late.body["err_code"], "REVERSE_EXPIRE");
});

test("code pay is never closed, and a shown code is never reversed", async () => {
  const made = testWorld();
  await made.micropay("scanned", { total_fee: "100001" });
  const { outcome, status, body } = await made.v3("/v3/pay/transactions/out-trade-no/scanned/close", {
    mchid: made.merchant.sellerId,
  });
  assert.deepEqual([status, body.code], [400, "INVALID_REQUEST"]);
  assert.ok(outcome.kind === "answer" && outcome.headers["request-id"]?.endsWith("-268449641"));
  await made.native("shown");
  made.advance(20);
  const reversed = await made.v2("/secapi/pay/reverse", { out_trade_no: "shown" });
  assert.equal(reversed.body["err_code"], "INVALID_REQUEST");
  assert.equal(made.tradeOf("shown")?.status, "WAIT_BUYER_PAY");
});

test("what each payer code comes to: no code of WeChat’s, one that was never shown, one used, one that has expired", async () => {
  const made = testWorld();
  const code = made.code();
  const paying = async (number: string, auth_code: string) =>
    (await made.micropay(number, { auth_code })).body["err_code"];
  assert.equal(await paying("a", "281234567890123456"), "AUTH_CODE_INVALID");
  assert.equal(await paying("b", "131234567890123456"), "AUTH_CODE_ERROR");
  assert.equal(await paying("c", code), undefined);
  assert.equal(await paying("d", code), "AUTH_CODE_ERROR");
  const old = made.code();
  made.advance(61);
  assert.equal(await paying("e", old), "AUTHCODEEXPIRE");
});

test("v3 refuses a strange serial, a signature over another body, and a moment more than five minutes off", async () => {
  const made = testWorld();
  const path = `/v3/pay/transactions/out-trade-no/x?mchid=${made.merchant.sellerId}`;
  const calling = async (
    change: Readonly<{ serialNo?: string; secondsOff?: number; signedPath?: string }>,
  ) => {
    const { serialNo = merchantSerialNo, secondsOff = 0, signedPath = path } = change;
    const timestampSeconds = String(made.now().getTime() / 1_000 + secondsOff);
    const request = { method: "GET", pathAndQuery: signedPath, timestampSeconds, nonce: "n", body: "" };
    const signer = { mchId: made.merchant.sellerId, serialNo, privateKeyPem: merchantPrivateKeyPem };
    const headers = new Map([["authorization", await authorizationOf(request, signer)]]);
    const asked = { method: "GET", origin: "https://x", pathAndQuery: path, headers, body: Buffer.of() };
    const outcome = await made.world.handle(asked);
    return outcome.kind === "answer" ? outcome.status : 0;
  };
  assert.equal(await calling({}), 404);
  assert.equal(await calling({ serialNo: "0".repeat(32) }), 401);
  assert.equal(await calling({ signedPath: `${path}&x=1` }), 401);
  assert.equal(await calling({ secondsOff: 299 }), 404);
  assert.equal(await calling({ secondsOff: -301 }), 401);
});

test("a service provider is paid for the sub-merchant it serves, and for nobody else", async () => {
  const made = testWorld();
  const { publicKey } = made.merchant;
  const sub = unwrap(
    made.world.registerMerchant({
      ...{ name: "小店", publicKey, state: "normal", fundBill: "whenAsked", notifyStates: [] },
      products: { facePay: "open" },
      keys: { apiKeyV2, apiV3Key, merchantSerialNo },
      providerId: made.merchant.sellerId,
    }),
  );
  const paid = await made.micropay("sub", { sub_mch_id: sub.sellerId });
  assert.deepEqual([paid.body["result_code"], paid.body["sub_mch_id"]], ["SUCCESS", sub.sellerId]);
  assert.equal(made.tradeOf("sub")?.sellerId, sub.sellerId);
  const named = `sp_mchid=${made.merchant.sellerId}&sub_mchid=${sub.sellerId}`;
  const { body } = await made.v3(`/v3/pay/partner/transactions/out-trade-no/sub?${named}`);
  assert.deepEqual(
    [body.trade_state, body.sp_mchid, body.sub_mchid],
    ["SUCCESS", made.merchant.sellerId, sub.sellerId],
  );
  const strange = await made.micropay("strange", { sub_mch_id: "1999999999" });
  assert.equal(strange.body["err_code"], "NOAUTH");
});

test("a refund needs the whole amount of its order, gives a number back once, and has fifty parts at most", async () => {
  const made = testWorld();
  await made.micropay("paid", { total_fee: "5100" });
  const wrong = await made.v2("/secapi/pay/refund", {
    ...{ out_trade_no: "paid", out_refund_no: "r", total_fee: "5000", refund_fee: "1" },
  });
  assert.equal(wrong.body["err_code"], "INVALID_REQUEST");
  for (let part = 0; part < 50; part += 1) {
    assert.equal((await made.refund("paid", `r${part}`, 100)).status, 200, `part ${part}`);
  }
  assert.equal((await made.refund("paid", "r0", 100)).status, 200, "the same again");
  assert.equal((await made.refund("paid", "r0", 99)).status, 400, "the same number, another amount");
  assert.equal((await made.refund("paid", "r50", 100)).status, 400, "a part too many");
  assert.equal(made.tradeOf("paid")?.refundedFen, 5_000n);
  assert.deepEqual(made.world.problems(), []);
});

test("who verifies with the public key is answered under it, and no certificate is listed for it", async () => {
  const made = testWorld();
  const changes = { keys: { ...made.merchant.keys, verifyBy: "publicKey" } };
  unwrap(made.world.changeMerchant(made.merchant.appId, changes));
  const { outcome, body, genuine } = await made.v3("/v3/certificates");
  assert.ok(outcome.kind === "answer" && genuine);
  assert.equal(outcome.headers["wechatpay-serial"], keys.publicKey.serial);
  assert.deepEqual(body, { data: [] });
});

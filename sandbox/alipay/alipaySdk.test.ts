// The official SDK of Alipay, pointed at the sandbox with nothing but what the sandbox hands out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AlipaySdk } from "alipay-sdk";
import { callbackSite, testSandbox, type TestSandbox } from "../fixtures.ts";

let made: TestSandbox;
let sdk: AlipaySdk;
let payerCode: (name: string) => Promise<string>;

before(async () => {
  made = await testSandbox();
  const { body: credentials } = await made.control("GET", "/control/credentials/alipay");
  sdk = new AlipaySdk({
    appId: credentials.appId,
    privateKey: credentials.privateKeyPem,
    alipayPublicKey: credentials.alipayPublicKeyPem,
    gateway: credentials.gatewayUrl,
    keyType: "PKCS8",
    timeout: 5_000,
  });
  const { body: wallets } = await made.control("GET", "/control/wallets");
  payerCode = async (name) => {
    const { id } = wallets.items.find((wallet: { name: string }) => wallet.name === name);
    return (await made.control("POST", `/control/wallets/${id}/payer-code`)).body.code;
  };
});
after(() => made[Symbol.asyncDispose]());

const order = (outTradeNo: string, authCode: string, amount = "12.50") => ({
  out_trade_no: outTradeNo,
  total_amount: amount,
  subject: "拿铁",
  scene: "bar_code",
  auth_code: authCode,
  query_options: ["fund_bill_list"],
});
const checked = { validateSign: true } as const;

test("the official SDK pays, queries and cancels, and every signature holds", async () => {
  const paid = await sdk.exec(
    "alipay.trade.pay",
    { bizContent: order("sdk1", await payerCode("小林")) },
    checked,
  );
  assert.equal(paid.code, "10000");
  assert.equal(paid["totalAmount"], "12.50");
  assert.deepEqual(paid["fundBillList"], [{ amount: "12.50", fundChannel: "ALIPAYACCOUNT" }]);

  const asked = await sdk.exec("alipay.trade.query", { bizContent: { out_trade_no: "sdk1" } }, checked);
  assert.equal(asked["tradeStatus"], "TRADE_SUCCESS");
  assert.equal(asked["tradeNo"], paid["tradeNo"]);

  const undone = await sdk.exec("alipay.trade.cancel", { bizContent: { out_trade_no: "sdk1" } }, checked);
  assert.equal(undone["action"], "refund");
  assert.deepEqual(made.sandbox.world.problems(), []);
});

test("a notification passes the official SDK’s own check", async () => {
  await using site = await callbackSite(() => "success");
  const bizContent = order("sdk2", await payerCode("小林"));
  await sdk.exec("alipay.trade.pay", { bizContent, notify_url: site.url }, checked);
  while (made.sandbox.world.pendingNotifications().length > 0)
    await new Promise((resolve) => setImmediate(resolve));
  const [notification] = site.received;
  assert.ok(notification !== undefined);
  assert.equal(notification.get("out_trade_no"), "sdk2");
  assert.ok(sdk.checkNotifySignV2(Object.fromEntries(notification)));
});

test("an answer signed by somebody else is refused by the official SDK", async () => {
  await made.control("PUT", "/control/faults/wrong-signature", { nextRequests: 1 });
  const bizContent = order("sdk3", await payerCode("小林"));
  await assert.rejects(sdk.exec("alipay.trade.pay", { bizContent }, checked), /验签失败/);
  const asked = await sdk.exec("alipay.trade.query", { bizContent: { out_trade_no: "sdk3" } }, checked);
  assert.equal(asked["tradeStatus"], "TRADE_SUCCESS");
});

test("an SDK that knows nothing of the moved clock may still pay", async () => {
  made.clock.advance(24 * 3_600_000);
  const paid = await sdk.exec(
    "alipay.trade.pay",
    { bizContent: order("sdk4", await payerCode("小林")) },
    checked,
  );
  assert.equal(paid.code, "10000");
});

test("methods that the sandbox does not have are refused in Alipay’s words", async () => {
  const answer = await sdk.exec("alipay.trade.page.pay", { bizContent: { out_trade_no: "sdk5" } });
  assert.equal(answer["subCode"], "isv.invalid-method");
});

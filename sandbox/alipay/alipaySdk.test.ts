// The official SDK of Alipay, pointed at the sandbox with nothing but what the sandbox hands out: by key and by certificate.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AlipaySdk, type AlipaySdkConfig } from "alipay-sdk";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { callbackSite, testSandbox, type TestSandbox } from "../fixtures.ts";

let made: TestSandbox;
let payers: ReadonlyMap<string, string>;

before(async () => {
  made = await testSandbox();
  const { body } = await made.control("GET", "/control/wallets");
  payers = new Map(body.items.map(({ name, id }: { name: string; id: string }) => [name, id]));
});
after(() => made[Symbol.asyncDispose]());

const payerCode = async (name: string): Promise<string> =>
  (await made.control("POST", `/control/wallets/${payers.get(name)}/payer-code`)).body.code;
const order = (outTradeNo: string, amount = "12.50") => ({
  out_trade_no: outTradeNo,
  total_amount: amount,
  subject: "拿铁",
});
const scanned = async (outTradeNo: string) => ({
  ...order(outTradeNo),
  scene: "bar_code",
  auth_code: await payerCode("小林"),
  query_options: ["fund_bill_list"],
});
const delivered = async (): Promise<void> => {
  while (made.sandbox.world.pendingNotifications().length > 0)
    await new Promise((resolve) => setImmediate(resolve));
};

type Mode = "key" | "certificate";

async function sdkOf(mode: Mode, changes: Partial<AlipaySdkConfig> = {}): Promise<AlipaySdk> {
  const { body } = await made.control("GET", "/control/credentials/alipay");
  const { appCertPem, alipayCertPem, alipayRootCertPem } = body.certificateMode;
  const keys =
    mode === "key"
      ? { alipayPublicKey: body.alipayPublicKeyPem }
      : {
          appCertContent: appCertPem,
          alipayPublicCertContent: alipayCertPem,
          alipayRootCertContent: alipayRootCertPem,
        };
  return new AlipaySdk({
    appId: body.appId,
    privateKey: body.privateKeyPem,
    gateway: body.gatewayUrl,
    keyType: "PKCS8",
    timeout: 5_000,
    ...keys,
    ...changes,
  });
}

for (const mode of ["key", "certificate"] as const satisfies readonly Mode[]) {
  describe(`by ${mode}`, () => {
    let sdk: AlipaySdk;
    before(async () => void (sdk = await sdkOf(mode)));
    const asks = (method: string, bizContent: object, more: object = {}) =>
      sdk.exec(method, { bizContent, ...more }, { validateSign: true });

    test("the official SDK pays, queries, refunds in parts and asks after each, and every signature holds", async () => {
      const outTradeNo = `${mode}1`;
      const paid = await asks("alipay.trade.pay", await scanned(outTradeNo));
      assert.deepEqual([paid.code, paid["totalAmount"]], ["10000", "12.50"]);
      assert.deepEqual(paid["fundBillList"], [{ amount: "12.50", fundChannel: "ALIPAYACCOUNT" }]);
      const asked = await asks("alipay.trade.query", { out_trade_no: outTradeNo });
      assert.deepEqual([asked["tradeStatus"], asked["tradeNo"]], ["TRADE_SUCCESS", paid["tradeNo"]]);
      for (const [number, amount, sum] of [
        ["r1", "2.00", "2.00"],
        ["r2", "10.50", "12.50"],
      ] as const) {
        const refund = {
          out_trade_no: outTradeNo,
          out_request_no: `${mode}${number}`,
          refund_amount: amount,
        };
        const refunded = await asks("alipay.trade.refund", refund);
        assert.deepEqual([refunded["fundChange"], refunded["refundFee"]], ["Y", sum]);
        assert.equal((await asks("alipay.trade.refund", refund))["fundChange"], "N");
        const found = await asks("alipay.trade.fastpay.refund.query", refund);
        assert.deepEqual([found["refundStatus"], found["refundAmount"]], ["REFUND_SUCCESS", amount]);
      }
      const closed = await asks("alipay.trade.query", { out_trade_no: outTradeNo });
      assert.equal(closed["tradeStatus"], "TRADE_CLOSED");
      assert.deepEqual(made.sandbox.world.problems(), []);
    });

    test("the official SDK cancels what was paid", async () => {
      await asks("alipay.trade.pay", await scanned(`${mode}2`));
      const undone = await asks("alipay.trade.cancel", { out_trade_no: `${mode}2` });
      assert.equal(undone["action"], "refund");
    });

    test("the official SDK draws a code; scanned, it can be closed, or paid", async () => {
      for (const [end, status] of [
        ["close", "TRADE_CLOSED"],
        ["pay", "TRADE_SUCCESS"],
      ] as const) {
        const outTradeNo = `${mode}3${end}`;
        const drawn = await asks("alipay.trade.precreate", order(outTradeNo));
        assert.match(drawn["qrCode"], /^https:\/\/qr\.alipay\.com\/bax/);
        const unknown = await asks("alipay.trade.query", { out_trade_no: outTradeNo });
        assert.equal(unknown["subCode"], "ACQ.TRADE_NOT_EXIST");
        const path = `/control/wallets/${payers.get("小林")}`;
        await made.control("POST", `${path}/scans`, { codeUrl: drawn["qrCode"] });
        if (end === "close") {
          const closed = await asks("alipay.trade.close", { out_trade_no: outTradeNo });
          assert.deepEqual([closed.code, closed["outTradeNo"]], ["10000", outTradeNo]);
        } else {
          await made.control("POST", `${path}/approvals`, { password: "123456" });
        }
        const asked = await asks("alipay.trade.query", { out_trade_no: outTradeNo });
        assert.equal(asked["tradeStatus"], status);
      }
    });

    test("a notification, of a payment as of a refund, passes the official SDK’s own check", async () => {
      await using site = await callbackSite(() => "success");
      const outTradeNo = `${mode}4`;
      await asks("alipay.trade.pay", await scanned(outTradeNo), { notify_url: site.url });
      await delivered();
      const refund = { out_trade_no: outTradeNo, out_request_no: `${mode}4r`, refund_amount: "1.00" };
      await asks("alipay.trade.refund", refund);
      await delivered();
      assert.deepEqual(
        site.received.map((form) => [
          form.get("out_trade_no"),
          form.get("trade_status"),
          form.get("refund_fee"),
        ]),
        [
          [outTradeNo, "TRADE_SUCCESS", null],
          [outTradeNo, "TRADE_SUCCESS", "1.00"],
        ],
      );
      const other = await sdkOf(mode === "key" ? "certificate" : "key");
      for (const form of site.received) {
        assert.ok(sdk.checkNotifySignV2(Object.fromEntries(form)));
        assert.ok(!other.checkNotifySignV2(Object.fromEntries(form)), "each mode has a key of its own");
      }
    });

    test("an answer signed by somebody else is refused by the official SDK", async () => {
      await made.control("PUT", "/control/faults/wrong-signature", { nextRequests: 1 });
      await assert.rejects(asks("alipay.trade.pay", await scanned(`${mode}5`)), /验签失败/);
      const asked = await asks("alipay.trade.query", { out_trade_no: `${mode}5` });
      assert.equal(asked["tradeStatus"], "TRADE_SUCCESS");
    });

    test("methods that the sandbox does not have are refused in Alipay’s words", async () => {
      // The SDK looks for the method’s own node and would not find the signature’s text in an error node.
      const answer = await sdk.exec("alipay.trade.page.pay", { bizContent: { out_trade_no: `${mode}6` } });
      assert.equal(answer["subCode"], "isv.invalid-method");
    });
  });
}

test("an SDK that knows nothing of the moved clock may still pay", async () => {
  const sdk = await sdkOf("key");
  made.clock.advance(24 * 3_600_000);
  const paid = await sdk.exec(
    "alipay.trade.pay",
    { bizContent: await scanned("moved") },
    { validateSign: true },
  );
  assert.equal(paid.code, "10000");
});

test("the official SDK calls for a shop that authorised it, and with encrypted content", async () => {
  const aesKey = Buffer.from("0123456789abcdef").toString("base64");
  const { world } = made.sandbox;
  const [provider] = world.book.merchants.values();
  assert.ok(provider !== undefined);
  unwrap(world.changeMerchant(provider.appId, { keys: { aesKey } }));
  const shop = unwrap(
    world.registerMerchant({
      ...{ name: "小巷面馆", publicKey: provider.publicKey, keys: { appAuthToken: "202603BBshop0001" } },
      ...{ providerId: provider.sellerId, state: "normal", products: { facePay: "open", huabei: "open" } },
      ...{ fundBill: "whenAsked", notifyStates: ["TRADE_SUCCESS"] },
    }),
  );
  const sdk = await sdkOf("key", { encryptKey: aesKey });
  const appAuthToken = "202603BBshop0001";
  // The SDK slices answers as objects, so that it cannot check the signature of an encrypted one, which is a text.
  for (const [outTradeNo, needEncrypt, validateSign] of [
    ["forShop1", false, true],
    ["forShop2", true, false],
  ] as const) {
    const bizContent = await scanned(outTradeNo);
    const paid = await sdk.exec(
      "alipay.trade.pay",
      { bizContent, appAuthToken, needEncrypt },
      { validateSign },
    );
    assert.equal(paid.code, "10000", outTradeNo);
    assert.equal(world.book.trades.get(paid["tradeNo"])?.sellerId, shop.sellerId);
  }
});

// The front door: who is let in, what is refused in which words, and that the signature covers the bytes as sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerBody } from "@huiyin/server/channels/alipay/codec.ts";
import { signed, testWorld, type Node } from "./fixtures.ts";

//  public parameter   value           sub-code                       signed
const refused: ReadonlyArray<readonly [string, string, string, boolean]> = [
  ["method", "", "isv.missing-method", true],
  ["method", "alipay.trade.page.pay", "isv.invalid-method", true],
  ["method", "__proto__", "isv.invalid-method", true],
  ["app_id", "", "isv.missing-app-id", false],
  ["app_id", "2021000000000099", "isv.invalid-app-id", false],
  ["sign", "", "isv.missing-signature", true],
  ["sign", "AAAA", "isv.invalid-signature", true],
  ["sign", "不是签名", "isv.invalid-signature", true],
  ["sign_type", "RSA", "isv.invalid-signature-type", true],
  ["sign_type", "", "isv.missing-signature-type", true],
  ["version", "2.0", "isv.invalid-version", true],
  ["format", "XML", "isv.invalid-format", true],
  ["charset", "big5", "isv.invalid-charset", true],
  ["timestamp", "", "isv.missing-timestamp", true],
  ["timestamp", "2026-03-01T12:00:00", "isv.invalid-timestamp", true],
  ["timestamp", "2026-02-30 12:00:00", "isv.invalid-timestamp", true],
  ["timestamp", "2026-02-27 12:00:00", "isv.invalid-timestamp", true],
  ["biz_content", "", "isv.illegal-json", true],
  ["biz_content", "[1]", "isv.illegal-json", true],
  ["biz_content", "{", "isv.illegal-json", true],
];

test("what is wrong with a request is said in Alipay’s words, signed wherever the caller is known", async () => {
  for (const [name, value, subCode, signed] of refused) {
    const made = testWorld();
    const call = await made.call("alipay.trade.query", { out_trade_no: "a1" }, { [name]: value });
    assert.deepEqual([call.node["sub_code"], call.genuine], [subCode, signed], `${name}=${value}`);
    assert.match(String(call.node["code"]), /^4000[12]$/);
  }
});

test("a parameter changed after signing is noticed", async () => {
  const made = testWorld();
  const parameters = await signed(
    made.merchant,
    "alipay.trade.query",
    { out_trade_no: "a1" },
    {
      timestamp: "2026-03-01 12:00:00",
    },
  );
  for (const name of ["biz_content", "notify_url", "timestamp", "version"]) {
    const altered = new Map(parameters).set(name, `${parameters.get(name)} `);
    const outcome = await made.world.handleGateway(altered);
    assert.ok(
      outcome.kind === "answer" &&
        /isv\.(invalid-signature|invalid-timestamp|invalid-version)/.test(outcome.body),
    );
  }
});

const invalidOrders: ReadonlyArray<readonly [string, unknown]> = [
  ["out_trade_no", undefined],
  ["out_trade_no", ""],
  ["out_trade_no", "a-1"],
  ["out_trade_no", 1],
  ["out_trade_no", "x".repeat(65)],
  ["total_amount", undefined],
  ["total_amount", "0.00"],
  ["total_amount", "0"],
  ["total_amount", "-1.00"],
  ["total_amount", "1.001"],
  ["total_amount", "1e3"],
  ["total_amount", { toString: 1 }],
  ["subject", undefined],
  ["subject", "a/b"],
  ["subject", "长".repeat(257)],
  ["auth_code", ""],
  ["scene", "wave_code"],
  ["scene", undefined],
  ["time_expire", "2026-03-01"],
  ["timeout_express", "16d"],
  ["timeout_express", "0m"],
  ["timeout_express", "1.5h"],
  ["body", "x".repeat(129)],
];

test("a business field that is missing or malformed is ACQ.INVALID_PARAMETER, and no trade comes of it", async () => {
  const made = testWorld();
  for (const [name, value] of invalidOrders) {
    const content: Node = { auth_code: made.code(), [name]: value };
    const { node, genuine } = await made.pay("a1", content);
    assert.equal(node["sub_code"], "ACQ.INVALID_PARAMETER", `${name}=${JSON.stringify(value)}`);
    assert.ok(genuine);
  }
  const { node } = await made.call("alipay.trade.pay", {}, { notify_url: "ftp://merchant.test" });
  assert.equal(node["sub_code"], "ACQ.INVALID_PARAMETER");
  assert.equal((await made.call("alipay.trade.cancel", {})).node["sub_code"], "ACQ.INVALID_PARAMETER");
  assert.equal(made.world.book.trades.size, 0);
});

test("an answer is one line of JSON under the method’s node, and names itself text/html like the real one", async () => {
  const made = testWorld();
  const { outcome } = await made.pay("a1");
  assert.ok(outcome.kind === "answer");
  assert.equal(outcome.contentType, "text/html;charset=utf-8");
  const { alipay_trade_pay_response: node, sign } = JSON.parse(outcome.body) as Record<string, string>;
  assert.equal(outcome.body, answerBody("alipay_trade_pay_response", JSON.stringify(node), sign ?? null));
});

test("one merchant neither sees nor undoes another’s trade", async () => {
  const made = testWorld();
  const { node } = await made.pay("a1");
  const other = made.world.registerMerchant({ ...made.merchant, name: "别家" });
  assert.ok(other.ok);
  const as = { app_id: other.value.appId };
  for (const content of [{ out_trade_no: "a1" }, { trade_no: node["trade_no"] }]) {
    const asked = await made.call("alipay.trade.query", content, as);
    assert.equal(asked.node["sub_code"], "ACQ.TRADE_NOT_EXIST");
    assert.equal((await made.call("alipay.trade.cancel", content, as)).node["action"], undefined);
  }
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_SUCCESS");
});

test("a hundred requests at once for one order make one payment", async () => {
  const made = testWorld();
  const code = made.code();
  const calls = await Promise.all(Array.from({ length: 100 }, () => made.pay("a1", { auth_code: code })));
  assert.equal(new Set(calls.map(({ node }) => node["trade_no"])).size, 1);
  assert.equal(made.world.book.trades.size, 1);
  assert.equal(made.world.pendingNotifications().length, 1);
  assert.deepEqual(made.world.problems(), []);
});

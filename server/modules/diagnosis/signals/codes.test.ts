// What refusals of each channel mean, and which cause they lead to.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { causeOf, causes } from "../causes.ts";
import { diagnose } from "../engine.ts";
import { declinedFile, declinedPayment } from "../example.ts";
import { questions } from "../questions.ts";
import { fill, textsOf } from "../texts.ts";
import { toldFor } from "../variants.ts";
import { meaningOf } from "./codes.ts";

// channel, code, its words -> what it means, and the cause that is named (null: none of these by the code alone)
const rows: ReadonlyArray<
  readonly [ChannelCode, code: string, message: string, meaning: string | null, named: string | null]
> = [
  ["alipay", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足", "balanceShort", "C-PAY-01"],
  ["wechat", "NOTENOUGH", "余额不足", "balanceShort", "C-PAY-01"],
  ["wechat", "NOT_ENOUGH", "余额不足", "balanceShort", "C-PAY-01"],
  ["unionpay", "64", "余额不足", "cardShort", "C-PAY-01"],
  ["wechat", "AUTHCODEEXPIRE", "二维码已过期，请用户刷新", "payerCodeRefused", "C-X-01"],
  ["wechat", "AUTH_CODE_EXPIRE", "用户的条码已经过期", "payerCodeRefused", "C-X-01"],
  ["wechat", "AUTH_CODE_ERROR", "授权码参数错误", "payerCodeRefused", "C-X-01"],
  ["wechat", "AUTH_CODE_INVALID", "请扫描微信支付授权码", "payerCodeRefused", "C-X-01"],
  ["wechat", "RULELIMIT", "当前交易异常", "riskRefused", "C-PAY-02"],
  ["wechat", "RULE_LIMIT", "业务规则限制", "riskRefused", "C-PAY-02"],
  ["wechat", "USER_ACCOUNT_ABNORMAL", "用户账户异常", "payerForbidden", "C-PAY-02"],
  ["wechat", "ACCOUNT_ERROR", "账号异常", "payerForbidden", "C-PAY-02"],
  ["unionpay", "38", "风险受限", "riskRefused", "C-PAY-02"],
  ["unionpay", "63", "卡状态不正确", "payerForbidden", "C-PAY-02"],
  ["unionpay", "33", "交易金额超限", "amountLimit", "C-PAY-13"],
  // The same text at another network is another code, or none.
  ["alipay", "64", "", null, null],
  ["unionpay", "NOTENOUGH", "", null, null],
  ["wechat", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "", null, null],
];

for (const [channel, code, message, meaning, named] of rows) {
  test(`${channel} ${code} means ${meaning ?? "nothing known"}, and names ${named ?? "no cause"}`, () => {
    const payment = declinedPayment(code, message, { channel });
    assert.equal(meaningOf(payment), meaning);
    const finding = diagnose({ causes, questions }, declinedFile(code, message, { payment }));
    const first = finding.verdict === "named" ? (finding.causes[0]?.id ?? null) : null;
    if (named !== null) assert.equal(first, named, finding.verdict);
    else
      assert.ok(
        first === null || !["C-PAY-01", "C-PAY-02", "C-PAY-13", "C-X-01"].includes(first),
        first ?? "",
      );
  });
}

test("nothing that is said of WeChat Pay or UnionPay calls them Alipay", () => {
  for (const [channel, code, message, meaning] of rows) {
    if (channel === "alipay" || meaning === null) continue;
    const payment = declinedPayment(code, message, { channel });
    const file = declinedFile(code, message, { payment });
    const finding = diagnose({ causes, questions }, file);
    const told = finding.causes
      .filter(({ id }) => finding.named.includes(id))
      .map(({ id }) => {
        const { names, texts, remedies } = toldFor(causeOf(id), file);
        return [
          names,
          textsOf({ texts }, file, "certain"),
          remedies.map((one) => fill(one.text, file, "certain")),
        ];
      });
    assert.doesNotMatch(JSON.stringify([finding, told]), /支付宝|Alipay|花呗|Huabei/, `${channel} ${code}`);
  }
});

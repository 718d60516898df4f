// What Alipay says on the wire for each true reason in the books: less than it knows.
// Huabei closed at the merchant, closed for the payer and short of credit all become the same words, as in the field.
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { RefusalReason } from "../book/model.ts";

/** A business refusal: code 40004 with a sub-code and Alipay’s Chinese text. */
export type SubCode = Readonly<{ subCode: string; subMessage: string }>;

const noInstrument: SubCode = {
  subCode: "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
  // Sic: this is how Alipay spells it.
  subMessage: "没用可用的支付工具",
};

const subCodes: ReadonlyMap<RefusalReason, SubCode> = new Map([
  ["parameterInvalid", { subCode: "ACQ.INVALID_PARAMETER", subMessage: "参数无效" }],
  ["amountTooLarge", { subCode: "ACQ.TOTAL_FEE_EXCEED", subMessage: "订单总金额超过限额" }],
  ["facePayNotOpen", { subCode: "ACQ.ACCESS_FORBIDDEN", subMessage: "无权限使用接口" }],
  ["merchantBlocked", { subCode: "ACQ.SELLER_BEEN_BLOCKED", subMessage: "商家账号被冻结" }],
  ["sellerUnknown", { subCode: "ACQ.SELLER_NOT_EXIST", subMessage: "卖家不存在" }],
  ["contentDiffers", { subCode: "ACQ.CONTEXT_INCONSISTENT", subMessage: "交易信息被篡改" }],
  ["alreadyPaid", { subCode: "ACQ.TRADE_HAS_SUCCESS", subMessage: "交易已被支付" }],
  ["alreadyClosed", { subCode: "ACQ.TRADE_HAS_CLOSE", subMessage: "交易已经关闭" }],
  ["payerDiffers", { subCode: "ACQ.TRADE_BUYER_NOT_MATCH", subMessage: "交易买家不匹配" }],
  [
    "expiryPassed",
    { subCode: "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", subMessage: "当前时间已超过允许支付的时间" },
  ],
  ["codeInvalid", { subCode: "ACQ.PAYMENT_AUTH_CODE_INVALID", subMessage: "支付授权码无效" }],
  ["payerFrozen", { subCode: "ACQ.BUYER_ENABLE_STATUS_FORBID", subMessage: "买家状态非法" }],
  ["payerRestricted", { subCode: "ACQ.PAYMENT_REQUEST_HAS_RISK", subMessage: "支付有风险" }],
  ["payerIsSeller", { subCode: "ACQ.BUYER_SELLER_EQUAL", subMessage: "买卖家不能相同" }],
  ["balanceShort", { subCode: "ACQ.BUYER_BALANCE_NOT_ENOUGH", subMessage: "买家余额不足" }],
  ["cardShort", { subCode: "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", subMessage: "用户银行卡余额不足" }],
  ["cardUnknown", noInstrument],
  ["huabeiClosedAtMerchant", noInstrument],
  ["huabeiClosedForPayer", noInstrument],
  ["huabeiCreditShort", noInstrument],
  ["sourceShutOut", noInstrument],
  ["tradeUnknown", { subCode: "ACQ.TRADE_NOT_EXIST", subMessage: "交易不存在" }],
  ["tradeFinished", { subCode: "ACQ.TRADE_HAS_FINISHED", subMessage: "交易已完结" }],
  ["tradeNotPaid", { subCode: "ACQ.TRADE_STATUS_ERROR", subMessage: "交易状态非法" }],
  ["tradeNotWaiting", { subCode: "ACQ.TRADE_STATUS_ERROR", subMessage: "交易状态非法" }],
  ["tradeClosedAlready", { subCode: "ACQ.TRADE_HAS_CLOSE", subMessage: "交易已关闭" }],
  ["refundAmountInvalid", { subCode: "ACQ.REASON_TRADE_REFUND_FEE_ERR", subMessage: "退款金额无效" }],
  ["refundNumberMissing", { subCode: "ACQ.INVALID_PARAMETER", subMessage: "参数无效" }],
  ["refundNumberReused", { subCode: "ACQ.DISCORDANT_REPEAT_REQUEST", subMessage: "不一致的请求" }],
  ["refundExceedsRest", { subCode: "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", subMessage: "退款金额超限" }],
  ["merchantBalanceShort", { subCode: "ACQ.SELLER_BALANCE_NOT_ENOUGH", subMessage: "卖家余额不足" }],
  ["merchantFrozen", { subCode: "ACQ.REASON_TRADE_BEEN_FREEZEN", subMessage: "交易被冻结" }],
  // Sic: without the final T.
  ["creditTermsDiffer", { subCode: "ACQ.TRADE_PAYINFO_INCONSISTEN", subMessage: "支付信息不一致" }],
  ["huabeiInstalmentNotOpen", noInstrument],
  ["refundsTooMany", { subCode: "ACQ.TRADE_NOT_ALLOW_REFUND", subMessage: "当前交易不允许退款" }],
  // Alipay’s cancel knows no shortest time.
  ["cancelTooEarly", { subCode: "ACQ.CANCEL_NOT_ALLOWED", subMessage: "不允许撤销" }],
  ["cancelTooLate", { subCode: "ACQ.TRADE_CANCEL_TIME_OUT", subMessage: "超过撤销时间范围" }],
]);

/** Alipay’s words for a reason. */
export function subCodeOf(reason: RefusalReason): SubCode {
  const found = subCodes.get(reason);
  assert(found !== undefined, `no sub-code for ${reason}`);
  return found;
}

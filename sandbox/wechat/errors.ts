// What WeChat Pay says when it refuses: one error in the words of both generations, and what each reason of the books becomes.
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { Book, BookRequest, RefusalReason } from "../book/model.ts";

export type WechatError = Readonly<{
  /** err_code of v2. */
  v2: string;
  /** HTTP status and code of v3. */
  status: number;
  v3: string;
  message: string;
  /** The number at the end of v3’s Request-Id. */
  detail: string;
}>;

const rows: ReadonlyArray<
  readonly [v2: string, status: number, v3: string, message: string, detail: string]
> = [
  ["SYSTEMERROR", 500, "SYSTEM_ERROR", "系统错误", "268435462"],
  ["BANKERROR", 500, "BANK_ERROR", "银行系统异常", "268435462"],
  ["USERPAYING", 202, "USERPAYING", "需要用户输入支付密码", "268456960"],
  ["PARAM_ERROR", 400, "PARAM_ERROR", "参数错误", "268435461"],
  ["LACK_PARAMS", 400, "PARAM_ERROR", "缺少参数", "268435461"],
  ["SIGNERROR", 401, "SIGN_ERROR", "签名错误", "268443699"],
  ["INVALID_REQUEST", 400, "INVALID_REQUEST", "无效请求", "268435464"],
  ["APPID_MCHID_NOT_MATCH", 400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配", "268445527"],
  ["MCHID_NOT_EXIST", 404, "MCH_NOT_EXISTS", "商户号不存在", "268443715"],
  ["NOAUTH", 403, "NO_AUTH", "商户无权限", "268443701"],
  ["ORDERPAID", 400, "ORDER_PAID", "该订单已支付", "268449538"],
  ["ORDERCLOSED", 400, "ORDER_CLOSED", "该订单已关闭", "268447914"],
  ["ORDERREVERSED", 400, "ORDER_REVERSED", "该订单已撤销", "268447914"],
  ["AUTHCODEEXPIRE", 403, "AUTH_CODE_EXPIRE", "二维码已过期，请用户在微信上刷新后再试", "268456961"],
  ["AUTH_CODE_ERROR", 400, "AUTH_CODE_INVALID", "每个二维码仅限使用一次，请刷新再试", "268456962"],
  [
    "AUTH_CODE_INVALID",
    400,
    "AUTH_CODE_INVALID",
    "请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)",
    "268456962",
  ],
  ["NOTENOUGH", 403, "NOT_ENOUGH", "余额不足", "268456963"],
  ["NOTSUPORTCARD", 403, "TRADE_ERROR", "不支持卡类型", "268456964"],
  ["BUYER_MISMATCH", 403, "TRADE_ERROR", "支付帐号错误", "268456964"],
  ["TRADE_ERROR", 403, "TRADE_ERROR", "交易错误", "268456964"],
  ["RULELIMIT", 403, "RULE_LIMIT", "当前交易异常", "268448010"],
  ["ORDERNOTEXIST", 404, "ORDER_NOT_EXIST", "订单不存在", "268512771"],
  ["REFUNDNOTEXIST", 404, "RESOURCE_NOT_EXISTS", "退款单不存在", "268512772"],
  ["TRADE_OVERDUE", 400, "INVALID_REQUEST", "订单已经超过可退款的最大期限", "268447914"],
  ["REVERSE_EXPIRE", 400, "INVALID_REQUEST", "订单有7天的撤销有效期，过期将不能撤销", "268447914"],
];

const errors: ReadonlyMap<string, WechatError> = new Map(
  rows.map(([v2, status, v3, message, detail]) => [v2, { v2, status, v3, message, detail }]),
);

/** The error with this err_code, with another text where one is given. */
export function errorOf(v2: string, message?: string, detail?: string): WechatError {
  const found = errors.get(v2);
  assert(found !== undefined, `no error ${v2}`);
  return { ...found, message: message ?? found.message, detail: detail ?? found.detail };
}

const ofReason: ReadonlyMap<RefusalReason, WechatError> = new Map<RefusalReason, WechatError>([
  ["parameterInvalid", errorOf("PARAM_ERROR")],
  ["amountTooLarge", errorOf("PARAM_ERROR", "订单金额超过限额")],
  ["facePayNotOpen", errorOf("NOAUTH", "商户未开通此接口权限")],
  ["merchantBlocked", errorOf("NOAUTH", "商户收款功能被限制", "268448010")],
  ["sellerUnknown", errorOf("APPID_MCHID_NOT_MATCH")],
  ["contentDiffers", errorOf("INVALID_REQUEST", "商户订单号重复，且请求参数与原订单不一致", "268498688")],
  ["creditTermsDiffer", errorOf("INVALID_REQUEST", "商户订单号重复，且请求参数与原订单不一致", "268498688")],
  ["alreadyPaid", errorOf("ORDERPAID")],
  ["alreadyClosed", errorOf("ORDERCLOSED")],
  ["payerDiffers", errorOf("BUYER_MISMATCH")],
  ["expiryPassed", errorOf("PARAM_ERROR", "time_expire时间已过")],
  ["codeInvalid", errorOf("AUTH_CODE_ERROR")],
  // The payer’s account is not what the merchant is told about in so many words.
  ["payerFrozen", { ...errorOf("TRADE_ERROR", "用户账户异常"), v3: "ACCOUNT_ERROR" }],
  ["payerRestricted", errorOf("RULELIMIT")],
  ["payerIsSeller", errorOf("TRADE_ERROR")],
  ["balanceShort", errorOf("NOTENOUGH")],
  ["cardShort", errorOf("NOTENOUGH", "银行卡余额不足")],
  ["cardUnknown", errorOf("NOTSUPORTCARD")],
  ["sourceShutOut", errorOf("NOTSUPORTCARD")],
  ["huabeiClosedAtMerchant", errorOf("TRADE_ERROR")],
  ["huabeiClosedForPayer", errorOf("TRADE_ERROR")],
  ["huabeiCreditShort", errorOf("TRADE_ERROR")],
  ["huabeiInstalmentNotOpen", errorOf("TRADE_ERROR")],
  ["tradeUnknown", errorOf("ORDERNOTEXIST")],
  ["tradeFinished", errorOf("TRADE_OVERDUE")],
  ["tradeNotPaid", errorOf("INVALID_REQUEST", "订单未支付")],
  ["tradeNotWaiting", errorOf("ORDERPAID")],
  ["tradeClosedAlready", errorOf("INVALID_REQUEST", "订单已全额退款或已关闭")],
  ["refundAmountInvalid", errorOf("PARAM_ERROR", "退款金额不合法")],
  ["refundNumberMissing", errorOf("PARAM_ERROR", "缺少退款单号")],
  ["refundNumberReused", errorOf("INVALID_REQUEST", "退款单号已存在，且退款金额与原请求不一致", "268498688")],
  ["refundExceedsRest", errorOf("INVALID_REQUEST", "累计退款金额大于支付金额")],
  ["refundsTooMany", errorOf("INVALID_REQUEST", "一笔订单最多支持50次部分退款")],
  ["merchantBalanceShort", errorOf("NOTENOUGH", "商户可用退款余额不足")],
  ["merchantFrozen", errorOf("NOAUTH", "商户账户被冻结")],
  // Answered with “call again”: the payer may be typing the password at this very moment.
  ["cancelTooEarly", errorOf("USERPAYING", "用户支付中，请稍后再撤销")],
  ["cancelTooLate", errorOf("REVERSE_EXPIRE")],
]);

/** WeChat’s words for a reason, as they are for this request: of codes and closed orders it says more than the books’ reason. */
export function errorFor(
  book: Book,
  reason: RefusalReason,
  request: BookRequest,
  nowMs: number,
): WechatError {
  if (reason === "codeInvalid" && request.kind === "pay") return codeError(book, request.authCode, nowMs);
  if (reason === "alreadyClosed") {
    const sellerId = book.merchants.get(request.appId)?.sellerId ?? "";
    const tradeNo = book.tradeNoOfOrder.get(`${sellerId}/${request.outTradeNo}`) ?? "";
    if (book.trades.get(tradeNo)?.closedBy === "cancel") return errorOf("ORDERREVERSED");
  }
  const found = ofReason.get(reason);
  assert(found !== undefined, `no words for ${reason}`);
  return found;
}

function codeError(book: Book, authCode: string, nowMs: number): WechatError {
  if (!/^1[0-5][0-9]{16}$/.test(authCode)) return errorOf("AUTH_CODE_INVALID");
  const code = book.codes.get(authCode);
  return code !== undefined && code.state === "fresh" && code.expiresAtMs <= nowMs
    ? errorOf("AUTHCODEEXPIRE")
    : errorOf("AUTH_CODE_ERROR");
}

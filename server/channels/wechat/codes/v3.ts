// Codes of WeChat Pay v3 with the HTTP status under which each is documented, by operation. A code under another status is
// not the documented answer. To add one: a row here, and the same row, from the document, in golden/codes.expected.md.
import { rowsOf, type CodeRow } from "./row.ts";

const { declined, pending, unknown, notFound, balanceShort } = rowsOf(
  "WeChat Pay APIv3, error codes, 2026-04",
);

const tooMany = ["429 FREQUENCY_LIMITED", "429 RATELIMIT_EXCEEDED", "429 FREQUENCY_LIMIT_EXCEED"];
const noSuchOrder = ["404 ORDER_NOT_EXIST", "404 ORDERNOTEXIST", "404 RESOURCE_NOT_EXISTS", "404 NOT_FOUND"];
const ours = { blame: ["platform"], hints: ["C-CHN-05"] } as const;
const fault = { blame: ["platform"], hints: ["C-CHN-03"] } as const;

/** What is wrong with the request or with us, whatever was asked for. Nothing was done by it. */
const setUpCodes: readonly CodeRow[] = [
  declined(["400 PARAM_ERROR"], { ...ours, zh: "参数错误", retry: "sameRequest" }),
  declined(["400 APPID_MCHID_NOT_MATCH"], {
    zh: "商户号与appid不匹配",
    blame: ["merchant"],
    retry: "afterFix",
    hints: ["C-MCH-03"],
  }),
  declined(["401 SIGN_ERROR"], { ...ours, zh: "签名错误", retry: "sameRequest" }),
  declined(["403 NO_AUTH", "403 NOAUTH"], {
    zh: "商户无权限",
    blame: ["merchant"],
    retry: "afterFix",
    hints: ["C-MCH-03"],
  }),
  declined(["404 MCH_NOT_EXISTS"], {
    zh: "商户号不存在",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-MCH-03"],
  }),
  declined(["404 USER_NOT_EXISTS"], { zh: "用户不存在", blame: ["merchant"], retry: "never" }),
];

/** At status 500 anything may have happened, even where the code sounds like a refusal. */
const faultCodes = (retry: "queryFirst" | "sameRequest"): readonly CodeRow[] => [
  unknown(["500 SYSTEM_ERROR"], { ...fault, zh: "系统错误", retry }),
  unknown(["500 BANK_ERROR"], { zh: "银行系统异常", blame: ["platform"], retry, hints: ["C-BNK-01"] }),
  unknown(["500 ERROR"], { zh: "业务错误", blame: ["platform"], retry: "queryFirst" }),
  unknown(["500 OPENID_MISMATCH"], { zh: "openid与appid不匹配", blame: ["platform"], retry: "queryFirst" }),
  unknown(["500 INVALID_TRANSACTIONID"], { zh: "订单号非法", blame: ["platform"], retry: "queryFirst" }),
];

/** Code pay and codes to show. */
const payCodes: readonly CodeRow[] = [
  pending(["202 USERPAYING"], {
    zh: "用户支付中，需要输入密码",
    blame: ["payer"],
    retry: "queryFirst",
  }),
  ...setUpCodes,
  ...faultCodes("queryFirst"),
  declined(["400 INVALID_REQUEST"], {
    zh: "请求参数符合参数格式，但不符合业务规则",
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  declined(["400 AUTH_CODE_INVALID"], {
    zh: "收银员扫描的不是微信支付的条码",
    blame: ["cashier"],
    retry: "newPayerCode",
    hints: ["C-PAY-09", "C-X-01"],
  }),
  declined(["400 ORDER_CLOSED", "400 ORDERCLOSED"], {
    zh: "订单已关闭",
    blame: ["platform"],
    retry: "newOrder",
  }),
  // Never a success by itself: it may be another payer’s payment or another amount. The query decides.
  unknown(["400 ORDER_PAID", "400 ORDERPAID"], {
    zh: "订单已支付",
    blame: ["platform"],
    retry: "queryFirst",
    hints: ["C-X-02"],
  }),
  declined(["400 ORDER_REVERSED", "400 ORDERREVERSED"], {
    zh: "订单已撤销",
    blame: ["platform"],
    retry: "newOrder",
  }),
  unknown(["400 ALREADY_EXISTS"], { zh: "资源已存在", blame: ["platform"], retry: "queryFirst" }),
  declined(["403 AUTH_CODE_EXPIRE"], {
    zh: "用户的条码已经过期",
    blame: ["cashier", "payer"],
    retry: "newPayerCode",
    hints: ["C-X-01", "C-PAY-09"],
  }),
  declined(["403 NOT_ENOUGH"], {
    zh: "余额不足",
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-PAY-01"],
  }),
  declined(["403 TRADE_ERROR"], {
    zh: "交易错误",
    blame: ["payer"],
    retry: "newOrder",
  }),
  declined(["403 RULE_LIMIT"], {
    zh: "业务规则限制",
    blame: ["payer", "merchant"],
    retry: "never",
    hints: ["C-PAY-02"],
  }),
  declined(["403 ACCOUNT_ERROR", "403 USER_ACCOUNT_ABNORMAL"], {
    zh: "账号异常",
    blame: ["payer"],
    retry: "never",
    hints: ["C-PAY-02"],
  }),
  unknown(["403 OUT_TRADE_NO_USED"], {
    zh: "商户订单号重复",
    blame: ["platform"],
    retry: "queryFirst",
    hints: ["C-X-02"],
  }),
  unknown(noSuchOrder, { zh: "订单不存在", blame: ["platform"], retry: "queryFirst" }),
  declined(tooMany, { zh: "频率超限", blame: ["platform"], retry: "later", hints: ["C-CHN-11"] }),
];

const reverseCodes: readonly CodeRow[] = [
  ...setUpCodes,
  ...faultCodes("sameRequest"),
  unknown(["202 USERPAYING"], { zh: "用户支付中", blame: ["payer"], retry: "later" }),
  unknown(["400 INVALID_REQUEST", "403 TRADE_ERROR"], {
    zh: "订单错误",
    blame: ["platform"],
    retry: "queryFirst",
  }),
  notFound(noSuchOrder, { zh: "订单不存在", blame: ["platform"], retry: "queryFirst" }),
  unknown(tooMany, { zh: "频率超限", blame: ["platform"], retry: "later", hints: ["C-CHN-11"] }),
];

const refundCodes: readonly CodeRow[] = [
  ...setUpCodes,
  ...faultCodes("sameRequest"),
  unknown(["500 BIZ_ERR_NEED_RETRY"], { ...fault, zh: "退款业务流程错误", retry: "sameRequest" }),
  declined(["400 INVALID_REQUEST"], {
    zh: "请求参数符合参数格式，但不符合业务规则",
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-09"],
  }),
  // The very same refund succeeds once the merchant has money.
  balanceShort(["403 NOT_ENOUGH"], {
    zh: "商户可用退款余额不足",
    blame: ["merchant"],
    retry: "sameRequest",
    hints: ["C-ACC-03"],
  }),
  declined(["403 USER_ACCOUNT_ABNORMAL", "403 ACCOUNT_ERROR"], {
    zh: "用户账号异常",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-PAY-02"],
  }),
  declined(["403 REQUEST_BLOCKED"], {
    zh: "请求受阻",
    blame: ["merchant"],
    retry: "afterFix",
  }),
  // Only what was paid is refunded, so the order exists: whoever says otherwise looked in the wrong place.
  unknown(noSuchOrder, { zh: "订单不存在", blame: ["platform"], retry: "queryFirst" }),
  unknown(tooMany, { zh: "频率超限", blame: ["platform"], retry: "later", hints: ["C-CHN-11"] }),
];

const closeCodes: readonly CodeRow[] = [
  ...setUpCodes,
  ...faultCodes("sameRequest"),
  // Closing undoes nothing, and nothing was closed by it: what was paid or ended before has to be asked, at once.
  declined(["400 ORDER_PAID", "400 ORDERPAID", "400 ORDER_CLOSED", "400 ORDERCLOSED"], {
    zh: "订单已支付或已关闭",
    blame: ["platform"],
    retry: "never",
  }),
  // Among others 268449641: code pay is reversed, never closed.
  declined(["400 INVALID_REQUEST"], { zh: "不允许普通关单，只能撤销", blame: ["platform"], retry: "never" }),
  notFound(noSuchOrder, { zh: "订单不存在", blame: ["platform"], retry: "queryFirst" }),
  unknown(tooMany, { zh: "频率超限", blame: ["platform"], retry: "later", hints: ["C-CHN-11"] }),
];

/** A question that is refused says nothing about what it asked for: no code of one is ever a decline. */
const questionCodes: readonly CodeRow[] = [
  ...setUpCodes.map(({ codes, meaning: { zh, blame, retry, causeHints } }) =>
    unknown(codes, { zh, blame, retry, hints: causeHints }),
  ),
  ...faultCodes("sameRequest"),
  unknown(["400 INVALID_REQUEST"], { zh: "无效请求", blame: ["platform"], retry: "sameRequest" }),
  unknown(tooMany, { zh: "频率超限", blame: ["platform"], retry: "later", hints: ["C-CHN-11"] }),
];

const queryCodes: readonly CodeRow[] = [
  ...questionCodes,
  notFound(noSuchOrder, { zh: "订单不存在", blame: ["platform"], retry: "queryFirst" }),
];

const refundQueryCodes: readonly CodeRow[] = [
  ...questionCodes,
  notFound(["404 REFUND_NOT_EXISTS", "404 RESOURCE_NOT_EXISTS", "404 NOT_FOUND"], {
    zh: "退款单不存在",
    blame: ["platform"],
    retry: "queryFirst",
  }),
];

const billCodes: readonly CodeRow[] = [
  ...questionCodes,
  // Some report it under 404.
  notFound(["400 NO_STATEMENT_EXIST", "404 NO_STATEMENT_EXIST"], {
    zh: "账单文件不存在",
    blame: ["platform"],
    retry: "later",
  }),
  notFound(["400 STATEMENT_CREATING"], { zh: "账单生成中", blame: ["platform"], retry: "later" }),
];

export const v3Codes = {
  pay: payCodes,
  reverse: reverseCodes,
  refund: refundCodes,
  close: closeCodes,
  query: queryCodes,
  refundQuery: refundQueryCodes,
  bill: billCodes,
} as const;

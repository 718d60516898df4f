// Codes of WeChat Pay v2 (err_code), by operation. To add one: a row here, and the same row, from the document, in
// golden/codes.expected.md.
import { rowsOf, type CodeRow } from "./row.ts";

const { declined, pending, unknown, notFound, balanceShort } = rowsOf(
  "WeChat Pay APIv2, error codes of the call",
);

const systemError = { zh: "接口返回错误", blame: ["platform"], hints: ["C-CHN-03"] } as const;
const ours = { blame: ["platform"], hints: ["C-CHN-05"] } as const;

/** A request that was wrong in its form. Nothing was done by it. */
const formCodes: readonly CodeRow[] = [
  declined(["PARAM_ERROR"], { ...ours, zh: "参数错误", retry: "sameRequest" }),
  declined(["LACK_PARAMS"], { ...ours, zh: "缺少参数", retry: "sameRequest" }),
  declined(["XML_FORMAT_ERROR"], { ...ours, zh: "XML格式错误", retry: "sameRequest" }),
  declined(["REQUIRE_POST_METHOD"], { ...ours, zh: "请使用post方法", retry: "sameRequest" }),
  declined(["NOT_UTF8"], { ...ours, zh: "编码格式错误", retry: "sameRequest" }),
  declined(["SIGNERROR"], { ...ours, zh: "签名错误", retry: "sameRequest" }),
];

/** Who we are, and what was signed for. */
const identityCodes: readonly CodeRow[] = [
  declined(["APPID_NOT_EXIST"], { ...identity(), zh: "APPID不存在" }),
  declined(["MCHID_NOT_EXIST"], { ...identity(), zh: "MCHID不存在" }),
  declined(["APPID_MCHID_NOT_MATCH"], { ...identity(), zh: "appid和mch_id不匹配" }),
  declined(["NOAUTH"], {
    zh: "商户无权限",
    blame: ["merchant"],
    retry: "afterFix",
    hints: ["C-MCH-03"],
  }),
];

function identity() {
  return { blame: ["platform", "merchant"], retry: "afterFix", hints: ["C-MCH-03", "C-CHN-05"] } as const;
}

/** Code pay and codes to show. */
const payCodes: readonly CodeRow[] = [
  unknown(["SYSTEMERROR"], { ...systemError, retry: "queryFirst" }),
  unknown(["BANKERROR"], {
    zh: "银行系统异常",
    blame: ["platform"],
    retry: "queryFirst",
    hints: ["C-BNK-01", "C-CHN-03"],
  }),
  pending(["USERPAYING"], {
    zh: "需要用户输入支付密码",
    blame: ["payer"],
    retry: "queryFirst",
  }),
  ...formCodes,
  ...identityCodes,
  declined(["INVALID_REQUEST"], {
    zh: "无效请求",
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  // Never a success by itself: it may be another payer’s payment or another amount. The query decides.
  unknown(["ORDERPAID"], { zh: "订单已支付", blame: ["platform"], retry: "queryFirst", hints: ["C-X-02"] }),
  unknown(["OUT_TRADE_NO_USED"], {
    zh: "商户订单号重复",
    blame: ["platform"],
    retry: "queryFirst",
    hints: ["C-X-02"],
  }),
  declined(["ORDERCLOSED"], { zh: "订单已关闭", blame: ["platform"], retry: "newOrder" }),
  declined(["ORDERREVERSED"], { zh: "订单已撤销", blame: ["platform"], retry: "newOrder" }),
  declined(["AUTHCODEEXPIRE"], {
    zh: "二维码已过期，请用户在微信上刷新后再试",
    blame: ["cashier", "payer"],
    retry: "newPayerCode",
    hints: ["C-X-01", "C-PAY-09"],
  }),
  declined(["AUTH_CODE_ERROR"], {
    zh: "授权码参数错误",
    blame: ["cashier", "payer"],
    retry: "newPayerCode",
    hints: ["C-X-01"],
  }),
  declined(["AUTH_CODE_INVALID"], {
    zh: "请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)",
    blame: ["cashier"],
    retry: "newPayerCode",
    hints: ["C-PAY-09", "C-X-01"],
  }),
  declined(["NOTENOUGH"], { zh: "余额不足", blame: ["payer"], retry: "newPayerCode", hints: ["C-PAY-01"] }),
  declined(["NOTSUPORTCARD"], {
    zh: "不支持卡类型",
    blame: ["payer"],
    retry: "newPayerCode",
  }),
  declined(["BUYER_MISMATCH"], {
    zh: "支付帐号错误",
    blame: ["cashier"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  declined(["TRADE_ERROR"], { zh: "交易错误", blame: ["payer"], retry: "newOrder" }),
  declined(["RULELIMIT"], { zh: "当前交易异常", blame: ["payer"], retry: "never", hints: ["C-PAY-02"] }),
];

const reverseCodes: readonly CodeRow[] = [
  // The document of reverse asks for the same call again.
  unknown(["SYSTEMERROR"], { ...systemError, retry: "sameRequest" }),
  unknown(["USERPAYING"], { zh: "用户正在支付中", blame: ["payer"], retry: "later" }),
  notFound(["ORDERNOTEXIST"], { zh: "此交易订单号不存在", blame: ["platform"], retry: "queryFirst" }),
  unknown(["INVALID_TRANSACTIONID", "TRADE_ERROR", "INVALID_REQUEST"], {
    zh: "订单错误",
    blame: ["platform"],
    retry: "queryFirst",
  }),
  declined(["REVERSE_EXPIRE"], { zh: "订单无法撤销，已超过七天", blame: ["platform"], retry: "never" }),
  ...formCodes,
  ...identityCodes,
];

const refundCodes: readonly CodeRow[] = [
  unknown(["SYSTEMERROR"], { ...systemError, retry: "sameRequest" }),
  unknown(["BIZERR_NEED_RETRY"], {
    zh: "退款业务流程错误，需要商户触发重试来解决",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-CHN-03"],
  }),
  declined(["TRADE_OVERDUE"], { zh: "订单已经超过可退款的最大期限", blame: ["merchant"], retry: "never" }),
  declined(["USER_ACCOUNT_ABNORMAL"], {
    zh: "退款请求失败，用户帐号注销",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-PAY-02"],
  }),
  // Both are over in a minute, and the same refund goes through then: no end of it.
  unknown(["INVALID_REQ_TOO_MUCH"], {
    zh: "无效请求过多",
    blame: ["platform"],
    retry: "later",
    hints: ["C-CHN-11"],
  }),
  unknown(["FREQUENCY_LIMITED"], {
    zh: "频率限制",
    blame: ["platform"],
    retry: "later",
    hints: ["C-CHN-11"],
  }),
  // The very same refund succeeds once the merchant has money.
  balanceShort(["NOTENOUGH"], {
    zh: "商户可用退款余额不足",
    blame: ["merchant"],
    retry: "sameRequest",
    hints: ["C-ACC-03"],
  }),
  // Only what was paid is refunded, so the order exists: whoever says otherwise looked in the wrong place.
  unknown(["INVALID_TRANSACTIONID", "ORDERNOTEXIST"], {
    zh: "订单号错误",
    blame: ["platform"],
    retry: "queryFirst",
  }),
  unknown(["ERROR"], { zh: "业务错误", blame: ["platform"], retry: "queryFirst" }),
  declined(["INVALID_REQUEST"], {
    zh: "请求参数符合参数格式，但不符合业务规则",
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-09"],
  }),
  ...formCodes,
  ...identityCodes,
];

const closeCodes: readonly CodeRow[] = [
  unknown(["SYSTEMERROR"], { ...systemError, retry: "sameRequest" }),
  // Closing undoes nothing, and nothing was closed by it: what was paid or ended before has to be asked, at once.
  declined(["ORDERPAID"], { zh: "订单已支付，不能发起关单", blame: ["platform"], retry: "never" }),
  declined(["ORDERCLOSED"], { zh: "订单已关闭，无法重复关闭", blame: ["platform"], retry: "never" }),
  notFound(["ORDERNOTEXIST"], { zh: "此交易订单号不存在", blame: ["platform"], retry: "queryFirst" }),
  declined(["268449641"], { zh: "不允许普通关单，只能撤销", blame: ["platform"], retry: "never" }),
  ...formCodes,
  ...identityCodes,
];

/** A question that is refused says nothing about what it asked for: no code of one is ever a decline. */
const questionCodes: readonly CodeRow[] = [
  unknown(["SYSTEMERROR"], { ...systemError, retry: "sameRequest" }),
  ...[...formCodes, ...identityCodes].map(({ codes, meaning: { zh, blame, retry, causeHints } }) =>
    unknown(codes, { zh, blame, retry, hints: causeHints }),
  ),
  unknown(["INVALID_TRANSACTIONID"], { zh: "无效transaction_id", blame: ["platform"], retry: "sameRequest" }),
];

const queryCodes: readonly CodeRow[] = [
  ...questionCodes,
  notFound(["ORDERNOTEXIST"], { zh: "此交易订单号不存在", blame: ["platform"], retry: "queryFirst" }),
];

const refundQueryCodes: readonly CodeRow[] = [
  ...questionCodes,
  notFound(["REFUNDNOTEXIST"], { zh: "退款订单查询失败", blame: ["platform"], retry: "queryFirst" }),
];

/** Texts rather than codes, in any case; without a signature. */
const billCodes: readonly CodeRow[] = [
  notFound(["No Bill Exist"], { zh: "账单不存在", blame: ["platform"], retry: "later" }),
  notFound(["Bill Creating"], { zh: "账单未生成", blame: ["platform"], retry: "later" }),
  unknown(["CompressGZip Error", "UnCompressGZip Error"], {
    zh: "账单压缩失败",
    blame: ["platform"],
    retry: "later",
  }),
  declined(["invalid bill_type"], { zh: "参数错误", blame: ["platform"], retry: "never" }),
  declined(["SIGN ERROR"], { zh: "签名错误", blame: ["platform"], retry: "afterFix", hints: ["C-CHN-05"] }),
];

export const v2Codes = {
  pay: payCodes,
  reverse: reverseCodes,
  refund: refundCodes,
  close: closeCodes,
  query: queryCodes,
  refundQuery: refundQueryCodes,
  bill: billCodes,
} as const;

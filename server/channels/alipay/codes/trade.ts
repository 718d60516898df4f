// Business codes of the methods around a trade: cancel, refund, query, close; without their prefix "ACQ.".
import { balanceShort, declined, notFound, unknown, type CodeRow, type RowText } from "./row.ts";

/** Listed for all of these methods. The answer says “call again”, and so it is the one unknown without a query first. */
const common: readonly CodeRow[] = [
  unknown(["SYSTEM_ERROR"], {
    zh: "系统错误",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-CHN-03"],
  }),
  declined(["INVALID_PARAMETER"], { zh: "参数无效", blame: ["platform"], retry: "sameRequest" }),
];

/** A query that is refused says nothing about the trade: no code of a reading method is ever a decline. */
const commonOfReading: readonly CodeRow[] = [
  unknown(["SYSTEM_ERROR"], {
    zh: "系统错误",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-CHN-03"],
  }),
  unknown(["INVALID_PARAMETER"], { zh: "参数无效", blame: ["platform"], retry: "sameRequest" }),
];

const sellerShort: RowText = {
  zh: "卖家余额不足",
  blame: ["merchant"],
  retry: "sameRequest",
  hints: ["C-ACC-03"],
};

const cancelAndRefund: readonly CodeRow[] = [
  declined(["REASON_TRADE_BEEN_FREEZEN"], {
    zh: "交易被冻结",
    blame: ["merchant", "channel"],
    retry: "never",
    hints: ["C-ACC-02"],
  }),
  declined(["TRADE_HAS_FINISHED"], { zh: "交易已完结", blame: [], retry: "never" }),
  declined(["REASON_TRADE_REFUND_FEE_ERR"], {
    zh: "退款金额无效",
    blame: ["platform"],
    retry: "sameRequest",
  }),
];

export const cancelCodes: readonly CodeRow[] = [
  ...common,
  ...cancelAndRefund,
  declined(["SELLER_BALANCE_NOT_ENOUGH"], sellerShort),
  // Both must be undone by a refund.
  declined(["TRADE_CANCEL_TIME_OUT"], {
    zh: "超过撤销时间范围",
    blame: ["platform"],
    retry: "never",
    reference: "Alipay OpenAPI v3 error model, 2026-09-23",
  }),
  declined(["CANCEL_NOT_ALLOWED"], { blame: ["platform"], retry: "never" }),
];

export const refundCodes: readonly CodeRow[] = [
  ...common,
  ...cancelAndRefund,
  // The very same refund succeeds once the merchant has money: no end of it.
  balanceShort(["SELLER_BALANCE_NOT_ENOUGH"], sellerShort),
  declined(["REFUND_AMT_NOT_EQUAL_TOTAL"], { zh: "退款金额超限", blame: ["platform"], retry: "never" }),
  // Only what was paid is refunded, so the trade exists: whoever says otherwise looked in the wrong place.
  unknown(["TRADE_NOT_EXIST"], { zh: "交易不存在", blame: ["platform"], retry: "queryFirst" }),
  unknown(["TRADE_STATUS_ERROR"], { zh: "交易状态非法", blame: ["platform"], retry: "queryFirst" }),
  declined(["DISCORDANT_REPEAT_REQUEST"], {
    zh: "不一致的请求",
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  declined(["TRADE_NOT_ALLOW_REFUND"], { zh: "当前交易不允许退款", blame: ["merchant"], retry: "never" }),
  declined(["REFUND_FEE_ERROR"], { zh: "退款金额有误", blame: ["platform"], retry: "sameRequest" }),
  // Closed by others, or by refunds of other numbers: a number that was carried out is answered with its success for ever.
  declined(["TRADE_HAS_CLOSE"], {
    zh: "交易已关闭",
    blame: ["platform"],
    retry: "never",
    hints: ["C-X-09"],
  }),
  declined(
    [
      "BUYER_NOT_EXIST",
      "BUYER_ENABLE_STATUS_FORBID",
      "BUYER_ERROR",
      "REFUND_ACCOUNT_NOT_EXIST",
      "USER_NOT_MATCH_ERR",
      "CUSTOMER_VALIDATE_ERROR",
    ],
    {
      zh: "买家账户问题",
      blame: ["merchant", "channel"],
      retry: "never",
      hints: ["C-PAY-02"],
      reference: "Alipay OpenAPI v3 error model, 2026-09-23 (text is ours, for the group)",
    },
  ),
  declined(
    [
      "REASON_TRADE_STATUS_INVALID",
      "NOT_ALLOW_PARTIAL_REFUND",
      "ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND",
      "CURRENCY_NOT_SUPPORT",
      "ALLOC_AMOUNT_VALIDATE_ERROR",
      "TRADE_SETTLE_ERROR",
      "REFUND_CHARGE_ERROR",
      "REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST",
      "REFUNDALLOC_UNAUTH_LIMIT",
      "OVERDRAFT_*",
      "ENTERPRISE_PAY_BIZ_ERROR",
    ],
    { blame: ["platform", "merchant"], retry: "never" },
  ),
];

export const queryCodes: readonly CodeRow[] = [
  ...commonOfReading,
  notFound(["TRADE_NOT_EXIST"], { zh: "查询的交易不存在", blame: ["platform"], retry: "queryFirst" }),
  unknown(["ENTERPRISE_PAY_BIZ_ERROR"], { blame: ["platform"], retry: "queryFirst" }),
];

export const refundQueryCodes: readonly CodeRow[] = [
  ...commonOfReading,
  // No word about the refund: an account that was replaced, say, cannot see the trade that was paid to the old one.
  unknown(["TRADE_NOT_EXIST"], { blame: ["platform"], retry: "queryFirst" }),
  unknown(["ENTERPRISE_PAY_BIZ_ERROR"], { blame: ["platform"], retry: "queryFirst" }),
];

/** The one method seen to answer a code without the prefix "ACQ.". */
export const refundQueryCodesBare: readonly CodeRow[] = [
  unknown(["TRADE_NOT_EXIST"], { blame: ["platform"], retry: "queryFirst" }),
];

export const closeCodes: readonly CodeRow[] = [
  ...common,
  // Before anybody scanned the code there is no trade, and nothing to close.
  notFound(["TRADE_NOT_EXIST"], { blame: ["platform"], retry: "queryFirst" }),
  unknown(["TRADE_STATUS_ERROR", "REASON_TRADE_STATUS_INVALID", "REASON_ILLEGAL_STATUS"], {
    blame: ["platform"],
    retry: "queryFirst",
  }),
];

export const billCodes: readonly CodeRow[] = commonOfReading;

/** Seen in both spellings by those who live with it; the model’s own spelling INVAILID is kept. */
export const billCodesBare: readonly CodeRow[] = [
  notFound(["isp.bill_not_exist", "BILL_NOT_EXIST", "NO_BILL_DATA"], {
    zh: "账单不存在",
    blame: ["platform"],
    retry: "later",
  }),
  declined(
    ["BILL_DATE_BEFORE_REGISTRATION", "TYPE_NOT_SUPPORTED", "INVAILID_ARGUMENTS", "invalid_arguments"],
    {
      blame: ["platform"],
      retry: "never",
    },
  ),
  declined(["SYSTEM_RATE_LIMIT", "USER_RATE_LIMIT"], {
    blame: ["platform"],
    retry: "later",
    hints: ["C-CHN-11"],
  }),
];

// Business codes of alipay.trade.pay and alipay.trade.precreate, without their prefix "ACQ.": order and payer here,
// merchant, request and foreign products in paySetup.ts.
// To add one: write a row here and the same row, from the document, in golden/codes.expected.md.
import { paySetupCodes } from "./paySetup.ts";
import { declined, unknown, type CodeRow } from "./row.ts";

const outOfSequence: readonly CodeRow[] = [
  unknown(["SYSTEM_ERROR"], {
    zh: "接口返回错误",
    blame: ["platform"],
    retry: "queryFirst",
    hints: ["C-CHN-03"],
  }),
  // Never a success by itself: it may be another payer’s payment or another amount. The query decides.
  unknown(["TRADE_HAS_SUCCESS"], {
    zh: "交易已被支付",
    blame: ["platform"],
    retry: "queryFirst",
    hints: ["C-X-02"],
  }),
  unknown(["TRADE_STATUS_ERROR"], { blame: ["platform"], retry: "queryFirst" }),
  declined(["TRADE_HAS_CLOSE"], { zh: "交易已经关闭", blame: ["platform"], retry: "newOrder" }),
  declined(["CONTEXT_INCONSISTENT"], {
    zh: "交易信息被篡改",
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  declined(["TRADE_BUYER_NOT_MATCH"], {
    zh: "交易买家不匹配",
    blame: ["cashier"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  declined(["TRADE_PAYINFO_INCONSISTEN"], {
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-02", "C-PAY-05"],
    reference: "Alipay Huabei instalments, integration notes (spelled so)",
  }),
  declined(["NOW_TIME_AFTER_EXPIRE_TIME_ERROR"], {
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-X-04"],
  }),
];

const payerCode: readonly CodeRow[] = [
  declined(["PAYMENT_AUTH_CODE_INVALID"], {
    zh: "支付授权码无效",
    blame: ["cashier", "payer"],
    retry: "newPayerCode",
    hints: ["C-X-01", "C-PAY-09", "C-ARR-04"],
  }),
  declined(["ILLEGAL_AUTH_CODE", "AUTH_CODE_INVALID_OR_EXPIRE"], {
    blame: ["cashier"],
    retry: "newPayerCode",
    hints: ["C-X-01", "C-PAY-09"],
    reference: "seen in a third-party code base as further names of a bad payment code",
  }),
  declined(["CERT_EXPIRED"], { zh: "凭证过期", blame: ["payer"], retry: "newPayerCode", hints: ["C-X-01"] }),
  declined(["PULL_MOBILE_CASHIER_FAIL"], {
    zh: "唤起移动收银台失败",
    blame: ["cashier", "payer"],
    retry: "newPayerCode",
    hints: ["C-NET-08", "C-PAY-09"],
  }),
  declined(["PAYMENT_FAIL"], { zh: "支付失败", blame: ["cashier", "payer"], retry: "newPayerCode" }),
];

const payerPurse: readonly CodeRow[] = [
  // Gives no reason: Huabei may be shut at the merchant, closed or exhausted at the payer.
  declined(["NO_PAYMENT_INSTRUMENTS_AVAILABLE"], {
    zh: "没用可用的支付工具",
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-MCH-01", "C-PAY-04", "C-PAY-03", "C-MCH-08", "C-RSK-02"],
  }),
  declined(["NOT_SUPPORT_PAYMENT_INST"], {
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-MCH-01", "C-MCH-08", "C-RSK-04"],
  }),
  declined(["BUYER_BALANCE_NOT_ENOUGH"], {
    zh: "买家余额不足",
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-PAY-01"],
  }),
  declined(["BUYER_BANKCARD_BALANCE_NOT_ENOUGH"], {
    zh: "用户银行卡余额不足",
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-PAY-01"],
  }),
  declined(["ERROR_BALANCE_PAYMENT_DISABLE"], {
    zh: "余额支付功能关闭",
    blame: ["payer"],
    retry: "newPayerCode",
  }),
  declined(["BUYER_BANKCARD_INVALID", "BUYER_BANKCARD_DECLINED"], {
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-PAY-12"],
  }),
];

const payerAccount: readonly CodeRow[] = [
  declined(["BUYER_ENABLE_STATUS_FORBID"], {
    zh: "买家状态非法",
    blame: ["payer"],
    retry: "never",
    hints: ["C-PAY-02"],
  }),
  declined(["BUYER_SELLER_EQUAL"], {
    zh: "买卖家不能相同",
    blame: ["payer"],
    retry: "never",
    hints: ["C-RSK-01"],
  }),
  declined(["MOBILE_PAYMENT_SWITCH_OFF"], {
    zh: "用户的无线支付开关关闭",
    blame: ["payer"],
    retry: "newPayerCode",
  }),
  declined(["USER_FACE_PAYMENT_SWITCH_OFF"], {
    zh: "用户当面付付款开关关闭",
    blame: ["payer"],
    retry: "newPayerCode",
  }),
  declined(["BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"], {
    zh: "买家付款日限额超限",
    blame: ["payer"],
    retry: "never",
    hints: ["C-PAY-13"],
  }),
  declined(["BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR"], {
    zh: "买家付款月额度超限",
    blame: ["payer"],
    retry: "never",
    hints: ["C-PAY-13"],
  }),
  declined(["BUYER_LIMIT_EXCEEDED", "PRODUCT_AMOUNT_LIMIT_ERROR", "REQUEST_AMOUNT_EXCEED"], {
    blame: ["payer", "merchant"],
    retry: "never",
    hints: ["C-PAY-13"],
  }),
  declined(["ERROR_BUYER_CERTIFY_LEVEL_LIMIT"], {
    zh: "买家未通过人行认证",
    blame: ["payer"],
    retry: "never",
  }),
  declined(["BUYER_NOT_EXIST", "NOT_CERTIFIED_USER", "BUYER_NOT_MAINLAND_CERT"], {
    blame: ["payer"],
    retry: "never",
  }),
  declined(["PAYMENT_REQUEST_HAS_RISK"], {
    zh: "支付有风险",
    blame: ["payer"],
    retry: "never",
    hints: ["C-RSK-01"],
  }),
];

export const payCodes: readonly CodeRow[] = [
  ...outOfSequence,
  ...payerCode,
  ...payerPurse,
  ...payerAccount,
  ...paySetupCodes,
];

// Business codes of alipay.trade.pay and alipay.trade.precreate that speak of the merchant’s set-up, of our request,
// or of products that a scanned code never uses; without their prefix "ACQ.".
import { declined, type CodeRow } from "./row.ts";

const merchantAccount: readonly CodeRow[] = [
  declined(["ACCESS_FORBIDDEN"], {
    zh: "无权限使用接口",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-MCH-05", "C-MCH-01"],
  }),
  declined(["SELLER_BEEN_BLOCKED"], {
    zh: "商家账号被冻结",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-ACC-02", "C-ACC-04", "C-ACC-01"],
  }),
  declined(["TOTAL_FEE_EXCEED"], {
    zh: "订单总金额超过限额",
    blame: ["merchant"],
    retry: "newOrder",
    hints: ["C-PAY-13"],
  }),
  declined(["BEYOND_PAY_RESTRICTION"], {
    zh: "商户收款额度超限",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-PAY-13"],
  }),
  declined(["BEYOND_PER_RECEIPT_RESTRICTION"], {
    zh: "商户收款金额超过月限额",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-PAY-13"],
  }),
  declined(["BEYOND_PER_RECEIPT_DAY_RESTRICTION", "BEYOND_PER_RECEIPT_SINGLE_RESTRICTION"], {
    blame: ["merchant"],
    retry: "never",
    hints: ["C-PAY-13"],
  }),
  declined(
    [
      "MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT",
      "MERCHANT_PERM_RECEIPT_SINGLE_LIMIT",
      "MERCHANT_PERM_RECEIPT_DAY_LIMIT",
    ],
    { blame: ["merchant"], retry: "never", hints: ["C-ACC-04", "C-PAY-13"] },
  ),
  declined(["MERCHANT_AGREEMENT_NOT_EXIST"], {
    zh: "商户协议不存在",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-MCH-05"],
  }),
  declined(["MERCHANT_AGREEMENT_INVALID"], {
    zh: "商户协议失效",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-MCH-05"],
  }),
  declined(["MERCHANT_STATUS_NOT_NORMAL"], {
    zh: "商户协议状态非正常",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-ACC-01", "C-MCH-05"],
  }),
  declined(["SECONDARY_MERCHANT_STATUS_ERROR"], {
    zh: "商户状态异常",
    blame: ["merchant"],
    retry: "never",
    hints: ["C-ACC-01"],
  }),
  declined(["RESTRICTED_MERCHANT_INDUSTRY"], {
    blame: ["merchant"],
    retry: "never",
    hints: ["C-MCH-10", "C-MCH-11"],
  }),
  declined(["TRADE_SETTLE_ERROR", "ROYALTY_ACCOUNT_NOT_EXIST"], {
    blame: ["merchant"],
    retry: "never",
    hints: ["C-ACC-05"],
  }),
  declined(["EXIST_FORBIDDEN_WORD"], { zh: "订单信息中包含违禁词", blame: ["merchant"], retry: "newOrder" }),
  declined(["INVALID_STORE_ID"], {
    zh: "商户门店编号无效",
    blame: ["merchant"],
    retry: "sameRequest",
    hints: ["C-MCH-03"],
  }),
  declined(["SELLER_NOT_EXIST", "INVALID_RECEIVE_ACCOUNT"], {
    blame: ["platform", "merchant"],
    retry: "sameRequest",
    hints: ["C-ACC-05", "C-MCH-03"],
  }),
];

const platformRequest: readonly CodeRow[] = [
  declined(["INVALID_PARAMETER"], {
    zh: "参数无效",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-MCH-03"],
  }),
  declined(["PARTNER_ERROR"], {
    zh: "应用APP_ID填写错误",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-MCH-03"],
  }),
  declined(["SUB_MERCHANT_CREATE_FAIL"], {
    zh: "二级商户创建失败",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-MCH-04"],
  }),
  declined(["SUB_MERCHANT_TYPE_INVALID"], {
    zh: "二级商户类型非法",
    blame: ["platform"],
    retry: "sameRequest",
    hints: ["C-MCH-04"],
  }),
  declined(
    [
      "SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID",
      "SECONDARY_MERCHANT_ID_INVALID",
      "SECONDARY_MERCHANT_ID_BLANK",
      "SECONDARY_MERCHANT_NOT_MATCH",
      "SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT",
      "PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID",
    ],
    { blame: ["platform", "merchant"], retry: "sameRequest", hints: ["C-MCH-04"] },
  ),
  declined(["CARD_USER_NOT_MATCH"], { zh: "脱机记录用户信息不匹配", blame: ["platform"], retry: "never" }),
  declined(["CARD_TYPE_ERROR"], { zh: "卡类型错误", blame: ["platform"], retry: "sameRequest" }),
  declined(["AMOUNT_OR_CURRENCY_ERROR"], {
    zh: "订单金额或币种信息错误",
    blame: ["platform"],
    retry: "sameRequest",
  }),
  declined(["CURRENCY_NOT_SUPPORT"], { zh: "订单币种不支持", blame: ["platform"], retry: "never" }),
  declined(["SUB_GOODS_SIZE_MAX_COUNT"], { blame: ["platform"], retry: "sameRequest" }),
  declined(["APPLY_PC_MERCHANT_CODE_ERROR", "DEFAULT_SETTLE_RULE_NOT_EXIST"], {
    blame: ["platform", "merchant"],
    retry: "sameRequest",
    hints: ["C-MCH-03"],
  }),
];

const otherProducts: readonly CodeRow[] = [
  declined(["AGREEMENT_NOT_EXIST"], { zh: "用户协议不存在", blame: ["payer", "merchant"], retry: "never" }),
  declined(["AGREEMENT_INVALID"], { zh: "用户协议失效", blame: ["payer", "merchant"], retry: "never" }),
  declined(["AGREEMENT_STATUS_NOT_NORMAL"], {
    zh: "用户协议状态非NORMAL",
    blame: ["payer", "merchant"],
    retry: "never",
  }),
  declined(["MERCHANT_UNSUPPORT_ADVANCE"], {
    zh: "先享后付2.0准入失败（商户）",
    blame: ["merchant"],
    retry: "never",
  }),
  declined(["BUYER_UNSUPPORT_ADVANCE"], {
    zh: "先享后付2.0准入失败（买家）",
    blame: ["payer"],
    retry: "never",
  }),
  declined(["ORDER_UNSUPPORT_ADVANCE"], {
    zh: "订单不支持先享后付垫资",
    blame: ["platform"],
    retry: "never",
  }),
  // Conversion of a pre-authorisation into a payment.
  declined(
    [
      "AUTH_NO_ERROR",
      "AUTH_AMOUNT_NOT_ENOUGH",
      "AUTH_TOKEN_IS_NOT_EXIST",
      "AUTH_ORDER_NOT_PAID",
      "AUTH_ORDER_HAS_FINISHED",
      "AUTH_ORDER_HAS_CLOSED",
      "PRE_AUTH_PROD_CODE_INCONSISTENT",
      "PAYER_UNMATCHED",
    ],
    { blame: ["platform"], retry: "never" },
  ),
  // Withholding products; a scanned code never meets them.
  declined(
    [
      "AGREEMENT_ERROR",
      "CYCLE_PAY_DATE_NOT_MATCH",
      "CYCLE_PAY_*",
      "OVER_MAX_DEDUCT_COUNT",
      "OVER_MAX_UNDER_WAY_DEDUCT_COUNT",
      "OVER_DEDUCT_PERIOD",
      "OVER_MERCHANT_DAILY_DEDUCT_AMOUNT",
    ],
    { blame: ["platform"], retry: "never" },
  ),
  // Face, credit and risk scenes.
  declined(
    [
      "SMILE_PAY_MERCHANT_NOT_MATCH",
      "ZM_*",
      "USER_LOGONID_DUP",
      "RISK_MERCHANT_IP_NOT_EXIST",
      "UN_SUPPORT_TRADE_SCENE",
    ],
    { blame: ["platform"], retry: "never" },
  ),
];

export const paySetupCodes: readonly CodeRow[] = [...merchantAccount, ...platformRequest, ...otherProducts];

// Codes of pre-authorisation (alipay.fund.auth.order.freeze and unfreeze), which come without the prefix "ACQ.".
import { declined, notFound, unknown, type CodeRow } from "./row.ts";

const preAuthorisation = {
  reference: "Alipay alipay.fund.auth.order.freeze and unfreeze, business error codes",
} as const;

export const preAuthorisationCodes: readonly CodeRow[] = [
  unknown(["SYSTEM_ERROR", "FREEZE_ALREADY_SUCCESS", "ILLEGAL_STATUS"], {
    ...preAuthorisation,
    blame: ["platform"],
    retry: "queryFirst",
  }),
  declined(["ILLEGAL_ARGUMENT"], { ...preAuthorisation, blame: ["platform"], retry: "sameRequest" }),
  declined(["UNIQUE_VIOLATION"], {
    ...preAuthorisation,
    blame: ["platform"],
    retry: "newOrder",
    hints: ["C-X-02"],
  }),
  declined(["ORDER_ALREADY_CLOSED", "ORDER_ALREADY_FINISH"], {
    ...preAuthorisation,
    blame: ["platform"],
    retry: "newOrder",
  }),
  declined(["PAYMENT_AUTH_CODE_INVALID", "PAYER_NOT_EXIST"], {
    ...preAuthorisation,
    blame: ["payer"],
    retry: "newPayerCode",
    hints: ["C-X-01"],
  }),
  declined(
    [
      "MONEY_NOT_ENOUGH",
      "PAYER_USER_STATUS_LIMIT",
      "ERROR_BALANCE_PAYMENT_DISABLE",
      "USER_FACE_PAYMENT_SWITCH_OFF",
      "PULL_MOBILE_CASHIER_FAIL",
      "CLIENT_VERSION_NOT_MATCH",
      "NO_PAYMENT_INSTRUMENTS_AVAILABLE",
    ],
    { ...preAuthorisation, blame: ["payer"], retry: "newPayerCode" },
  ),
  declined(["PAYEE_NOT_EXIST", "PAYEE_USER_STATUS_LIMIT", "PAYER_PAYEE_EQUAL", "ACCESS_FORBIDDEN"], {
    ...preAuthorisation,
    blame: ["merchant"],
    retry: "never",
  }),
  declined(
    [
      "SUB_MERCHANT_ORG_ID_ERROR",
      "SUB_MERCHANT_LEVEL_ERROR",
      "SUB_MERCHANT_NO_PERMISSION",
      "MERCHANT_STATUS_ERROR",
    ],
    {
      ...preAuthorisation,
      blame: ["platform", "merchant"],
      retry: "afterFix",
    },
  ),
  declined(["REQUEST_AMOUNT_EXCEED"], { ...preAuthorisation, blame: ["platform"], retry: "never" }),
  notFound(["AUTH_ORDER_NOT_EXIST", "AUTH_OPERATION_NOT_EXIST"], {
    ...preAuthorisation,
    blame: ["platform"],
    retry: "queryFirst",
  }),
];

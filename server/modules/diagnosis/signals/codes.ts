// What the channel's codes mean, by its documents: a code is taken for what it says and for nothing more. Two of them say
// that something failed without saying why; the others name the matter, and rarely the reason behind it.
// Sources: Alipay, business error codes of alipay.trade.pay; WeChat Pay, error codes of code pay in APIv2 (err_code) and APIv3
// (code); UnionPay, response codes of its interface specification. The same text means different things at different networks.
import { channelWords, type ChannelCode } from "@huiyin/contract/words.ts";
import type { CaseFile, Instant, Observation, PaymentFacts, Signal } from "../model.ts";
import { diagnosisLimits } from "../limits.ts";
import { clock, no, seconds, yes } from "./reading.ts";

export type CodeMeaning =
  | "noInstrument"
  | "payerCodeRefused"
  | "balanceShort"
  | "cardShort"
  | "payerForbidden"
  | "riskRefused"
  | "payerDayLimit"
  | "payerMonthLimit"
  | "payerLimit"
  | "merchantLimit"
  | "amountLimit"
  | "merchantBlocked";

const alipayMeanings: ReadonlyMap<string, CodeMeaning> = new Map([
  ["ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "noInstrument"],
  ["ACQ.NOT_SUPPORT_PAYMENT_INST", "noInstrument"],
  ["ACQ.PAYMENT_AUTH_CODE_INVALID", "payerCodeRefused"],
  ["ACQ.ILLEGAL_AUTH_CODE", "payerCodeRefused"],
  ["ACQ.AUTH_CODE_INVALID_OR_EXPIRE", "payerCodeRefused"],
  ["ACQ.CERT_EXPIRED", "payerCodeRefused"],
  ["ACQ.BUYER_BALANCE_NOT_ENOUGH", "balanceShort"],
  ["ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "cardShort"],
  ["ACQ.BUYER_ENABLE_STATUS_FORBID", "payerForbidden"],
  ["ACQ.PAYMENT_REQUEST_HAS_RISK", "riskRefused"],
  ["ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "payerDayLimit"],
  ["ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "payerMonthLimit"],
  ["ACQ.BUYER_LIMIT_EXCEEDED", "payerLimit"],
  ["ACQ.BEYOND_PAY_RESTRICTION", "merchantLimit"],
  ["ACQ.BEYOND_PER_RECEIPT_RESTRICTION", "merchantLimit"],
  ["ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION", "merchantLimit"],
  ["ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION", "merchantLimit"],
  ["ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT", "merchantLimit"],
  ["ACQ.MERCHANT_PERM_RECEIPT_SINGLE_LIMIT", "merchantLimit"],
  ["ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT", "merchantLimit"],
  ["ACQ.TOTAL_FEE_EXCEED", "amountLimit"],
  ["ACQ.PRODUCT_AMOUNT_LIMIT_ERROR", "amountLimit"],
  ["ACQ.REQUEST_AMOUNT_EXCEED", "amountLimit"],
  ["ACQ.SELLER_BEEN_BLOCKED", "merchantBlocked"],
]);

const wechatMeanings: ReadonlyMap<string, CodeMeaning> = new Map([
  ["AUTHCODEEXPIRE", "payerCodeRefused"],
  ["AUTH_CODE_EXPIRE", "payerCodeRefused"],
  ["AUTH_CODE_ERROR", "payerCodeRefused"],
  ["AUTH_CODE_INVALID", "payerCodeRefused"],
  ["NOTENOUGH", "balanceShort"],
  ["NOT_ENOUGH", "balanceShort"],
  ["RULELIMIT", "riskRefused"],
  ["RULE_LIMIT", "riskRefused"],
  ["USER_ACCOUNT_ABNORMAL", "payerForbidden"],
  ["ACCOUNT_ERROR", "payerForbidden"],
]);

const unionpayMeanings: ReadonlyMap<string, CodeMeaning> = new Map([
  ["33", "amountLimit"],
  ["38", "riskRefused"],
  ["63", "payerForbidden"],
  ["64", "cardShort"],
]);

const meanings: Readonly<Record<ChannelCode, ReadonlyMap<string, CodeMeaning>>> = {
  alipay: alipayMeanings,
  wechat: wechatMeanings,
  unionpay: unionpayMeanings,
};

/** What the code of a refused payment means; null where it was not refused, or the code is not one of these. */
export function meaningOf(payment: PaymentFacts | null): CodeMeaning | null {
  if (payment?.state !== "failed" || payment.code === null) return null;
  return meanings[payment.channel].get(payment.code) ?? null;
}

/** The channel's own code and words, as they came. */
export function codeWords({ code, message }: PaymentFacts): string {
  return `${code ?? "—"} ${message ?? ""}`.trim();
}

export function endOf(payment: PaymentFacts): Instant {
  return payment.finishedAt ?? payment.createdAt;
}

/** Yes where the code means one of these, no where the refusal had another code. */
function says(wanted: readonly CodeMeaning[], zh: string, en: string): Signal["read"] {
  return ({ payment }: CaseFile): Observation | null => {
    if (payment?.state !== "failed") return null;
    const meaning = meaningOf(payment);
    const at = endOf(payment);
    const words = codeWords(payment);
    return meaning !== null && wanted.includes(meaning)
      ? yes(at, `${zh}（${words}）`, `${en} (${words})`)
      : no(at, `渠道返回的是另一个代码（${words}）`, `The channel answered with another code (${words})`);
  };
}

function otherCode({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "failed" || payment.code === null || meaningOf(payment) !== null) return null;
  const words = codeWords(payment);
  return yes(endOf(payment), `渠道返回 ${words}`, `The channel answered ${words}`);
}

/** The same refusal for risk, to other payers of this shop: then it is hardly this payer. */
function riskToOthers({ payment, around }: CaseFile): Observation | null {
  if (payment === null || meaningOf(payment) !== "riskRefused") return null;
  const others = around.filter(
    (other) => meaningOf(other) === "riskRefused" && other.payerCodeMasked !== payment.payerCodeMasked,
  );
  const last = others.at(-1);
  const at = last?.createdAt ?? payment.createdAt;
  return last
    ? yes(
        at,
        `24 小时内本店另有 ${others.length} 笔被渠道以同样的风险理由拒绝，付款码各不相同`,
        `Within 24 hours ${others.length} other payments here, from other payer codes, were refused for the same risk`,
      )
    : no(
        at,
        "24 小时内本店没有别的顾客因风险被拒绝",
        "No other customer was refused for risk here within 24 hours",
      );
}

/** Somebody else paid here shortly afterwards: the shop's account can take money. */
function othersPaidHere({ payment, around }: CaseFile): Observation | null {
  if (payment === null || meaningOf(payment) !== "merchantBlocked") return null;
  const paid = around.find(
    (other) =>
      other.state === "succeeded" &&
      other.channel === payment.channel &&
      other.createdAt > payment.createdAt &&
      seconds(payment.createdAt, other.createdAt) <= diagnosisLimits.nextAttemptSeconds,
  );
  return paid
    ? yes(
        paid.createdAt,
        `${clock(paid.createdAt)} 本店另一笔${channelWords[paid.channel].zh}收款成功`,
        `${clock(paid.createdAt)} another ${channelWords[paid.channel].en} payment went through here`,
      )
    : null;
}

const code = { evidence: "E01", witness: "channelCode", outside: 0.01 } as const;

export const codeSignals: Readonly<Record<string, Signal>> = {
  noInstrument: {
    ...code,
    read: says(
      ["noInstrument"],
      "渠道返回“没有可用的支付工具”，没有说明原因",
      "The channel answered “no payment instrument available” and gave no reason",
    ),
    leak: 0.005,
    outside: 0.05,
  },
  payerCodeRefused: {
    ...code,
    read: says(["payerCodeRefused"], "渠道说付款码无效", "The channel says that the payer code is not valid"),
    leak: 0.002,
  },
  payerMoneyShort: {
    ...code,
    read: says(
      ["balanceShort", "cardShort"],
      "渠道说付款人选用的余额或银行卡里钱不够",
      "The channel says that the balance or card the payer chose does not hold enough",
    ),
    leak: 0.002,
  },
  payerForbidden: {
    ...code,
    read: says(
      ["payerForbidden"],
      "渠道说付款人的账户状态不允许付款",
      "The channel says that the state of the payer’s account does not allow payments",
    ),
    leak: 0.001,
  },
  riskRefused: {
    ...code,
    read: says(
      ["riskRefused"],
      "渠道的风控没有放行这笔付款",
      "The channel’s risk control stopped this payment",
    ),
    leak: 0.001,
    outside: 0.02,
  },
  riskToOthers: { evidence: "E32", witness: "comparison", read: riskToOthers, leak: 0.02, outside: 0.5 },
  limitExceeded: {
    ...code,
    read: says(
      ["payerDayLimit", "payerMonthLimit", "payerLimit", "merchantLimit", "amountLimit"],
      "渠道说超过了限额",
      "The channel says that a limit is exceeded",
    ),
    leak: 0.002,
  },
  merchantBlocked: {
    ...code,
    read: says(
      ["merchantBlocked"],
      "渠道说商户的账户被冻结",
      "The channel says that the merchant’s account is frozen",
    ),
    leak: 0.001,
  },
  othersPaidHere: { evidence: "E32", witness: "comparison", read: othersPaidHere, leak: 0.6, outside: 0.6 },
  otherCode: { ...code, read: otherCode, leak: 0.01, outside: 0.6 },
};

// What UnionPay says when it refuses: the response code of each reason of the books. The wire carries less than the truth.
import { meaningOf } from "@huiyin/server/channels/unionpay/codes.ts";
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { RefusalReason } from "../book/model.ts";

/** A response code with its text. */
export type Response = Readonly<{ respCode: string; respMsg: string }>;

/** The response in UnionPay’s own words, with the number that its texts end in. */
export function responseOf(respCode: string, message?: string): Response {
  const text = message ?? meaningOf(respCode)?.zh;
  assert(text !== undefined, `no text for ${respCode}`);
  return { respCode, respMsg: `${text}[${respCode.padStart(2, "0")}00000]` };
}

const codes: Readonly<Record<RefusalReason, string>> = {
  parameterInvalid: "10",
  amountTooLarge: "33",
  facePayNotOpen: "32",
  merchantBlocked: "31",
  sellerUnknown: "31",
  contentDiffers: "12",
  alreadyPaid: "12",
  alreadyClosed: "12",
  payerDiffers: "12",
  expiryPassed: "10",
  codeInvalid: "44",
  payerFrozen: "63",
  payerRestricted: "38",
  payerIsSeller: "30",
  balanceShort: "64",
  cardShort: "64",
  cardUnknown: "61",
  huabeiClosedAtMerchant: "68",
  huabeiClosedForPayer: "68",
  huabeiCreditShort: "68",
  huabeiInstalmentNotOpen: "68",
  sourceShutOut: "68",
  tradeUnknown: "34",
  tradeFinished: "35",
  cancelTooEarly: "35",
  cancelTooLate: "35",
  tradeNotPaid: "35",
  tradeNotWaiting: "35",
  tradeClosedAlready: "45",
  refundAmountInvalid: "36",
  refundNumberMissing: "13",
  refundNumberReused: "12",
  refundExceedsRest: "36",
  refundsTooMany: "35",
  // UnionPay documents no code for it.
  merchantBalanceShort: "99",
  merchantFrozen: "31",
  creditTermsDiffer: "12",
};

/** UnionPay’s words for a reason. */
export function responseFor(reason: RefusalReason): Response {
  return responseOf(codes[reason]);
}

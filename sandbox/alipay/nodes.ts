// What the nodes of several answers have in common: their shape, who paid, and with what.
import { cardOf } from "../book/funding.ts";
import type { BookAnswer, Trade, Wallet } from "../book/model.ts";
import type { Operation } from "../faults/model.ts";
import type { GatewayError } from "./admission.ts";
import type { AskedFor } from "./reading.ts";

/** One answer node before it is turned into text. */
export type Node = Readonly<Record<string, unknown>>;

export type AnswerQuestion = Readonly<{
  operation: Operation;
  /** As the caller wrote it: repeated in refusals. */
  outTradeNo: string;
  answer: BookAnswer;
  /** The payer of the trade, where there is one. */
  wallet: Wallet | null;
  askedFor: AskedFor;
}>;

export const success = { code: "10000", msg: "Success" };

/** The node of a gateway error. */
export function errorNode(error: GatewayError): Node {
  return { code: error.code, msg: error.message, sub_code: error.subCode, sub_msg: error.subMessage };
}

/** Who paid what. */
export function identity(trade: Trade, wallet: Wallet | null): Node {
  return {
    buyer_logon_id: wallet?.logonId ?? "",
    buyer_user_id: wallet?.buyerUserId ?? "",
    out_trade_no: trade.outTradeNo,
    trade_no: trade.tradeNo,
  };
}

/** Alipay’s name for the means that paid. */
export function fundBillOf(
  trade: Trade,
  wallet: Wallet,
): Readonly<{ channel: string; fundType: string | null }> {
  if (trade.funding === "balance") return { channel: "ALIPAYACCOUNT", fundType: null };
  if (trade.funding === "huabei") return { channel: "PCREDIT", fundType: null };
  const card = trade.funding === "" ? undefined : cardOf(wallet, trade.funding);
  return { channel: "BANKCARD", fundType: card?.kind === "credit" ? "CREDIT_CARD" : "DEBIT_CARD" };
}

// The nodes of Alipay’s answers, built from what the books decided. Field order and spelling as on the real wire.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { fen, yuanText } from "@huiyin/server/kernel/money.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import { cardOf } from "../book/funding.ts";
import type { BookAnswer, RefusalReason, Trade, Wallet } from "../book/model.ts";
import type { GatewayError, Operation } from "./admission.ts";
import { subCodeOf } from "./refusals.ts";

/** One answer node before it is turned into text. */
export type Node = Readonly<Record<string, unknown>>;

export type AnswerQuestion = Readonly<{
  operation: Operation;
  /** As the caller wrote it: repeated in refusals. */
  outTradeNo: string;
  answer: BookAnswer;
  /** The payer of the trade, where there is one. */
  wallet: Wallet | null;
  fundBill: "shown" | "hidden";
}>;

/** The node that answers one business request. */
export function answerNode(question: AnswerQuestion): Node {
  const { answer } = question;
  switch (answer.kind) {
    case "refused":
      return refusedNode(question.operation, answer.reason, question.outTradeNo);
    case "cancelled":
      return cancelledNode(answer);
    case "trade":
      return question.operation === "pay"
        ? payNode(answer.trade, question)
        : { ...success, ...queryFields(answer.trade, question) };
    default:
      return unreachable(answer);
  }
}

const success = { code: "10000", msg: "Success" };

/** The node of a gateway error. */
export function errorNode(error: GatewayError): Node {
  return { code: error.code, msg: error.message, sub_code: error.subCode, sub_msg: error.subMessage };
}

/** What Alipay answers while it is under maintenance: the outcome is unknown to the caller. */
export function unavailableNode(): Node {
  return {
    code: "20000",
    msg: "Service Currently Unavailable",
    sub_code: "isp.unknow-error",
    sub_msg: "系统繁忙",
  };
}

function refusedNode(operation: Operation, reason: RefusalReason, outTradeNo: string): Node {
  const { subCode, subMessage } = subCodeOf(reason);
  const node = { code: "40004", msg: "Business Failed", sub_code: subCode, sub_msg: subMessage };
  if (operation === "cancel") return { ...node, out_trade_no: outTradeNo, retry_flag: "N" };
  // Real refusals repeat the caller’s number and carry empty money fields.
  return {
    ...node,
    ...(operation === "pay" ? { buyer_pay_amount: "0.00", invoice_amount: "0.00" } : {}),
    out_trade_no: outTradeNo,
    point_amount: "0.00",
    receipt_amount: "0.00",
  };
}

function cancelledNode(answer: Extract<BookAnswer, { kind: "cancelled" }>): Node {
  const action = answer.action === "none" ? {} : { action: answer.action };
  const tradeNo = answer.tradeNo === "" ? {} : { trade_no: answer.tradeNo };
  return { ...success, ...action, out_trade_no: answer.outTradeNo, retry_flag: "N", ...tradeNo };
}

function payNode(trade: Trade, question: AnswerQuestion): Node {
  if (trade.status === "WAIT_BUYER_PAY") {
    return {
      code: "10003",
      msg: "order success pay inprocess",
      ...identity(trade, question.wallet),
      ...unpaid(trade),
    };
  }
  return {
    ...success,
    ...identity(trade, question.wallet),
    ...amounts(trade),
    ...fundBillList(trade, question),
    gmt_payment: beijingTime(new Date(trade.paidAtMs)),
  };
}

function queryFields(trade: Trade, question: AnswerQuestion): Node {
  const fields = { ...identity(trade, question.wallet), trade_status: trade.status };
  if (trade.paidAtMs === 0) return { ...fields, ...unpaid(trade) };
  const sendPayDate = beijingTime(new Date(trade.paidAtMs));
  return { ...fields, ...amounts(trade), ...fundBillList(trade, question), send_pay_date: sendPayDate };
}

function identity(trade: Trade, wallet: Wallet | null): Node {
  return {
    buyer_logon_id: wallet?.logonId ?? "",
    buyer_user_id: wallet?.buyerUserId ?? "",
    out_trade_no: trade.outTradeNo,
    trade_no: trade.tradeNo,
  };
}

function amounts(trade: Trade): Node {
  const amount = yuanText(fen(trade.amountFen));
  return {
    buyer_pay_amount: amount,
    invoice_amount: amount,
    point_amount: "0.00",
    receipt_amount: amount,
    total_amount: amount,
  };
}

function unpaid(trade: Trade): Node {
  return {
    buyer_pay_amount: "0.00",
    invoice_amount: "0.00",
    point_amount: "0.00",
    receipt_amount: "0.00",
    total_amount: yuanText(fen(trade.amountFen)),
  };
}

/** Only where the contract grants it or query_options asked for it, as Alipay does. */
function fundBillList(trade: Trade, question: AnswerQuestion): Node {
  if (question.fundBill === "hidden" || question.wallet === null) return {};
  const { channel, fundType } = fundBillOf(trade, question.wallet);
  const amount = yuanText(fen(trade.amountFen));
  const type = fundType === null ? {} : { fund_type: fundType };
  return { fund_bill_list: [{ amount, fund_channel: channel, ...type }] };
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

// The nodes of Alipay’s answers, built from what the books decided. Field order and spelling as on the real wire.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { fen, yuanText } from "@huiyin/server/kernel/money.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import type { BookAnswer, RefusalReason, Trade } from "../book/model.ts";
import type { Operation } from "../faults/model.ts";
import type { GatewayError } from "./admission.ts";
import { errorNode, fundBillOf, identity, success, type AnswerQuestion, type Node } from "./nodes.ts";
import { refundedNode, refundFoundNode } from "./refundAnswers.ts";
import { subCodeOf } from "./refusals.ts";

/** The node that answers one business request. */
export function answerNode(question: AnswerQuestion): Node {
  const { answer } = question;
  switch (answer.kind) {
    case "refused":
      return refusedNode(question.operation, answer.reason, question.outTradeNo);
    case "cancelled":
      return cancelledNode(answer);
    case "closed":
      return { ...success, out_trade_no: answer.trade.outTradeNo, trade_no: answer.trade.tradeNo };
    case "refunded":
      return { ...success, ...refundedNode(answer, question) };
    case "refundFound":
      return { ...success, ...refundFoundNode(answer, question) };
    case "offered":
      return { ...success, out_trade_no: answer.offer.order.outTradeNo, qr_code: answer.offer.codeUrl };
    case "trade":
      return question.operation === "pay"
        ? payNode(answer.trade, question)
        : { ...success, ...queryFields(answer.trade, question) };
    default:
      return unreachable(answer);
  }
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
  return failedNode(
    operation,
    { code: "40004", message: "Business Failed", subCode, subMessage },
    outTradeNo,
  );
}

/** A refusal in the shape of the method. */
export function failedNode(operation: Operation, error: GatewayError, outTradeNo: string): Node {
  const node = errorNode(error);
  if (operation === "cancel") return { ...node, out_trade_no: outTradeNo, retry_flag: "N" };
  if (operation === "refund" || operation === "refundQuery") {
    return {
      ...node,
      out_trade_no: outTradeNo,
      ...(operation === "refund" ? { refund_fee: "0.00" } : {}),
      send_back_fee: "0.00",
    };
  }
  if (operation === "precreate" || operation === "close") return { ...node, out_trade_no: outTradeNo };
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
  const bills = fundBillList(trade, question);
  return { ...fields, ...amounts(trade), ...bills, ...instalmentInfo(trade), send_pay_date: sendPayDate };
}

/** Comes by agreement with Alipay; the sandbox’s merchants have it. */
function instalmentInfo(trade: Trade): Node {
  if (trade.instalments === null || trade.funding !== "huabei") return {};
  const info = {
    fq_amount: yuanText(fen(trade.amountFen)),
    user_install_num: String(trade.instalments.months),
  };
  return { hb_fq_pay_info: info };
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
  if (question.askedFor.fundBill === "no" || question.wallet === null) return {};
  const { channel, fundType } = fundBillOf(trade, question.wallet);
  const amount = yuanText(fen(trade.amountFen));
  const type = fundType === null ? {} : { fund_type: fundType };
  return { fund_bill_list: [{ amount, fund_channel: channel, ...type }] };
}

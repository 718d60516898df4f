// The nodes that answer alipay.trade.refund and alipay.trade.fastpay.refund.query.
import { fen, yuanText } from "@huiyin/server/kernel/money.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import type { BookAnswer, Refund, Trade, Wallet } from "../book/model.ts";
import { fundBillOf, identity, type AnswerQuestion, type Node } from "./nodes.ts";

/**
 * `refund_fee` is everything that went back of this trade so far, `send_back_fee` what this refund sent out;
 * `fund_change` tells whether anything moved this time.
 */
export function refundedNode(
  { trade, refund, moved }: Extract<BookAnswer, { kind: "refunded" }>,
  question: AnswerQuestion,
): Node {
  return {
    ...identity(trade, question.wallet),
    fund_change: moved === "now" ? "Y" : "N",
    gmt_refund_pay: beijingTime(new Date(refund.atMs)),
    refund_fee: yuanText(fen(trade.refundedFen)),
    ...detail(trade, refund, question),
    send_back_fee: yuanText(fen(moved === "now" ? refund.amountFen : 0n)),
  };
}

/** Of a refund that does not exist Alipay says nothing at all: success, and no field. */
export function refundFoundNode(
  { trade, refund }: Extract<BookAnswer, { kind: "refundFound" }>,
  question: AnswerQuestion,
): Node {
  if (refund === null) return {};
  const reason = refund.reason === "" ? {} : { refund_reason: refund.reason };
  return {
    gmt_refund_pay: beijingTime(new Date(refund.atMs)),
    out_request_no: refund.requestNo,
    out_trade_no: trade.outTradeNo,
    refund_amount: yuanText(fen(refund.amountFen)),
    ...detail(trade, refund, question),
    ...reason,
    refund_status: "REFUND_SUCCESS",
    send_back_fee: yuanText(fen(refund.amountFen)),
    total_amount: yuanText(fen(trade.amountFen)),
    trade_no: trade.tradeNo,
  };
}

/** Where the money went back to; only where query_options asks for it. */
function detail(trade: Trade, refund: Refund, { askedFor, wallet }: AnswerQuestion): Node {
  if (askedFor.refundDetail === "no" || wallet === null) return {};
  return { refund_detail_item_list: [itemOf(trade, wallet, refund)] };
}

function itemOf(trade: Trade, wallet: Wallet, refund: Refund): Node {
  const { channel, fundType } = fundBillOf(trade, wallet);
  const type = fundType === null ? {} : { fund_type: fundType };
  return { amount: yuanText(fen(refund.amountFen)), fund_channel: channel, ...type };
}

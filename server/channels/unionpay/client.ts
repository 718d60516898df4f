// UnionPay’s QR payments behind the channel port: pay with a payer code, a code to show, query, reversal, refund, settlement
// files, notifications. Stateless and never throwing for anything the world does: every failure becomes "unknown", named.
import type { Channel, ChannelIo, Exchange, OrderReference, RefundRequest, Reply } from "../port.ts";
import { outcomeOfCharge, outcomeOfCode, outcomeOfQuery, outcomeOfReversal } from "./answers.ts";
import { outcomeOfBill } from "./billAnswer.ts";
import {
  chargeContent,
  codeContent,
  fileContent,
  orderName,
  queryContent,
  refundContent,
  refundName,
  refundQueryContent,
  reversalContent,
} from "./contents.ts";
import { unionpayManifest } from "./manifest.ts";
import { readNotification } from "./notification.ts";
import { probe } from "./probe.ts";
import { outcomeOfRefund, outcomeOfRefundQuery } from "./refundAnswers.ts";
import { exchanged } from "./wire.ts";

/** Nineteen digits that begin with 62. */
const payerCodePattern = /^62[0-9]{17}$/;

/** Room for a settlement file of a busy day, in bytes. */
const fileReplyBytesMax = 16 * 1_024 * 1_024;

export const unionpay: Channel = {
  manifest: unionpayManifest,
  recognises: (payerCode) => payerCodePattern.test(payerCode),

  async charge(io, account, request) {
    const content = chargeContent(account, request);
    const call = { operation: "charge", endpoint: "transaction", content } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const expected = { account, name: orderName(request), amount: request.amount };
    return { outcome: outcomeOfCharge(answer, expected, request.sendHistory ?? "first"), exchange };
  },

  async query(io, account, order) {
    const content = queryContent(account, orderName(order));
    const call = { operation: "query", endpoint: "query", content } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: outcomeOfQuery(answer, { account, name: orderName(order) }), exchange };
  },

  // The reversal alone, of a payment whose outcome is unclear: what is known to be paid is voided or refunded.
  async cancel(io, account, order) {
    const content = reversalContent(account, order);
    const call = { operation: "cancel", endpoint: "transaction", content } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: outcomeOfReversal(answer, { account, name: orderName(order) }), exchange };
  },

  async refund(io, account, request) {
    const { channelTradeNo } = request.order;
    // UnionPay knows a payment that is refunded by its own number alone. Nothing is sent without it.
    if (channelTradeNo === null || channelTradeNo === undefined || channelTradeNo === "")
      return notSent(io, request);
    const content = refundContent(account, request, channelTradeNo);
    const call = { operation: "refund", endpoint: "transaction", content } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const expected = { account, name: refundName(request) };
    return { outcome: outcomeOfRefund(answer, expected, request.sendHistory), exchange };
  },

  async refundQuery(io, account, request) {
    const content = refundQueryContent(account, request);
    const call = { operation: "refundQuery", endpoint: "query", content } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: outcomeOfRefundQuery(answer, { account, name: refundName(request) }), exchange };
  },

  async precreate(io, account, request) {
    const content = codeContent(account, request);
    const call = { operation: "precreate", endpoint: "transaction", content } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: outcomeOfCode(answer, { account, name: orderName(request) }), exchange };
  },

  // This network closes nothing: a code that is shown ends by its own expiry, a payment is reversed.
  close: (io, _account, order) => Promise.resolve(notOffered(io, order)),

  async bill(io, account, { day }) {
    const content = fileContent(account, day, io.now());
    const { answer, exchange } = await exchanged(io, account, {
      ...{ operation: "bill", endpoint: "file", content },
      replyBytesMax: fileReplyBytesMax,
    });
    return { outcome: await outcomeOfBill(answer, { merId: account["merId"] ?? "", day }), exchange };
  },

  probe,
  readCallback: readNotification,

  // Any answer with status 200 ends the repetition; otherwise UnionPay comes again, five times within seven minutes.
  answerCallback: (result) =>
    result === "processed"
      ? { status: 200, contentType: "text/plain", body: "ok" }
      : { status: 503, contentType: "text/plain", body: "fail" },
};

function notSent(
  io: ChannelIo,
  { order, channelRefundNo }: RefundRequest,
): Reply<Readonly<{ kind: "unknown"; reason: string; words: null }>> {
  const problem = "not sent: UnionPay’s number of the payment is not known";
  const request = { orderId: channelRefundNo, paymentOrderId: order.channelOrderNo };
  return {
    outcome: { kind: "unknown", reason: problem, words: null },
    exchange: unsent(io, "refund", request, problem),
  };
}

function notOffered(
  io: ChannelIo,
  { channelOrderNo }: OrderReference,
): Reply<
  Readonly<{ kind: "refused"; words: { code: string; message: string }; causeHints: readonly string[] }>
> {
  const words = { code: "", message: "银联不支持关闭订单 UnionPay has no close" };
  const exchange = unsent(io, "close", { orderId: channelOrderNo }, "not sent: UnionPay has no close");
  return { outcome: { kind: "refused", words, causeHints: [] }, exchange };
}

function unsent(
  io: ChannelIo,
  operation: Exchange["operation"],
  request: Exchange["request"],
  problem: string,
): Exchange {
  return {
    operation,
    sentAt: io.now(),
    receivedAt: null,
    request,
    response: null,
    httpStatus: null,
    problem,
  };
}

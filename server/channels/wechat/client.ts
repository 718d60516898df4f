// WeChat Pay behind the channel port: code pay, a code to show, query, reversal, close, refund, notices; in v2 and in v3.
// Stateless and never throwing for anything the world does: every failure on the way becomes "unknown", named.
import type {
  CancelOutcome,
  Channel,
  ChannelAccount,
  ChannelIo,
  Exchange,
  OrderReference,
  PrecreateOutcome,
  PrecreateRequest,
  Reply,
} from "../port.ts";
import { codePayGenerationOf, otherGenerationOf, partyOf } from "./account.ts";
import {
  outcomeOfClose,
  outcomeOfPage,
  outcomeOfPay,
  outcomeOfPrecreate,
  outcomeOfQuery,
  outcomeOfReverse,
} from "./answers.ts";
import { bill } from "./bill/download.ts";
import { answerCallback, readCallback } from "./callbacks.ts";
import { payerPages } from "./pages.ts";
import type { Generation } from "./codes.ts";
import { wechatManifest } from "./manifest.ts";
import { probe } from "./probe.ts";
import { outcomeOfRefund, outcomeOfRefundQuery } from "./refundAnswers.ts";
import { reversalTooSoon } from "./timetables.ts";
import * as v2 from "./v2/contents.ts";
import { exchangedV2, type V2Exchange } from "./v2/wire.ts";
import * as v3 from "./v3/contents.ts";
import { v3Call, type V3CallName } from "./v3/routes.ts";
import { exchangedV3 } from "./v3/wire.ts";
import type { Exchanged } from "./wire.ts";

/** Digits of a payer code: 18, beginning with 10 to 15. */
const payerCodePattern = /^1[0-5][0-9]{16}$/;

export const wechat: Channel = {
  manifest: wechatManifest,
  recognises: (payerCode) => payerCodePattern.test(payerCode),

  async charge(io, account, request) {
    const { channelOrderNo, amount, sendHistory = "first" } = request;
    const { answer, exchange } = await asked(io, account, {
      operation: "charge",
      generation: codePayGenerationOf(account),
      v2: { call: "micropay", fields: v2.micropayFields(request) },
      v3: { call: "codepay", body: () => v3.codepayBody(account, request) },
    });
    return reply(
      outcomeOfPay(answer, { ...at(io, exchange), channelOrderNo, amount }, sendHistory),
      exchange,
    );
  },

  async query(io, account, order) {
    const { channelOrderNo } = order;
    const { answer, exchange } = await asked(io, account, {
      operation: "query",
      generation: codePayGenerationOf(account),
      v2: { call: "orderquery", fields: v2.orderNoFields(order) },
      v3: { call: "query", number: channelOrderNo, query: v3.orderQuery(account) },
    });
    return reply(outcomeOfQuery(answer, { ...at(io, exchange), channelOrderNo }), exchange);
  },

  async cancel(io, account, order) {
    const now = io.now();
    // Nothing is sent: the payment may still be on its way, and a reversal that overtakes it undoes nothing.
    if (reversalTooSoon(order.orderedAt, now) === "yes") return tooSoon(order, now);
    const { channelOrderNo } = order;
    const { answer, exchange } = await asked(io, account, {
      operation: "cancel",
      generation: codePayGenerationOf(account),
      v2: { call: "reverse", fields: v2.orderNoFields(order) },
      v3: { call: "reverse", number: channelOrderNo, body: () => v3.reverseBody(account) },
    });
    return reply(outcomeOfReverse(answer, { ...at(io, exchange), channelOrderNo }), exchange);
  },

  async refund(io, account, request) {
    const { answer, exchange } = await asked(io, account, {
      operation: "refund",
      generation: otherGenerationOf(account),
      v2: { call: "refund", fields: v2.refundFields(request) },
      v3: { call: "refund", body: () => v3.refundBody(account, request) },
    });
    const { order, channelRefundNo, amount, sendHistory } = request;
    const { channelOrderNo } = order;
    const expected = { ...at(io, exchange), channelOrderNo, channelRefundNo, amount };
    return reply(outcomeOfRefund(answer, expected, sendHistory), exchange);
  },

  async refundQuery(io, account, request) {
    const { order, channelRefundNo } = request;
    const { answer, exchange } = await asked(io, account, {
      operation: "refundQuery",
      generation: otherGenerationOf(account),
      v2: { call: "refundquery", fields: v2.refundqueryFields(request) },
      v3: { call: "refundQuery", number: channelRefundNo, query: v3.refundQuery(account) },
    });
    const expected = { ...at(io, exchange), channelOrderNo: order.channelOrderNo, channelRefundNo };
    return reply(outcomeOfRefundQuery(answer, expected), exchange);
  },

  async precreate(io, account, request) {
    if (request.page !== undefined) return pageOrder(io, account, request, request.page.payerId);
    // Only v2 can keep credit cards out of a code.
    const v2Wanted = request.creditAcceptance === "refused" && (account["apiKeyV2"] ?? "") !== "";
    const { answer, exchange } = await asked(io, account, {
      operation: "precreate",
      generation: v2Wanted ? "v2" : otherGenerationOf(account),
      v2: { call: "unifiedorder", fields: v2.unifiedorderFields(request) },
      v3: { call: "native", body: () => v3.nativeBody(account, request) },
    });
    const { channelOrderNo } = request;
    return reply(outcomeOfPrecreate(answer, { ...at(io, exchange), channelOrderNo }), exchange);
  },

  async close(io, account, order) {
    const { channelOrderNo } = order;
    const { answer, exchange } = await asked(io, account, {
      operation: "close",
      generation: otherGenerationOf(account),
      v2: { call: "closeorder", fields: v2.orderNoFields(order) },
      v3: { call: "close", number: channelOrderNo, body: () => v3.closeBody(account) },
    });
    return reply(outcomeOfClose(answer, { ...at(io, exchange), channelOrderNo }), exchange);
  },

  payerPages,
  bill,
  probe,
  readCallback,
  answerCallback,
};

/** An order for one payer in our page: v3 alone has its signature, and `payerPages` is offered by no account without it. */
async function pageOrder(
  io: ChannelIo,
  account: ChannelAccount,
  request: PrecreateRequest,
  payerId: string,
): Promise<Reply<PrecreateOutcome>> {
  const { method, path } = v3Call("jsapi", partyOf(account));
  const body = v3.jsapiBody(account, request, payerId);
  const { answer, exchange } = await exchangedV3(io, account, {
    ...{ operation: "precreate", method, path, body },
  });
  const { channelOrderNo } = request;
  return reply(outcomeOfPage(answer, { ...at(io, exchange), channelOrderNo }), exchange);
}

/** The same question in both generations; one of them is sent. */
type Question = Readonly<{
  operation: Exchange["operation"];
  generation: Generation;
  v2: Omit<V2Exchange, "operation">;
  v3: Readonly<{
    call: V3CallName;
    number?: string;
    query?: string;
    body?: () => Readonly<Record<string, unknown>>;
  }>;
}>;

function asked(io: ChannelIo, account: ChannelAccount, question: Question): Promise<Exchanged> {
  const { operation, generation } = question;
  if (generation === "v2") return exchangedV2(io, account, { operation, ...question.v2 });
  const { call, number = "", query = "", body } = question.v3;
  const { method, path } = v3Call(call, partyOf(account), number);
  return exchangedV3(io, account, { operation, method, path: path + query, body: body?.() ?? null });
}

function at(io: ChannelIo, exchange: Exchange): Readonly<{ receivedAt: Date }> {
  return { receivedAt: exchange.receivedAt ?? io.now() };
}

function reply<Outcome>(outcome: Outcome, exchange: Exchange): Reply<Outcome> {
  return { outcome, exchange };
}

function tooSoon({ channelOrderNo }: OrderReference, now: Date): Reply<CancelOutcome> {
  const problem = "not sent: sooner than 15 s after the payment";
  const exchange: Exchange = {
    operation: "cancel",
    sentAt: now,
    receivedAt: null,
    request: { out_trade_no: channelOrderNo },
    response: null,
    httpStatus: null,
    problem,
  };
  const words = { code: "TOO_SOON", message: problem };
  return reply({ kind: "retry", words }, exchange);
}

// A channel for tests: an honest book of its own, and mishaps on the wire when told. It is the world, not a mock of our
// code: it knows what it was asked and decides by itself what is true.
import type {
  BillOutcome,
  CallbackReading,
  CallbackRequest,
  CancelOutcome,
  Channel,
  ChannelIo,
  ChannelManifest,
  ChargeOutcome,
  ChargeRequest,
  CloseOutcome,
  Exchange,
  OrderReference,
  PrecreateOutcome,
  PrecreateRequest,
  Probe,
  QueryOutcome,
  RefundOutcome,
  RefundQueryOutcome,
  RefundQueryRequest,
  RefundRequest,
  Reply,
  Unknown,
} from "../../../channels/port.ts";
import { fen } from "../../../kernel/money.ts";
import { declined, refundTimetable, shownCodeTimetable, timetable, words } from "../fixtures.ts";
import { Book, type ChargePlan, type Mishap } from "./book.ts";

/** A bank of one channel: honest books, and mishaps on the wire when told. */
export class BookChannel extends Book implements Channel {
  readonly manifest: ChannelManifest = {
    code: "alipay",
    names: { zh: "支付宝", en: "Alipay" },
    products: [],
    amountFenMin: 1n,
    amountFenMax: 10_000_000_000n,
    configFields: [],
    configModes: [],
    offers: { shownCodes: "yes", close: "yes", instalments: "yes", bill: "no" },
    timetable,
    shownCodeTimetable,
    refundTimetable,
  };
  /** The charges as they came. */
  readonly charges: ChargeRequest[] = [];
  /** The refunds as they came. */
  readonly refundRequests: RefundRequest[] = [];
  readonly calls: Array<Readonly<{ operation: Exchange["operation"]; channelOrderNo: string }>> = [];
  /** Taken one by one; an empty plan pays. */
  chargePlan: ChargePlan[] = [];
  queryPlan: Mishap[] = [];
  cancelPlan: Array<Mishap | "refuse" | "retry"> = [];
  refundPlan: Array<Mishap | "refuse" | "balanceShort"> = [];
  refundQueryPlan: Mishap[] = [];
  precreatePlan: Array<Mishap | "refuse"> = [];
  closePlan: Array<Mishap | "refuse"> = [];
  /** Called while a code is asked for, or a close is on its way, before the bank sees it. */
  onPrecreate: () => Promise<void> = () => Promise.resolve();
  onClose: (channelOrderNo: string) => void = () => undefined;
  /** Called while a charge is on its way, before the bank sees it: the place for crashes and races. */
  onCharge: () => Promise<void> = () => Promise.resolve();

  recognises(payerCode: string): boolean {
    return /^(2[5-9]|30)[0-9]{14,22}$/.test(payerCode);
  }

  async charge(io: ChannelIo, _account: unknown, request: ChargeRequest): Promise<Reply<ChargeOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "charge", channelOrderNo: request.channelOrderNo });
    this.charges.push(request);
    const plan = this.chargePlan.shift() ?? "pay";
    await this.onCharge();
    const outcome = plan === "requestLost" ? null : this.open(request, plan, sentAt);
    return replied<ChargeOutcome>("charge", sentAt, io, plan === "replyLost" ? null : outcome);
  }

  async query(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo }: OrderReference,
  ): Promise<Reply<QueryOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "query", channelOrderNo });
    if (this.queryPlan.shift() !== undefined) return replied<QueryOutcome>("query", sentAt, io, null);
    return replied<QueryOutcome>("query", sentAt, io, this.look(channelOrderNo));
  }

  async cancel(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo }: OrderReference,
  ): Promise<Reply<CancelOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "cancel", channelOrderNo });
    const plan = this.cancelPlan.shift();
    if (plan === "requestLost") return replied<CancelOutcome>("cancel", sentAt, io, null);
    if (plan === "retry") return replied<CancelOutcome>("cancel", sentAt, io, { kind: "retry", words });
    if (plan === "refuse")
      return replied<CancelOutcome>("cancel", sentAt, io, { kind: "refused", words, causeHints: [] });
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined) return replied<CancelOutcome>("cancel", sentAt, io, { kind: "noAction", words });
    const action = trade.state === "paid" || trade.state === "refunded" ? "refund" : "close";
    trade.state = action === "refund" ? "refunded" : "closed";
    return replied("cancel", sentAt, io, plan === "replyLost" ? null : { kind: "cancelled", action, words });
  }

  async refund(io: ChannelIo, _account: unknown, request: RefundRequest): Promise<Reply<RefundOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "refund", channelOrderNo: request.order.channelOrderNo });
    this.refundRequests.push(request);
    const plan = this.refundPlan.shift();
    if (plan === "requestLost") return replied<RefundOutcome>("refund", sentAt, io, null);
    if (plan === "refuse") return replied<RefundOutcome>("refund", sentAt, io, declined);
    if (plan === "balanceShort")
      return replied<RefundOutcome>("refund", sentAt, io, { kind: "balanceShort", words });
    const outcome = this.giveBack(request, sentAt);
    return replied<RefundOutcome>("refund", sentAt, io, plan === "replyLost" ? null : outcome);
  }

  async refundQuery(
    io: ChannelIo,
    _account: unknown,
    { order: { channelOrderNo }, channelRefundNo }: RefundQueryRequest,
  ): Promise<Reply<RefundQueryOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "refundQuery", channelOrderNo });
    if (this.refundQueryPlan.shift() !== undefined)
      return replied<RefundQueryOutcome>("refundQuery", sentAt, io, null);
    const amount = this.refunds.get(channelOrderNo)?.get(channelRefundNo);
    return replied<RefundQueryOutcome>(
      "refundQuery",
      sentAt,
      io,
      amount === undefined
        ? { kind: "notRefunded", words }
        : { kind: "refunded", amount, refundedAt: sentAt, words },
    );
  }

  async precreate(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo, amount, expiresAt }: PrecreateRequest,
  ): Promise<Reply<PrecreateOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "precreate", channelOrderNo });
    const plan = this.precreatePlan.shift();
    await this.onPrecreate();
    if (plan === "requestLost") return replied<PrecreateOutcome>("precreate", sentAt, io, null);
    if (plan === "refuse") return replied<PrecreateOutcome>("precreate", sentAt, io, declined);
    this.codes.set(channelOrderNo, { amount, expiresAt });
    if (plan === "replyLost") return replied<PrecreateOutcome>("precreate", sentAt, io, null);
    const codeUrl = `https://qr.alipay.com/bax${channelOrderNo}`;
    return replied<PrecreateOutcome>("precreate", sentAt, io, { kind: "created", codeUrl, words });
  }

  async close(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo }: OrderReference,
  ): Promise<Reply<CloseOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "close", channelOrderNo });
    this.onClose(channelOrderNo);
    const plan = this.closePlan.shift();
    if (plan === "requestLost") return replied<CloseOutcome>("close", sentAt, io, null);
    if (plan === "refuse")
      return replied<CloseOutcome>("close", sentAt, io, { kind: "refused", words, causeHints: [] });
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined) return replied<CloseOutcome>("close", sentAt, io, { kind: "notFound", words });
    if (trade.state !== "waiting")
      return replied<CloseOutcome>("close", sentAt, io, { kind: "refused", words, causeHints: [] });
    trade.state = "closed";
    const answer = plan === "replyLost" ? null : ({ kind: "closed", words } as const);
    return replied<CloseOutcome>("close", sentAt, io, answer);
  }

  async bill(io: ChannelIo): Promise<Reply<BillOutcome>> {
    return replied<BillOutcome>("bill", io.now(), io, { kind: "refused", words, causeHints: [] });
  }

  async probe(): Promise<Probe> {
    return { outcome: { kind: "ready", warnings: [] }, exchange: null };
  }

  async readCallback(_account: unknown, { body }: CallbackRequest): Promise<CallbackReading> {
    const form = new Map(new URLSearchParams(Buffer.from(body).toString()));
    const redacted = Object.fromEntries(form);
    const channelOrderNo = form.get("order");
    if (channelOrderNo === undefined) return { kind: "malformed", problem: "no order" };
    if (form.get("sign") !== "good") return { kind: "forged", problem: "bad signature", redacted };
    const named = form.get("amount");
    const amount = named === undefined ? null : fen(BigInt(named));
    const refund = form.get("refund");
    const news =
      form.get("news") === "changed"
        ? ({
            kind: "stateMayHaveChanged",
            tradeStatus: "TRADE_CLOSED",
            amount,
            ...(refund !== undefined && { channelRefundNo: refund }),
          } as const)
        : { ...this.paid(channelOrderNo), ...(amount !== null && { amount }) };
    return { kind: "accepted", channelOrderNo, news, notificationId: form.get("id") ?? "1", redacted };
  }

  answerCallback(result: "processed" | "tryAgain") {
    return {
      status: 200,
      contentType: "text/plain; charset=utf-8",
      body: result === "processed" ? "success" : "fail",
    };
  }

  count(operation: Exchange["operation"]): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }
}

/** What came back; nothing, where the reply or the request was lost. */
function replied<Outcome extends { kind: string }>(
  operation: Exchange["operation"],
  sentAt: Date,
  io: ChannelIo,
  outcome: Outcome | null,
): Reply<Outcome | Unknown> {
  const request = { method: operation, auth_code: "28**************56" };
  if (outcome === null) {
    const exchange = {
      operation,
      sentAt,
      receivedAt: null,
      request,
      response: null,
      httpStatus: null,
      problem: "timeout",
    };
    return { outcome: { kind: "unknown", reason: "timeout", words: null }, exchange };
  }
  const exchange = {
    operation,
    sentAt,
    receivedAt: io.now(),
    request,
    response: { kind: outcome.kind },
    httpStatus: 200,
    problem: null,
  };
  return { outcome, exchange };
}

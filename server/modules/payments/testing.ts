// A small world for tests: a channel that keeps books of its own, a clock that moves when told, a merchant, a terminal.
// The channel is the world, not a mock of our code: it knows what it was asked and decides by itself what is true.
import pino from "pino";
import type { CreatePayment, CreateShownCode } from "@huiyin/contract/api/payments.ts";
import type {
  BillOutcome,
  CallbackReading,
  CallbackRequest,
  CancelOutcome,
  Channel,
  ChannelManifest,
  ChannelIo,
  ChargeOutcome,
  ChargeRequest,
  CloseOutcome,
  Exchange,
  OrderReference,
  Paid,
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
} from "../../channels/port.ts";
import { idOf, uuidV7 } from "../../kernel/ids.ts";
import { fen, type Money } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import { createMetrics, type Metrics } from "../../platform/metrics.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import type { NewArrival, PaidOrder } from "../arrivals/index.ts";
import type { PaymentsDeps, TerminalStanding } from "./deps.ts";
import { declined, refundTimetable, shownCodeTimetable, start, timetable, words } from "./fixtures.ts";
import type { PaymentRequest } from "./intake/request.ts";
import { createPayments, type Payments } from "./payments.ts";
import type { RefundRequest as GiveBack } from "./refunds/refunds.ts";

export const merchantId = fixtureId("mer", 1);
export const merchantNumber = "10000001";
export const terminalId = fixtureId("trm", 1);
export const storeId = fixtureId("sto", 1);
export const merchantPrincipal = { role: "merchant", merchantId, credentialId: fixtureId("key", 1) } as const;
export const terminalPrincipal = { role: "terminal", merchantId, terminalId } as const;
export const operatorPrincipal = { role: "operator", credentialId: fixtureId("key", 2) } as const;

/** What happens to the next calls of an operation; the book decides where nothing is planned. */
export type Mishap = "requestLost" | "replyLost";
export type ChargePlan = Mishap | "pay" | "decline" | "askPassword" | "payOther";

type Trade = {
  amount: Money;
  state: "waiting" | "paid" | "closed" | "refunded";
  tradeNo: string;
  paidAt: Date;
};

const unclearPlans: ReadonlySet<ChargePlan> = new Set<ChargePlan>(["requestLost", "replyLost", "payOther"]);

/** A bank of one channel: honest books, and mishaps on the wire when told. */
export class BookChannel implements Channel {
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
  readonly trades = new Map<string, Trade>();
  /** What was given back, by order number and then by refund number. */
  readonly refunds = new Map<string, Map<string, Money>>();
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
  /** Codes that were made, by order number, each until it expires. */
  readonly codes = new Map<string, Readonly<{ amount: Money; expiresAt: Date }>>();
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
    const outcome = plan === "requestLost" ? null : this.#open(request, plan, sentAt);
    return this.#reply<ChargeOutcome>("charge", sentAt, io, plan === "replyLost" ? null : outcome);
  }

  #open(request: ChargeRequest, plan: ChargePlan, at: Date): ChargeOutcome {
    if (plan === "decline") return declined;
    const { channelOrderNo, amount } = request;
    const state = plan === "askPassword" ? "waiting" : "paid";
    const booked = plan === "payOther" ? fen(amount.minor - 1n) : amount;
    const trade: Trade = { amount: booked, state, tradeNo: `trade-${this.trades.size + 1}`, paidAt: at };
    this.trades.set(channelOrderNo, trade);
    return state === "paid"
      ? this.paid(channelOrderNo)
      : { kind: "pending", words, channelTradeNo: trade.tradeNo };
  }

  async query(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo }: OrderReference,
  ): Promise<Reply<QueryOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "query", channelOrderNo });
    if (this.queryPlan.shift() !== undefined) return this.#reply<QueryOutcome>("query", sentAt, io, null);
    return this.#reply<QueryOutcome>("query", sentAt, io, this.#look(channelOrderNo));
  }

  #look(channelOrderNo: string): QueryOutcome {
    const trade = this.trades.get(channelOrderNo);
    switch (trade?.state) {
      case undefined:
        return { kind: "notFound", words: { code: "ACQ.TRADE_NOT_EXIST", message: "交易不存在" } };
      case "waiting":
        return { kind: "pending", words, channelTradeNo: trade.tradeNo };
      case "paid":
        return this.paid(channelOrderNo);
      case "closed":
      case "refunded":
        return { kind: "closed", everPaid: trade.state === "refunded" ? "yes" : "no", words };
    }
  }

  async cancel(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo }: OrderReference,
  ): Promise<Reply<CancelOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "cancel", channelOrderNo });
    const plan = this.cancelPlan.shift();
    if (plan === "requestLost") return this.#reply<CancelOutcome>("cancel", sentAt, io, null);
    if (plan === "retry") return this.#reply<CancelOutcome>("cancel", sentAt, io, { kind: "retry", words });
    if (plan === "refuse")
      return this.#reply<CancelOutcome>("cancel", sentAt, io, { kind: "refused", words, causeHints: [] });
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined)
      return this.#reply<CancelOutcome>("cancel", sentAt, io, { kind: "noAction", words });
    const action = trade.state === "paid" || trade.state === "refunded" ? "refund" : "close";
    trade.state = action === "refund" ? "refunded" : "closed";
    return this.#reply(
      "cancel",
      sentAt,
      io,
      plan === "replyLost" ? null : { kind: "cancelled", action, words },
    );
  }

  async refund(io: ChannelIo, _account: unknown, request: RefundRequest): Promise<Reply<RefundOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "refund", channelOrderNo: request.order.channelOrderNo });
    this.refundRequests.push(request);
    const plan = this.refundPlan.shift();
    if (plan === "requestLost") return this.#reply<RefundOutcome>("refund", sentAt, io, null);
    if (plan === "refuse") return this.#reply<RefundOutcome>("refund", sentAt, io, declined);
    if (plan === "balanceShort")
      return this.#reply<RefundOutcome>("refund", sentAt, io, { kind: "balanceShort", words });
    const outcome = this.#giveBack(request, sentAt);
    return this.#reply<RefundOutcome>("refund", sentAt, io, plan === "replyLost" ? null : outcome);
  }

  /** One number pays out once, whatever is asked under it again; more than was paid never goes back. */
  #giveBack(request: RefundRequest, at: Date): RefundOutcome {
    const { channelRefundNo, amount } = request;
    const { channelOrderNo } = request.order;
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined || trade.state === "waiting" || trade.state === "closed") return declined;
    const ofTrade = this.refunds.get(channelOrderNo) ?? new Map<string, Money>();
    const before = ofTrade.get(channelRefundNo);
    if (before !== undefined && before.minor !== amount.minor) return declined;
    const others = [...ofTrade].filter(([number]) => number !== channelRefundNo);
    const total = others.reduce((sum, [, refunded]) => sum + refunded.minor, amount.minor);
    if (total > trade.amount.minor) return declined;
    this.refunds.set(channelOrderNo, ofTrade.set(channelRefundNo, amount));
    if (total === trade.amount.minor) trade.state = "refunded";
    return { kind: "refunded", refundedTotal: fen(total), refundedAt: at, words };
  }

  async refundQuery(
    io: ChannelIo,
    _account: unknown,
    { order: { channelOrderNo }, channelRefundNo }: RefundQueryRequest,
  ): Promise<Reply<RefundQueryOutcome>> {
    const sentAt = io.now();
    this.calls.push({ operation: "refundQuery", channelOrderNo });
    if (this.refundQueryPlan.shift() !== undefined)
      return this.#reply<RefundQueryOutcome>("refundQuery", sentAt, io, null);
    const amount = this.refunds.get(channelOrderNo)?.get(channelRefundNo);
    return this.#reply<RefundQueryOutcome>(
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
    if (plan === "requestLost") return this.#reply<PrecreateOutcome>("precreate", sentAt, io, null);
    if (plan === "refuse") return this.#reply<PrecreateOutcome>("precreate", sentAt, io, declined);
    this.codes.set(channelOrderNo, { amount, expiresAt });
    if (plan === "replyLost") return this.#reply<PrecreateOutcome>("precreate", sentAt, io, null);
    const codeUrl = `https://qr.alipay.com/bax${channelOrderNo}`;
    return this.#reply<PrecreateOutcome>("precreate", sentAt, io, { kind: "created", codeUrl, words });
  }

  /** The payer scans a code and pays it, or looks at it for a while. Nothing happens where it has expired or was closed. */
  scan(channelOrderNo: string, what: "pays" | "waits", now: Date): "paid" | "waiting" | "refused" {
    const code = this.codes.get(channelOrderNo);
    if (code === undefined || now >= code.expiresAt) return "refused";
    const trade = this.trades.get(channelOrderNo) ?? {
      ...{ amount: code.amount, state: "waiting", tradeNo: `trade-${this.trades.size + 1}`, paidAt: now },
    };
    if (trade.state !== "waiting") return "refused";
    this.trades.set(channelOrderNo, { ...trade, state: what === "pays" ? "paid" : "waiting", paidAt: now });
    return what === "pays" ? "paid" : "waiting";
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
    if (plan === "requestLost") return this.#reply<CloseOutcome>("close", sentAt, io, null);
    if (plan === "refuse")
      return this.#reply<CloseOutcome>("close", sentAt, io, { kind: "refused", words, causeHints: [] });
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined)
      return this.#reply<CloseOutcome>("close", sentAt, io, { kind: "notFound", words });
    if (trade.state !== "waiting")
      return this.#reply<CloseOutcome>("close", sentAt, io, { kind: "refused", words, causeHints: [] });
    trade.state = "closed";
    const answer = plan === "replyLost" ? null : ({ kind: "closed", words } as const);
    return this.#reply<CloseOutcome>("close", sentAt, io, answer);
  }

  async bill(io: ChannelIo): Promise<Reply<BillOutcome>> {
    return this.#reply<BillOutcome>("bill", io.now(), io, { kind: "refused", words, causeHints: [] });
  }

  #reply<Outcome extends { kind: string }>(
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

  /** The channel’s own word on a paid trade. */
  paid(channelOrderNo: string): Paid {
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined) throw new Error(`the book has no trade ${channelOrderNo}`);
    return {
      kind: "succeeded",
      channelTradeNo: trade.tradeNo,
      amount: trade.amount,
      paidAt: trade.paidAt,
      fundingSource: "huabei",
      payerAccount: "138****1234",
      words,
    };
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

  /** The payer types the password, or pays a trade that we gave up. */
  pay(channelOrderNo: string): void {
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined) throw new Error(`the book has no trade ${channelOrderNo}`);
    trade.state = "paid";
  }

  count(operation: Exchange["operation"]): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }
}

/** A clock that stands still until it is moved, and wakes those who sleep. */
export class StandingClock {
  #now = start;
  #sleepers: Array<{ until: Date; wake: () => void }> = [];

  now(): Date {
    return this.#now;
  }

  advance(seconds: number): void {
    this.#now = addSeconds(this.#now, seconds);
    const due = this.#sleepers.filter((sleeper) => sleeper.until <= this.#now);
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const sleeper of due) sleeper.wake();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sleepers.push({ until: new Date(this.#now.getTime() + ms), wake: resolve });
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }
}

export type PaymentsBench = AsyncDisposable &
  Readonly<{
    db: TestDb;
    deps: PaymentsDeps;
    payments: Payments;
    channel: BookChannel;
    clock: StandingClock;
    metrics: Metrics;
    /** Orders whose announcements were pushed, after their commits. */
    announced: PaidOrder[];
    terminal: { state: string };
    /** Every log line. */
    logLines: string[];
    /** Another process on the same database. */
    another(overrides?: Partial<PaymentsDeps>): Payments;
    /** Creates a payment with defaults; every call has a fresh key and a fresh code unless told otherwise. */
    create(
      own?: Partial<CreatePayment> & {
        key?: string;
        wait?: number;
        principal?: PaymentRequest["principal"];
      },
    ): ReturnType<Payments["create"]>;
    /** Has a code made with defaults; every call has a fresh key unless told otherwise, and waits for nothing. */
    createCode(
      own?: Partial<CreateShownCode> & { key?: string; principal?: PaymentRequest["principal"] },
    ): ReturnType<Payments["createCode"]>;
    /** Asks for a refund of all that is left; every call has a fresh key unless told otherwise. */
    refund(paymentId: string, own?: Partial<GiveBack>): ReturnType<Payments["refunds"]["create"]>;
    /** Moves the clock in steps and takes what is due at each, as the loop does. */
    pass(seconds: number, stepSeconds?: number): Promise<void>;
  }>;

/** A fresh database with everything around it. */
export async function paymentsBench(): Promise<PaymentsBench> {
  const db = await testDb();
  const channel = new BookChannel();
  const clock = new StandingClock();
  const metrics = createMetrics();
  const announced: PaidOrder[] = [];
  const terminal = { state: "active" };
  const logLines: string[] = [];
  const deps = testDeps({ pg: db.pg, channel, clock, metrics, announced, terminal, logLines });
  const payments = createPayments(deps);
  let counter = 0;
  return {
    db,
    deps,
    payments,
    channel,
    clock,
    metrics,
    announced,
    terminal,
    logLines,
    another: (overrides = {}) => createPayments({ ...deps, metrics: createMetrics(), ...overrides }),
    create: async ({ key, wait, principal = merchantPrincipal, ...own } = {}) => {
      counter += 1;
      // The clock stands still: whoever asks for a wait on something unclear has to move it.
      const unclear = unclearPlans.has(channel.chargePlan[0] ?? "pay");
      const waitSeconds = wait ?? (unclear ? 0 : 5);
      const answer = await payments.create({
        principal,
        idempotencyKey: key ?? `key-${counter}`,
        body: { amount: 12_500, payerCode: freshCode(counter), ...own },
        waitSeconds,
      });
      if (waitSeconds === 0) await payments.idle();
      return answer;
    },
    createCode: async ({ key, principal = terminalPrincipal, ...own } = {}) => {
      counter += 1;
      return payments.createCode({
        principal,
        idempotencyKey: key ?? `code-${counter}`,
        body: { amount: 12_500, method: "alipay", ...own },
        waitSeconds: 5,
      });
    },
    pass: async (seconds, stepSeconds = 1) => {
      for (let passed = 0; passed < seconds; passed += stepSeconds) {
        clock.advance(stepSeconds);
        await payments.resolveDue(64);
        await payments.refunds.resolveDue(64);
      }
    },
    refund: async (paymentId, own = {}) => {
      counter += 1;
      const unclear = channel.refundPlan.some((plan) => plan === "requestLost" || plan === "replyLost");
      const waitSeconds = own.waitSeconds ?? (unclear ? 0 : 5);
      const answer = await payments.refunds.create({
        ...{ principal: merchantPrincipal, idempotencyKey: `refund-${counter}`, paymentId },
        ...{ amount: null, reason: null, merchantRefundNo: null, managerCode: null },
        ...{ ...own, waitSeconds },
      });
      if (waitSeconds === 0) await payments.refunds.idle();
      return answer;
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

/** A payer code nobody has seen before. */
export function freshCode(number: number): string {
  return `28${number.toString().padStart(16, "0")}`;
}

type World = Readonly<{
  pg: Pg;
  channel: BookChannel;
  clock: StandingClock;
  metrics: Metrics;
  announced: PaidOrder[];
  terminal: { state: string };
  logLines: string[];
}>;

const feeRates: ReadonlyMap<string, bigint> = new Map([
  ["huabei", 60n],
  ["huabeiInstalment3", 180n],
  ["huabeiInstalment6", 450n],
  ["huabeiInstalment12", 750n],
]);

function testDeps({ pg, channel, clock, metrics, announced, terminal, logLines }: World): PaymentsDeps {
  let ids = 0;
  const names = { zh: "回音咖啡", en: "Echo Coffee" };
  const store = { id: storeId, merchantId, no: "S0001", names, address: "南京西路", createdAt: start };
  const standing = (): TerminalStanding => ({ merchantId, storeId, no: "T0001", state: terminal.state });
  return {
    pg,
    clock,
    metrics,
    world: {
      now: () => clock.now(),
      newId: (prefix) => {
        const bytes = new Uint8Array(10);
        new DataView(bytes.buffer).setUint32(5, (ids += 1));
        return idOf(prefix, uuidV7(clock.now(), bytes));
      },
      random: () => 0.5,
    },
    log: pino({ level: "debug" }, { write: (line: string) => void logLines.push(line) }),
    channels: new Map([["alipay", channel]]),
    transport: () => Promise.reject(new Error("the book needs no wire")),
    merchants: {
      merchantProfile: async (id) =>
        id === merchantId
          ? {
              id,
              number: merchantNumber,
              names,
              mcc: "5814",
              region: "310106",
              state: "active",
              creditAcceptance: "accepted",
              revision: 1n,
              createdAt: start,
              stores: [store],
            }
          : null,
      channelAccount: async (id) => (id === merchantId ? {} : null),
      channelAccountEvenIfDisabled: async (id) => (id === merchantId ? {} : null),
      feeRateBasisPoints: async (_id, product) => feeRates.get(product) ?? 38n,
      creditObstacle: async () => null,
    },
    terminals: { terminalOf: async (id) => (id === terminalId ? standing() : null) },
    arrivals: {
      // Whoever inserts decides what a row is; here it is the order itself.
      insertArrivals: async (_tx, orders) => orders as unknown as NewArrival[],
      pushArrivals: async (rows) => void announced.push(...(rows as unknown as PaidOrder[])),
    },
    payerCodeKey: new Uint8Array(32).fill(7),
    publicUrl: "http://127.0.0.1:8080",
  };
}

// A small world for tests: a shop with Huabei, a bank that hides its reasons as Alipay does, a terminal that speaks when
// it is connected. Everything of ours in it is real, on a real database; the outside is simulated.
import { setImmediate as turn } from "node:timers/promises";
import pino from "pino";
import { sql } from "kysely";
import type { ReceiptStage, SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type {
  BillOutcome,
  CancelOutcome,
  Channel,
  ChannelIo,
  ChargeOutcome,
  ChargeRequest,
  CloseOutcome,
  Exchange,
  OrderReference,
  PrecreateOutcome,
  Probe,
  QueryOutcome,
  RefundOutcome,
  RefundQueryOutcome,
  Transport,
  RefundQueryRequest,
  RefundRequest,
  Reply,
} from "../../channels/port.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { fen } from "../../kernel/money.ts";
import { unwrap } from "../../kernel/result.ts";
import { addSeconds, rfc3339 } from "../../kernel/time.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { createArrivals } from "../arrivals/index.ts";
import {
  coffeeShop,
  testAccount,
  testMerchants,
  type SimulatedOffice,
  type TestWorld,
} from "../merchants/fixtures.ts";
import {
  addStore,
  createMerchant,
  openProduct,
  putChannelAccount,
  type MerchantDeps,
} from "../merchants/index.ts";
import { createPayments, readPayment, type Payment, type Payments } from "../payments/index.ts";
import { closeCases, openCases } from "../support/index.ts";
import { findTerminal, type Telemetry, type TerminalBus } from "../terminals/index.ts";
import { closeSessions, insertSessions } from "../terminals/presence/sessions/store.ts";
import { insertTelemetry } from "../terminals/presence/store.ts";
import { insertTerminal } from "../terminals/store.ts";
import { createDiagnosis, type DiagnosisRouteDeps } from "./index.ts";

export const operator = { role: "operator", credentialId: "key_operator" } as const;

export type Choice = "balance" | "huabei";

/** Alipay as a merchant sees it: whatever is wrong with Huabei, the words are the same. */
class QuietBank implements Channel {
  readonly manifest: Channel["manifest"];
  readonly #office: SimulatedOffice;
  readonly #trades = new Map<string, Extract<ChargeOutcome, { kind: "succeeded" }>>();
  readonly #refunds = new Map<string, RefundRequest>();
  /** Whether the payers' Huabei credit suffices. */
  credit: "enough" | "short" = "enough";
  state: "open" | "maintenance" = "open";

  constructor(manifest: Channel["manifest"], office: SimulatedOffice) {
    this.manifest = manifest;
    this.#office = office;
  }

  recognises(): boolean {
    return true;
  }

  async charge(io: ChannelIo, _account: unknown, request: ChargeRequest): Promise<Reply<ChargeOutcome>> {
    if (this.state === "maintenance") return reply("charge", io, unavailable);
    // The last digit of a code tells how its payer means to pay.
    const choice: Choice = request.payerCode.endsWith("1") ? "huabei" : "balance";
    const refused =
      choice === "huabei" && (this.#office.states.get("huabei") !== "enabled" || this.credit === "short");
    if (refused) return reply("charge", io, noInstrument);
    const trade = {
      kind: "succeeded",
      channelTradeNo: `trade${this.#trades.size + 1}`,
      amount: request.amount,
      paidAt: io.now(),
      fundingSource: choice,
      payerAccount: "138****1234",
      words: { code: "10000", message: "Success" },
    } as const;
    this.#trades.set(request.channelOrderNo, trade);
    return reply("charge", io, trade);
  }

  async query(
    io: ChannelIo,
    _account: unknown,
    { channelOrderNo }: OrderReference,
  ): Promise<Reply<QueryOutcome>> {
    if (this.state === "maintenance") return reply("query", io, unavailable);
    const words = { code: "ACQ.TRADE_NOT_EXIST", message: "交易不存在" };
    return reply("query", io, this.#trades.get(channelOrderNo) ?? { kind: "notFound", words });
  }

  async cancel(io: ChannelIo): Promise<Reply<CancelOutcome>> {
    if (this.state === "maintenance") return reply("cancel", io, unavailable);
    return reply("cancel", io, { kind: "noAction", words: { code: "10000", message: "Success" } });
  }

  async refund(io: ChannelIo, _account: unknown, request: RefundRequest): Promise<Reply<RefundOutcome>> {
    const trade = this.#trades.get(request.order.channelOrderNo);
    if (trade === undefined) return reply("refund", io, unavailable);
    const key = `${request.order.channelOrderNo} ${request.channelRefundNo}`;
    this.#refunds.set(key, request);
    const total = [...this.#refunds.values()]
      .filter(({ order }) => order.channelOrderNo === request.order.channelOrderNo)
      .reduce((sum, { amount }) => sum + amount.minor, 0n);
    const words = { code: "10000", message: "Success" };
    return reply("refund", io, { kind: "refunded", refundedTotal: fen(total), refundedAt: io.now(), words });
  }

  async refundQuery(
    io: ChannelIo,
    _account: unknown,
    { order: { channelOrderNo }, channelRefundNo }: RefundQueryRequest,
  ): Promise<Reply<RefundQueryOutcome>> {
    const words = { code: "10000", message: "Success" };
    const refund = this.#refunds.get(`${channelOrderNo} ${channelRefundNo}`);
    return reply(
      "refundQuery",
      io,
      refund === undefined
        ? { kind: "notRefunded", words }
        : { kind: "refunded", amount: refund.amount, refundedAt: null, words },
    );
  }

  async precreate(io: ChannelIo): Promise<Reply<PrecreateOutcome>> {
    return reply("precreate", io, unavailable);
  }

  async bill(io: ChannelIo): Promise<Reply<BillOutcome>> {
    return reply("bill", io, unavailable);
  }

  async close(io: ChannelIo): Promise<Reply<CloseOutcome>> {
    return reply("close", io, {
      kind: "notFound",
      words: { code: "ACQ.TRADE_NOT_EXIST", message: "交易不存在" },
    });
  }

  async probe(): Promise<Probe> {
    return { outcome: { kind: "ready", warnings: [] }, exchange: null };
  }

  async readCallback() {
    return { kind: "malformed", problem: "this bank sends no notifications" } as const;
  }

  answerCallback() {
    return { status: 200, contentType: "text/plain", body: "success" };
  }
}

const noInstrument: ChargeOutcome = {
  kind: "declined",
  words: { code: "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", message: "没用可用的支付工具" },
  blame: ["payer"],
  retry: "newPayerCode",
  causeHints: ["C-MCH-01", "C-PAY-04"],
};
const unavailable = {
  kind: "unknown",
  reason: "20000",
  words: { code: "isp.unknow-error", message: "系统繁忙" },
} as const;

function reply<Outcome extends { kind: string }>(
  operation: Exchange["operation"],
  io: ChannelIo,
  outcome: Outcome,
): Reply<Outcome> {
  const at = io.now();
  const response =
    outcome.kind === "unknown" ? { code: "20000", sub_code: "isp.unknow-error" } : { code: "10000" };
  const exchange = {
    operation,
    sentAt: at,
    receivedAt: at,
    request: {},
    response,
    httpStatus: 200,
    problem: null,
  };
  return { outcome, exchange };
}

type Handler = Parameters<TerminalBus["handle"]>[2];

/** The terminals of this world: connected or not; what reaches one is stored and spoken, once. */
class SpeakingTerminals implements TerminalBus {
  readonly #handlers = new Map<string, Handler>();
  readonly #connected = new Map<string, string>();
  readonly #now: () => Date;
  readonly spoken: string[] = [];
  /** Why nothing can be heard; null while it can. */
  silence: SilenceReason | null = null;
  /** Whether what is sent to it gets lost on the way, or arrives and is not spoken, without a word why. */
  messages: "arrive" | "getLost" | "staySilent" = "arrive";

  constructor(now: () => Date) {
    this.#now = now;
  }

  handle(topic: string, kind: Readonly<{ name: string }>, handler: unknown): void {
    this.#handlers.set(`${topic}/${kind.name}`, handler as Handler);
  }

  async send(terminalId: string, topic: string, payload: unknown): Promise<void> {
    if (topic !== "arrivals" || this.messages === "getLost") return;
    // A summary of what became too old speaks for several payments.
    const { id, paymentId = null } = payload as { id: string; paymentId?: string };
    const { silence: reason } = this;
    if (this.messages === "staySilent")
      return this.#report(terminalId, { arrivalId: id, paymentId, stage: "delivered" });
    if (reason !== null) {
      await this.#report(terminalId, { arrivalId: id, paymentId, stage: "delivered" });
      return this.#report(terminalId, { arrivalId: id, paymentId, stage: "silent", reason });
    }
    const already = this.spoken.includes(id);
    if (!already) this.spoken.push(id);
    const stages: ReceiptStage[] = already ? ["spoken"] : ["delivered", "starting", "spoken"];
    for (const stage of stages) await this.#report(terminalId, { arrivalId: id, paymentId, stage });
  }

  async #report(
    terminalId: string,
    outcome: Readonly<{
      arrivalId: string;
      paymentId: string | null;
      stage: ReceiptStage;
      reason?: SilenceReason;
    }>,
  ): Promise<void> {
    const message = { version: 1, kind: "receipt", ...outcome, at: rfc3339(this.#now()) };
    await this.#handlers.get("receipts/receipt")?.(terminalId, message as never);
  }

  async connect(terminalId: string, session: string): Promise<void> {
    this.#connected.set(terminalId, session);
    const ask = { version: 1, kind: "ask", outcomes: [] };
    await this.#handlers.get("receipts/ask")?.(terminalId, ask as never);
  }

  disconnect(terminalId: string): void {
    this.#connected.delete(terminalId);
  }

  sessionOf(terminalId: string): string | null {
    return this.#connected.get(terminalId) ?? null;
  }
}

/** What stands outside of a bench: the channel with its wire, its back office, and the account of the shop there. */
export type Outside = Readonly<{
  channel: Channel;
  transport: Transport;
  merchants: MerchantDeps;
  world: TestWorld;
  config: Readonly<Record<string, string>>;
  /** A fresh payer code of somebody who means to pay so. */
  codeFor(choice: Choice): string;
}>;

/** A shop with Huabei and one terminal, on a real database, before whatever bank there is. */
export type ShopBench = AsyncDisposable &
  Readonly<{
    db: TestDb;
    world: TestWorld;
    merchants: MerchantDeps;
    payments: Payments;
    diagnosis: DiagnosisRouteDeps;
    terminals: SpeakingTerminals;
    merchantId: string;
    terminalId: string;
    /** Somebody pays ¥12.50, or so many fen, at the terminal; a second passes. */
    pay(choice: Choice, wanted?: Readonly<{ amount?: number; payerCode?: string }>): Promise<Payment>;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    /** The terminal reports how it is, where it is not as usual. */
    report(vitals: Partial<Telemetry>): Promise<void>;
    /** So many seconds, one by one, with the resolvers at work. */
    pass(seconds: number): Promise<void>;
  }>;

export type DiagnosisBench = ShopBench & Readonly<{ bank: QuietBank; office: SimulatedOffice }>;

export async function diagnosisBench(): Promise<DiagnosisBench> {
  const db = await testDb();
  const { deps: merchants, world, office } = testMerchants(db.pg);
  const bank = new QuietBank(merchants.manifests.get("alipay") as Channel["manifest"], office);
  let codes = 0;
  const shop = await shopBench(db, {
    channel: bank,
    transport: () => Promise.reject(new Error("the bank needs no wire")),
    ...{ merchants, world },
    config: testAccount,
    codeFor: (choice) => `28${String((codes += 1)).padStart(15, "0")}${choice === "huabei" ? "1" : "0"}`,
  });
  return { ...shop, bank, office };
}

/** Puts everything of ours together in front of an outside. Ends with the database. */
export async function shopBench(db: TestDb, outside: Outside): Promise<ShopBench> {
  const { merchants, world } = outside;
  const terminals = new SpeakingTerminals(world.now);
  const shop = await openShop(merchants, outside.config);
  const { merchantId } = shop;
  const terminalId = await installTerminal(db, world, shop);
  const terminalOf = (id: string) => findTerminal(db.pg.batch, { terminalId: id, merchantId: null });
  const log = pino({ level: "silent" });
  const around = { pg: db.pg, world, log, metrics: createMetrics() };
  const cases = {
    openCases: (tx: Parameters<typeof openCases>[1], drafts: Parameters<typeof openCases>[2]) =>
      openCases({ world }, tx, drafts),
    closeCases: (tx: Parameters<typeof closeCases>[1], closings: Parameters<typeof closeCases>[2]) =>
      closeCases({ world }, tx, closings),
  };
  const arrivals = createArrivals({ ...around, bus: terminals, terminalOf, cases });
  const clock = { sleep: (ms: number) => (world.moveSeconds(ms / 1_000), turn()) };
  const payments = createPayments({
    ...around,
    clock,
    channels: new Map([["alipay", outside.channel]]),
    transport: outside.transport,
    merchants: merchants.directory,
    terminals: { terminalOf },
    arrivals: arrivals as Parameters<typeof createPayments>[0]["arrivals"],
    payerCodeKey: new Uint8Array(32).fill(7),
    publicUrl: "http://127.0.0.1",
  });
  const diagnosis = createDiagnosis({ pg: db.pg, world, clock, merchants, arrivals });
  let requests = 0;
  return {
    ...{ db, world, merchants, payments, diagnosis, terminals, merchantId, terminalId },
    pay: async (choice, { amount = 1_250, payerCode = outside.codeFor(choice) } = {}) => {
      const principal = { role: "terminal", merchantId, terminalId } as const;
      const request = { principal, idempotencyKey: `key-${(requests += 1)}`, waitSeconds: 0 };
      const answer = unwrap(await payments.create({ ...request, body: { amount, payerCode } }));
      const { id } = JSON.parse(answer.body) as { id: string };
      await payments.idle();
      world.moveSeconds(1);
      return unwrap(await readPayment({ pg: db.pg }, operator, id));
    },
    ...connections({ db, world, terminals, terminalId }),
    pass: async (count) => {
      for (let second = 0; second < count; second += 1) {
        world.moveSeconds(1);
        await payments.resolveDue(64);
        await payments.refunds.resolveDue(64);
      }
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

async function installTerminal(
  db: TestDb,
  world: TestWorld,
  shop: Readonly<{ merchantId: string; storeId: string }>,
): Promise<string> {
  const terminalId = world.newId("trm");
  const terminal = {
    ...shop,
    id: terminalId,
    name: "一号收银台",
    no: "T0001",
    kind: "cashier",
    state: "created",
    suspendedBy: null,
    announce: "own",
    model: null,
    appVersion: null,
    revision: 1,
    createdAt: world.now(),
    activatedAt: null,
  } as const;
  await db.pg.transaction(async (tx) => {
    await insertTerminal(tx, terminal);
    const key = Buffer.alloc(32, 7);
    await sql`update terminals.terminal set state = 'active', public_key = ${key}, activated_at = ${world.now()}
              where terminal_id = ${uuidOf(terminalId)}`.execute(tx);
  });
  return terminalId;
}

const usualVitals: Omit<Telemetry, "at"> = {
  ...{ appVersion: "0.1.0", model: "virtual", batteryPercent: 80, charging: false },
  ...{ network: "wifi", rssiDbm: -55, volumePercent: 70, muted: false },
  ...{ scannerDecodePercent: 99, waitingArrivals: 0, clockOffsetSeconds: 0 },
};

function connections({
  db,
  world,
  terminals,
  terminalId,
}: Pick<ShopBench, "db" | "world" | "terminals" | "terminalId">): Pick<
  ShopBench,
  "connect" | "disconnect" | "report"
> {
  const connection = { id: "" };
  return {
    connect: async () => {
      connection.id = world.newId("con");
      const session = {
        connectionId: connection.id,
        terminalId,
        transport: "websocket",
        remoteAddress: null,
        processId: "test",
      };
      const times = { openedAt: world.now(), leaseUntil: addSeconds(world.now(), 86_400) };
      await db.pg.transaction((tx) => insertSessions(tx, [{ ...session, ...times }]));
      await terminals.connect(terminalId, connection.id);
    },
    disconnect: async () => {
      terminals.disconnect(terminalId);
      const end = {
        terminalId,
        connectionId: connection.id,
        at: world.now(),
        reason: "connectionLost",
        detail: "",
      };
      await db.pg.transaction((tx) => closeSessions(tx, [end]));
    },
    report: async (vitals) => {
      const entry = { ...usualVitals, at: world.now(), ...vitals, terminalId };
      await db.pg.transaction((tx) => insertTelemetry(tx, [entry]));
    },
  };
}

async function openShop(
  merchants: MerchantDeps,
  config: Outside["config"],
): Promise<Readonly<{ merchantId: string; storeId: string }>> {
  const { id: merchantId } = unwrap(await createMerchant(merchants, coffeeShop, "test"));
  const place = {
    no: "S0001",
    names: { zh: "南京西路店", en: "Nanjing West Road" },
    address: "南京西路 1266 号",
  };
  const store = unwrap(await addStore(merchants, merchantId, place));
  const account = {
    channel: "alipay",
    state: null,
    config,
    actor: "test",
    reason: "测试",
  } as const;
  unwrap(await putChannelAccount(merchants, merchantId, account));
  for (const product of ["alipay", "huabei"] as const) {
    unwrap(await openProduct(merchants, { merchantId, product }, { source: "operator", actor: "test" }));
  }
  return { merchantId, storeId: store.id };
}

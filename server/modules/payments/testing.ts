// A small world for tests: a channel that keeps books of its own, a clock that moves when told, a merchant, a terminal.
// What it is made of is in testing/.
import pino from "pino";
import type { CreatePayment, CreateShownCode } from "@huiyin/contract/api/payments.ts";
import { idOf, uuidV7 } from "../../kernel/ids.ts";
import { createMetrics, type Metrics } from "../../platform/metrics.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import type { NewArrival, PaidOrder } from "../arrivals/index.ts";
import type { PaymentsDeps, TerminalStanding } from "./deps.ts";
import { start } from "./fixtures.ts";
import type { PaymentRequest } from "./intake/request.ts";
import { createPayments, type Payments } from "./payments.ts";
import type { RefundRequest as GiveBack } from "./refunds/refunds.ts";
import type { ChargePlan } from "./testing/book.ts";
import { BookChannel } from "./testing/bookChannel.ts";
import { StandingClock } from "./testing/clock.ts";

export const merchantId = fixtureId("mer", 1);
export const merchantNumber = "10000001";
export const terminalId = fixtureId("trm", 1);
export const storeId = fixtureId("sto", 1);
export const merchantPrincipal = { role: "merchant", merchantId, credentialId: fixtureId("key", 1) } as const;
export const terminalPrincipal = { role: "terminal", merchantId, terminalId } as const;
export const operatorPrincipal = { role: "operator", credentialId: fixtureId("key", 2) } as const;

/** Plans after which nobody knows what became of a charge. */
const unclearPlans: ReadonlySet<ChargePlan> = new Set<ChargePlan>(["requestLost", "replyLost", "payOther"]);

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

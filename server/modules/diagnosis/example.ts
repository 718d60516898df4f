// Case files for the examples of causes: a healthy coffee shop, changed where the example differs.
import type { ArrivalFacts, CapabilityFacts, CaseFile, PaymentFacts, TerminalFacts } from "./model.ts";

const day = "2026-11-22";
export const exampleNow = `${day}T04:00:30.000Z`;
const paidAt = `${day}T04:00:01.000Z`;
const createdAt = `${day}T04:00:00.000Z`;

const terminalId = "trm_00000000000070008000000000000001";

export function examplePayment(change: Partial<PaymentFacts> = {}): PaymentFacts {
  return {
    id: "pay_00000000000070008000000000000001",
    terminalId,
    amountFen: 1_250,
    channel: "alipay",
    state: "succeeded",
    code: "10000",
    message: "Success",
    fundingSource: "balance",
    payerCodeMasked: "28**************01",
    lateSuccess: false,
    inReview: false,
    createdAt,
    paidAt,
    finishedAt: paidAt,
    ...change,
  };
}

/** Declined by the channel one second after it was made. */
export function declinedPayment(
  code: string,
  message: string,
  change: Partial<PaymentFacts> = {},
): PaymentFacts {
  return examplePayment({ state: "failed", code, message, fundingSource: null, paidAt: null, ...change });
}

/** Another payment, so many seconds away from the one in question. */
export function otherPayment(offsetSeconds: number, change: Partial<PaymentFacts> = {}): PaymentFacts {
  const at = new Date(Date.parse(createdAt) + offsetSeconds * 1_000).toISOString();
  const done = new Date(Date.parse(at) + 1_000).toISOString();
  const id = `pay_${String(Math.abs(offsetSeconds)).padStart(32, offsetSeconds < 0 ? "a" : "b")}`;
  const paid = change.state === undefined || change.state === "succeeded" ? done : null;
  const masked = `28**************${String(Math.abs(offsetSeconds) % 100).padStart(2, "0")}`;
  return examplePayment({
    id,
    createdAt: at,
    paidAt: paid,
    finishedAt: done,
    payerCodeMasked: masked,
    ...change,
  });
}

export function exampleCapability(change: Partial<CapabilityFacts> = {}): CapabilityFacts {
  const opened = {
    at: "2026-10-01T02:00:00.000Z",
    stateBefore: "applying",
    state: "enabled",
    source: "channel",
    reason: null,
  } as const;
  const live = { state: "enabled", reason: null, askedAt: `${day}T04:00:29.000Z` } as const;
  return { product: "huabei", state: "enabled", history: [opened], live, ...change };
}

export function exampleTerminal(change: Partial<TerminalFacts> = {}): TerminalFacts {
  return {
    id: terminalId,
    name: "一号收银台",
    state: "active",
    online: "yes",
    lastSeenAt: `${day}T04:00:25.000Z`,
    sessions: [{ from: `${day}T00:00:00.000Z`, to: null }],
    telemetry: null,
    ...change,
  };
}

export function exampleArrival(change: Partial<ArrivalFacts> = {}): ArrivalFacts {
  return {
    id: "arr_00000000000070008000000000000001",
    terminalId,
    stage: "spoken",
    acceptedAt: paidAt,
    deliveredAt: `${day}T04:00:01.200Z`,
    spokenAt: `${day}T04:00:04.000Z`,
    problem: null,
    ...change,
  };
}

/** Not heard: accepted and nothing since. */
export function silentArrival(change: Partial<ArrivalFacts> = {}): ArrivalFacts {
  return exampleArrival({ stage: "accepted", deliveredAt: null, spokenAt: null, ...change });
}

/** A payment that went well from scan to speech, unless changed. */
export function exampleFile(change: Partial<CaseFile> = {}): CaseFile {
  return {
    format: 1,
    builtAt: exampleNow,
    complaint: null,
    merchant: {
      id: "mer_00000000000070008000000000000001",
      number: "10000001",
      names: { zh: "回音咖啡", en: "Echo Coffee" },
      state: "active",
    },
    credit: { acceptance: "accepted", history: [] },
    payment: examplePayment(),
    timeline: [{ at: paidAt, kind: "chargeAnswered", data: { outcome: "succeeded" } }],
    around: [],
    capabilities: [exampleCapability({ product: "alipay" }), exampleCapability()],
    terminal: exampleTerminal(),
    arrivals: [exampleArrival()],
    health: null,
    windows: [],
    cases: [],
    answers: [],
    ...change,
  };
}

/** A payment that the channel declined with this code: no money, so nothing to announce. */
export function declinedFile(code: string, message: string, change: Partial<CaseFile> = {}): CaseFile {
  return exampleFile({
    payment: declinedPayment(code, message),
    timeline: [{ at: paidAt, kind: "chargeAnswered", data: { outcome: "declined" } }],
    arrivals: [],
    ...change,
  });
}

export const noInstrument = ["ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "没用可用的支付工具"] as const;

/** A request that was turned away before it became a payment. */
export function refusedFile(code: string, change: Partial<CaseFile> = {}): CaseFile {
  return exampleFile({
    payment: null,
    timeline: [],
    arrivals: [],
    refusal: { code, traceId: null, at: exampleNow },
    ...change,
  });
}

/** A payment that Alipay asked its payer to confirm, with whatever became of it. */
export function askedFile(state: "awaitingPayer" | "closed", change: Partial<CaseFile> = {}): CaseFile {
  const finishedAt = state === "closed" ? `${day}T04:02:03.000Z` : null;
  const asked = { at: paidAt, kind: "chargeAnswered", data: { outcome: "pending" } };
  const cancelled = { at: `${day}T04:02:02.000Z`, kind: "cancelAnswered", data: { outcome: "cancelled" } };
  return exampleFile({
    builtAt: state === "closed" ? `${day}T04:03:00.000Z` : exampleNow,
    payment: examplePayment({
      state,
      code: "10003",
      message: "order success pay inprocess",
      fundingSource: null,
      paidAt: null,
      finishedAt,
    }),
    timeline: state === "closed" ? [asked, cancelled] : [asked],
    arrivals: [],
    ...change,
  });
}

const waiting = examplePayment({
  state: "processing",
  code: "isp.unknow-error",
  message: "系统繁忙",
  fundingSource: null,
  paidAt: null,
  finishedAt: null,
});
const unclear = { at: paidAt, kind: "chargeAnswered", data: { outcome: "unknown", problem: null } } as const;

/** Alipay that gives no clear answers, in all its forms. */
export const alipayTrouble = {
  stuck: (change: Partial<CaseFile>): CaseFile =>
    exampleFile({ payment: waiting, timeline: [unclear], arrivals: [], ...change }),
  stuckClosed: (change: Partial<CaseFile>): CaseFile =>
    exampleFile({
      payment: { ...waiting, state: "closed", finishedAt: `${day}T04:02:03.000Z` },
      timeline: [unclear],
      arrivals: [],
      ...change,
    }),
  unavailable: (second: number, operation: "charge" | "query") => ({
    at: `${day}T04:00:0${second}.000Z`,
    kind: `${operation}Answered`,
    data: { outcome: "unknown", problem: null, response: { code: "20000", sub_code: "isp.unknow-error" } },
  }),
  noReply: {
    at: `${day}T04:00:10.000Z`,
    kind: "chargeUnanswered",
    data: { outcome: "unknown", problem: "timeout" },
  },
  health: { channel: "alipay", from: `${day}T03:55:00.000Z`, to: `${day}T04:02:00.000Z` },
  window: {
    id: "mwn_00000000000070008000000000000001",
    scope: "alipay",
    from: `${day}T03:30:00.000Z`,
    to: `${day}T05:00:00.000Z`,
    texts: { zh: "支付宝系统升级", en: "Alipay is being upgraded" },
  },
} as const;

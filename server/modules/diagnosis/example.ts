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

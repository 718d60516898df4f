// What is going to happen to each order, drawn from the seed when its charge leaves: on the wire, with its callbacks,
// and by its payer.
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** What may happen to one request on the wire. "maintenance" is in the air for everybody at once. */
export type WireFault =
  | "none"
  | "requestLost"
  | "channelSilent"
  | "replyLostBeforeEffect"
  | "replyLostAfterEffect"
  | "requestAfterCancel"
  | "slow"
  | "serverError"
  | "wrongSignature";

export type OrderPlan = Readonly<{
  wire: WireFault;
  /** Until then nothing that is said about this order reaches the channel. */
  silentUntilMs: number;
  slowMs: number;
  heldMs: number;
  callback: "prompt" | "lost" | "doubled" | "late" | "wrongAmount";
  callbackLateMs: number;
  forged: "yes" | "no";
  /** What the payer does when the phone asks for the password. */
  password: "enters" | "never" | "late";
  passwordMs: number;
}>;

/** What a request asks of the channel. */
export type Operation = "pay" | "query" | "cancel" | "refund" | "refundQuery";

export type Plans = Readonly<{
  of(orderNo: string): OrderPlan;
  wireFault(operation: Operation, orderNo: string): WireFault;
}>;

const chargeWeights: Readonly<Record<WireFault, number>> = {
  none: 80,
  requestLost: 2,
  channelSilent: 2,
  replyLostBeforeEffect: 2,
  replyLostAfterEffect: 7,
  requestAfterCancel: 2,
  slow: 3,
  serverError: 2,
  wrongSignature: 2,
};

/** Share of later requests that meet trouble of their own. A refund moves money: it meets more. */
const laterFaultShares: Readonly<Record<Exclude<Operation, "pay">, number>> = {
  query: 0.12,
  cancel: 0.12,
  refund: 0.25,
  refundQuery: 0.12,
};

const laterWeights = {
  requestLost: 2,
  replyLostBeforeEffect: 2,
  replyLostAfterEffect: 3,
  slow: 2,
  serverError: 2,
  wrongSignature: 2,
} as const satisfies Partial<Record<WireFault, number>>;

export function createPlans({ scheduler, trouble }: { scheduler: Scheduler; trouble: Trouble }): Plans {
  const plans = new Map<string, OrderPlan>();
  const of = (orderNo: string): OrderPlan => {
    const present = plans.get(orderNo);
    if (present !== undefined) return present;
    const plan = trouble.isCalm() ? calmPlan : drawPlan(trouble, scheduler.nowMs());
    plans.set(orderNo, plan);
    return plan;
  };
  return {
    of,
    wireFault: (operation, orderNo) => {
      const plan = of(orderNo);
      if (operation === "pay") return trouble.isCalm() ? "none" : plan.wire;
      if (trouble.isCalm()) return "none";
      if (scheduler.nowMs() < plan.silentUntilMs) return "channelSilent";
      return trouble.strikes(laterFaultShares[operation]) ? trouble.chance.weighted(laterWeights) : "none";
    },
  };
}

const calmPlan: OrderPlan = {
  wire: "none",
  silentUntilMs: 0,
  slowMs: 0,
  heldMs: 0,
  callback: "prompt",
  callbackLateMs: 0,
  forged: "no",
  password: "enters",
  passwordMs: 5_000,
};

function drawPlan({ chance }: Trouble, nowMs: number): OrderPlan {
  const wire = chance.weighted(chargeWeights);
  const silent = wire === "channelSilent" || (wire === "replyLostAfterEffect" && chance.happens(0.5));
  const callback = chance.weighted({ prompt: 60, lost: 20, doubled: 8, late: 8, wrongAmount: 4 });
  const password = chance.weighted({ enters: 60, never: 15, late: 25 });
  return {
    wire,
    // Some silences outlast the timetable, so that a person has to decide.
    silentUntilMs: silent
      ? nowMs + (chance.happens(0.6) ? chance.integer(175, 235) : chance.integer(20, 120)) * 1_000
      : 0,
    slowMs: chance.integer(1_000, 20_000),
    heldMs: chance.integer(5_000, 110_000),
    // While nothing gets through, no notification does.
    callback: silent ? "lost" : callback,
    callbackLateMs: chance.integer(20_000, 150_000),
    forged: chance.happens(0.1) ? "yes" : "no",
    password,
    passwordMs: password === "late" ? chance.integer(58_000, 119_000) : chance.integer(2_000, 40_000),
  };
}

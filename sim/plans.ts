// What is going to happen to each order, drawn from the seed when its first request leaves: on the wire, with its callbacks,
// and by its payer.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Operation } from "./networks/network.ts";
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
  | "wrongSignature"
  | "systemError"
  | "faultAfterEffect"
  | "bankError"
  | "defectiveSuccess"
  | "paidTooLate"
  | "certificateExpired"
  | "refundStuck";

export type OrderPlan = Readonly<{
  /** What the charge meets. */
  wire: WireFault;
  /** In between nothing that is said about this order reaches the channel. */
  silentFromMs: number;
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

/** A request as plans look at it. */
export type Planned = Readonly<{ channel: ChannelCode; operation: Operation; orderNo: string }>;

export type Plans = Readonly<{
  of(orderNo: string): OrderPlan;
  wireFault(request: Planned): WireFault;
}>;

type Weights = Readonly<Partial<Record<WireFault, number>>>;

const chargeWeights: Weights = {
  none: 80,
  requestLost: 2,
  channelSilent: 2,
  replyLostBeforeEffect: 2,
  replyLostAfterEffect: 7,
  requestAfterCancel: 4,
  slow: 3,
  serverError: 2,
  wrongSignature: 2,
  systemError: 1,
};
const laterWeights: Weights = {
  requestLost: 2,
  replyLostBeforeEffect: 2,
  replyLostAfterEffect: 3,
  slow: 2,
  serverError: 2,
  wrongSignature: 2,
  systemError: 1,
};

type OwnWeights = Readonly<{ charge: Weights; later: Weights; refund: Weights }>;

/** What only some networks do. */
const ownWeights: Readonly<Record<ChannelCode, OwnWeights>> = {
  alipay: { charge: {}, later: {}, refund: {} },
  wechat: {
    charge: { faultAfterEffect: 2, bankError: 3 },
    later: { faultAfterEffect: 1 },
    refund: { faultAfterEffect: 1, refundStuck: 3 },
  },
  unionpay: {
    charge: {
      ...{ faultAfterEffect: 2, bankError: 3, defectiveSuccess: 3, paidTooLate: 3, certificateExpired: 2 },
    },
    later: { faultAfterEffect: 1, certificateExpired: 1 },
    refund: { faultAfterEffect: 1, certificateExpired: 1 },
  },
};

/** Share of later requests that meet trouble of their own. Few are there to undo something, and a refund moves money: these meet more. */
const laterFaultShares: Readonly<Record<Exclude<Operation, "pay">, number>> = {
  precreate: 0.12,
  query: 0.12,
  cancel: 0.25,
  close: 0.25,
  refund: 0.25,
  refundQuery: 0.12,
};

/** A code is made, shown and perhaps paid before its silence begins. */
const silentAfterCodeMs = { min: 1_000, max: 25_000 } as const;

export function createPlans({ scheduler, trouble }: { scheduler: Scheduler; trouble: Trouble }): Plans {
  const plans = new Map<string, OrderPlan>();
  const begun = (orderNo: string, channel: ChannelCode, first: Operation): OrderPlan => {
    const present = plans.get(orderNo);
    if (present !== undefined) return present;
    const plan = trouble.isCalm()
      ? calmPlan
      : drawPlan(trouble, { channel, first, nowMs: scheduler.nowMs() });
    plans.set(orderNo, plan);
    return plan;
  };
  return {
    of: (orderNo) => plans.get(orderNo) ?? calmPlan,
    wireFault: ({ channel, operation, orderNo }) => {
      const plan = begun(orderNo, channel, operation);
      if (trouble.isCalm()) return "none";
      if (operation === "pay") return plan.wire;
      const nowMs = scheduler.nowMs();
      if (nowMs >= plan.silentFromMs && nowMs < plan.silentUntilMs) return "channelSilent";
      if (!trouble.strikes(laterFaultShares[operation])) return "none";
      const own = ownWeights[channel][operation === "refund" ? "refund" : "later"];
      return weighted(trouble, { ...laterWeights, ...own });
    },
  };
}

function weighted({ chance }: Trouble, weights: Weights): WireFault {
  return chance.weighted(weights as Readonly<Record<WireFault, number>>);
}

const calmPlan: OrderPlan = {
  wire: "none",
  silentFromMs: 0,
  silentUntilMs: 0,
  slowMs: 0,
  heldMs: 0,
  callback: "prompt",
  callbackLateMs: 0,
  forged: "no",
  password: "enters",
  passwordMs: 5_000,
};

type Beginning = Readonly<{ channel: ChannelCode; first: Operation; nowMs: number }>;

function drawPlan(trouble: Trouble, { channel, first, nowMs }: Beginning): OrderPlan {
  const { chance } = trouble;
  const wire = weighted(trouble, { ...chargeWeights, ...ownWeights[channel].charge });
  const silent = wire === "channelSilent" || (wire === "replyLostAfterEffect" && chance.happens(0.5));
  const callback = chance.weighted({ prompt: 60, lost: 20, doubled: 8, late: 8, wrongAmount: 4 });
  const password = chance.weighted({ enters: 60, never: 15, late: 25 });
  const silentMs = (chance.happens(0.6) ? chance.integer(175, 235) : chance.integer(20, 120)) * 1_000;
  const { min, max } = silentAfterCodeMs;
  const silentFromMs = first === "precreate" ? nowMs + chance.integer(min, max) : nowMs;
  return {
    wire,
    silentFromMs,
    // Some silences outlast the timetable, so that a person has to decide.
    silentUntilMs: silent ? silentFromMs + silentMs : 0,
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

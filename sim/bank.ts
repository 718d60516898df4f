// The simulated networks with everything around them: wire faults, notifications on their way, payers with their phones.
// Their books are the truth that ours are compared with.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { WireRequest } from "@huiyin/server/channels/port.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Refund, Trade } from "@huiyin/sandbox/book/model.ts";
import { settledEvent } from "@huiyin/sandbox/book/trades.ts";
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import type { World } from "@huiyin/sandbox/world/model.ts";
import { applyToState } from "@huiyin/sandbox/world/state.ts";
import { createAlipay } from "./networks/alipay.ts";
import type {
  AccountWay,
  Call,
  OpenedAccount,
  Secret,
  SimulatedNetwork,
  WireOutcome,
} from "./networks/network.ts";
import { createUnionpay } from "./networks/unionpay.ts";
import { createWechat, type SimulatedWechat } from "./networks/wechat.ts";
import { createPlans, type OrderPlan, type WireFault } from "./plans.ts";
import { createChance } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** A request of the platform as the bank sees it. */
export type BankCall = Call &
  Readonly<{
    network: SimulatedNetwork;
    /** "pay 10000001…": what the trace calls it. */
    key: string;
  }>;

export type Bank = Readonly<{
  networks: readonly SimulatedNetwork[];
  network(channel: ChannelCode): SimulatedNetwork;
  wechat: SimulatedWechat;
  /** Every secret text that may appear nowhere. */
  secrets: readonly Secret[];
  open(channel: ChannelCode, name: string, way: AccountWay): OpenedAccount;
  /** What a request asks for, and which network. Throws where nobody could read it. */
  callOf(request: WireRequest): BankCall;
  /** The fault that this request meets. */
  faultFor(call: BankCall): WireFault;
  /** One request at its gateway, under this fault. */
  handle(call: BankCall, request: WireRequest, fault: WireFault): Promise<WireOutcome>;
  planOf(orderNo: string): OrderPlan;
  /** A payer scans a code that a shop shows; what forgers make of it comes with it. Null where it cannot be scanned. */
  scan(
    channel: ChannelCode,
    scan: Readonly<{ walletId: string; codeUrl: string; orderNo: string }>,
  ): Trade | null;
  /** Called after every change of the books: notifications to send, payers to wake. */
  onChange(listener: () => void): void;
  changed(): void;
  /** The trade of an order in the books of one network. */
  tradeAt(channel: ChannelCode, orderNo: string): Trade | null;
  /** The same, in whichever books it is. */
  tradeOf(orderNo: string): Trade | null;
  /** The merchant has the money of a refund that is stuck sent to the payer another way, at the network’s own portal. */
  sendOn(channel: ChannelCode, orderNo: string, refund: Refund): void;
  /** Voids that left the platform. */
  voids: Voids;
  /** Orders that were asked to be undone while they were not paid, each with its network; whoever has dealt with one takes it out. */
  closeAttempts: Map<string, ChannelCode>;
}>;

export type Voids = {
  /** The numbers under which any was asked for. */
  readonly numbers: Set<string>;
  /** When one of them last met what kept it from being carried out; 0 before the first. */
  lastLostMs: number;
};

export type BankDeps = Readonly<{ seed: number; scheduler: Scheduler; trouble: Trouble }>;

export function createBank(deps: BankDeps): Bank {
  const { scheduler, seed } = deps;
  const own = (channel: ChannelCode) => ({
    now: scheduler.now,
    random: createChance(seed, `bank ${channel}`).next,
  });
  const wechat = createWechat(own("wechat"));
  const networks = [createAlipay(own("alipay")), wechat, createUnionpay(own("unionpay"))];
  const byCode = new Map(networks.map((network) => [network.code, network]));
  const secrets = networks.flatMap((network) => network.secrets);
  const plans = createPlans(deps);
  const closeAttempts = new Map<string, ChannelCode>();
  const voids: Voids = { numbers: new Set(), lastLostMs: 0 };
  const listeners: Array<() => void> = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const network = (channel: ChannelCode): SimulatedNetwork => {
    const found = byCode.get(channel);
    if (found === undefined) throw new Error(`there is no network ${channel}`);
    return found;
  };
  const tradeAt = (channel: ChannelCode, orderNo: string): Trade | null =>
    tradeIn(network(channel).world, orderNo);
  return {
    ...{ networks, network, wechat, secrets, closeAttempts, voids, changed, tradeAt, planOf: plans.of },
    open: (channel, name, way) => {
      const account = network(channel).open(name, way);
      secrets.push(...account.secrets);
      return account;
    },
    callOf: (request) => {
      const found = networks.find(({ address }) => request.url.startsWith(address));
      if (found === undefined) throw new Error(`nobody is at ${request.url}`);
      const call = found.callOf(request);
      return { ...call, network: found, key: `${call.operation} ${call.orderNo}` };
    },
    faultFor: ({ network: { code }, operation, orderNo, voidNo }) => {
      // An attempt, whether or not it arrives: from now on the platform wants the payment undone.
      const undoes = operation === "cancel" || operation === "close";
      if (undoes && (tradeAt(code, orderNo)?.paidAtMs ?? 0) === 0) closeAttempts.set(orderNo, code);
      const planned = plans.wireFault({ channel: code, operation, orderNo });
      if (voidNo === undefined) return planned;
      // There are few of them, and each that arrives is carried out.
      const fault = deps.trouble.strikes(0.3) ? "requestLost" : planned;
      noteVoid(deps, voids, { voidNo, fault });
      return fault;
    },
    handle: async (call, request, fault) => {
      const outcome = await handleUnder(deps, call, { request, fault, plan: plans.of(call.orderNo) });
      changed();
      return outcome;
    },
    scan: (channel, { walletId, codeUrl, orderNo }) => {
      const { world } = network(channel);
      const switches = switchesOn(world, forgeries(channel, plans.of(orderNo)));
      const scanned = world.scan({ walletId, codeUrl });
      switches.off();
      changed();
      return scanned.ok ? scanned.value : null;
    },
    sendOn: (channel, orderNo, refund) => {
      sendOn(network(channel).world, { orderNo, refund, nowMs: scheduler.nowMs() });
      changed();
    },
    onChange: (listener) => void listeners.push(listener),
    tradeOf: (orderNo) =>
      networks.map(({ world }) => tradeIn(world, orderNo)).find((trade) => trade !== null) ?? null,
  };
}

function tradeIn({ book }: World, orderNo: string): Trade | null {
  for (const { sellerId } of book.merchants.values()) {
    const tradeNo = book.tradeNoOfOrder.get(`${sellerId}/${orderNo}`);
    if (tradeNo !== undefined) return book.trades.get(tradeNo) ?? null;
  }
  return null;
}

function sendOn(
  world: World,
  { orderNo, refund, nowMs }: Readonly<{ orderNo: string; refund: Refund; nowMs: number }>,
): void {
  const trade = tradeIn(world, orderNo);
  if (trade === null) throw new Error(`there is no trade ${orderNo}`);
  applyToState(world.state, settledEvent(trade, refund, "done", nowMs));
}

/** What keeps a request from being carried out. */
const losing: ReadonlySet<WireFault> = new Set<WireFault>([
  "requestLost",
  "channelSilent",
  "replyLostBeforeEffect",
]);

function noteVoid(
  { scheduler, trouble }: BankDeps,
  voids: Voids,
  { voidNo, fault }: Readonly<{ voidNo: string; fault: WireFault }>,
): void {
  if (!voids.numbers.has(voidNo)) trouble.countAt("unionpay", "voidAsked");
  voids.numbers.add(voidNo);
  if (fault !== "none" && fault !== "slow") trouble.countAt("unionpay", "voidUnclear");
  if (losing.has(fault)) voids.lastLostMs = scheduler.nowMs();
}

/** By wire fault, the sandbox’s switch that makes it. */
const switchOf: ReadonlyMap<WireFault, string> = new Map<WireFault, string>([
  ["replyLostBeforeEffect", "reply-lost-before-effect"],
  ["replyLostAfterEffect", "reply-lost-after-effect"],
  ["requestAfterCancel", "request-after-cancel"],
  ["slow", "slow"],
  ["serverError", "server-error"],
  ["wrongSignature", "wrong-signature"],
  ["systemError", "C-CHN-03"],
  ["faultAfterEffect", "fault-after-effect"],
  ["bankError", "bank-error"],
  ["defectiveSuccess", "defective-success"],
  ["paidTooLate", "paid-too-late"],
  ["certificateExpired", "certificate-expired"],
  ["refundStuck", "refund-stuck"],
]);

type SwitchWish = Readonly<{ id: string; delayMs: number | null }>;

/** Switches faults on for one thing that happens, and off again: no other can come in between. */
function switchesOn({ faults }: World, wishes: readonly SwitchWish[]): Readonly<{ off(): void }> {
  for (const { id, delayMs } of wishes) unwrap(faults.switchOn(id, { ...everything, delayMs }));
  return {
    off: () => {
      for (const { id } of wishes) unwrap(faults.switchOff(id, null));
    },
  };
}

/** What strangers, or the network itself, send about a trade as it comes to be. */
function forgeries(channel: ChannelCode, { forged }: OrderPlan): readonly SwitchWish[] {
  if (forged === "no") return [];
  const probe = channel === "wechat" ? [{ id: "notification-probe", delayMs: null }] : [];
  return [{ id: "notification-forged", delayMs: null }, ...probe];
}

type Handling = Readonly<{ request: WireRequest; fault: WireFault; plan: OrderPlan }>;

async function handleUnder(deps: BankDeps, call: BankCall, handling: Handling): Promise<WireOutcome> {
  const { scheduler, trouble } = deps;
  const { network, operation } = call;
  const { request, fault, plan } = handling;
  const window = network.world.state.switches.get("C-CHN-01");
  const maintenance = window !== undefined && (window.scope.untilMs ?? Infinity) > scheduler.nowMs();
  const id = switchOf.get(fault);
  const switches = switchesOn(network.world, [
    ...(id === undefined ? [] : [{ id, delayMs: delayOf(fault, plan) }]),
    ...(operation === "pay" || operation === "precreate" ? forgeries(network.code, plan) : []),
  ]);
  const outcome = await network.handle(request);
  switches.off();
  const count = (kind: Parameters<Trouble["countAt"]>[1]): void => trouble.countAt(network.code, kind);
  if (maintenance) count("maintenance");
  else if (fault !== "none") count(fault);
  if (operation !== "refund") return outcome;
  if (fault === "replyLostAfterEffect") count("refundReplyLost");
  if (outcome.kind !== "broken" && network.saysBalanceShort(Buffer.from(outcome.body).toString("utf8")))
    count("refundBalanceShort");
  return outcome;
}

function delayOf(fault: WireFault, plan: OrderPlan): number | null {
  return fault === "slow" ? plan.slowMs : fault === "requestAfterCancel" ? plan.heldMs : null;
}

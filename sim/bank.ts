// The simulated Alipay with everything around it: wire faults, notifications on their way, payers with their phones.
// Its books are the truth that ours are compared with.
import type { WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { WireOutcome } from "@huiyin/sandbox/alipay/gateway.ts";
import { createAlipayWorld, type AlipayWorld } from "@huiyin/sandbox/alipay/world.ts";
import type { Book, Merchant, Trade } from "@huiyin/sandbox/book/model.ts";
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import { keyPair } from "./keys.ts";
import { createPlans, type Operation, type OrderPlan, type WireFault } from "./plans.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type BankMerchant = Readonly<{ merchant: Merchant; privateKeyPem: string }>;

export type Bank = Readonly<{
  world: AlipayWorld;
  book: Book;
  alipayPublicKeyPem: string;
  /** Every secret text that may appear nowhere. */
  secrets: readonly string[];
  addMerchant(name: string): BankMerchant;
  /** The fault that the next request with this key meets. */
  faultFor(key: string): WireFault;
  /** One request at the gateway, under this fault. */
  handle(key: string, parameters: WireParameters, fault: WireFault): Promise<WireOutcome>;
  planOf(orderNo: string): OrderPlan;
  /** Called after every change of the books: notifications to send, payers to wake. */
  onChange(listener: () => void): void;
  changed(): void;
  tradeOf(orderNo: string): Trade | null;
  /** Orders that were asked to be undone while they were not paid; whoever has dealt with one takes it out. */
  closeAttempts: Set<string>;
}>;

export type BankDeps = Readonly<{ scheduler: Scheduler; trouble: Trouble }>;

export function createBank(deps: BankDeps): Bank {
  const alipay = keyPair();
  const stranger = keyPair();
  const world = createAlipayWorld({
    keys: {
      alipayPrivateKey: alipay.privateKeyPem,
      alipayPublicKey: alipay.publicKeyPem,
      strangerPrivateKey: stranger.privateKeyPem,
    },
    clock: { now: deps.scheduler.now, sleep: async () => undefined },
    random: deps.trouble.chance.next,
  });
  const secrets: string[] = [alipay.privateKeyPem, stranger.privateKeyPem];
  const plans = createPlans(deps);
  const closeAttempts = new Set<string>();
  const sellers: string[] = [];
  const listeners: Array<() => void> = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const bank: Bank = {
    world,
    book: world.book,
    alipayPublicKeyPem: alipay.publicKeyPem,
    secrets,
    closeAttempts,
    addMerchant: (name) => {
      const keys = keyPair();
      secrets.push(keys.privateKeyPem);
      const merchant = unwrap(
        world.registerMerchant({
          name,
          publicKey: keys.publicKeyPem,
          state: "normal",
          products: { facePay: "open", huabei: "open" },
          fundBill: "whenAsked",
          notifyStates: ["TRADE_SUCCESS"],
        }),
      );
      sellers.push(merchant.sellerId);
      return { merchant, privateKeyPem: keys.privateKeyPem };
    },
    faultFor: (key) => {
      const { operation, orderNo } = partsOf(key);
      // An attempt, whether or not it arrives: from now on the platform wants the payment undone.
      if (operation === "cancel" && (bank.tradeOf(orderNo)?.paidAtMs ?? 0) === 0) closeAttempts.add(orderNo);
      return plans.wireFault(operation, orderNo);
    },
    handle: async (key, parameters, fault) => {
      const { operation, orderNo } = partsOf(key);
      const outcome = await handleUnder(deps, world, {
        parameters,
        fault,
        operation,
        plan: plans.of(orderNo),
      });
      changed();
      return outcome;
    },
    planOf: plans.of,
    onChange: (listener) => void listeners.push(listener),
    changed,
    tradeOf: (orderNo) => tradeIn(world.book, sellers, orderNo),
  };
  return bank;
}

function tradeIn(book: Book, sellers: readonly string[], orderNo: string): Trade | null {
  for (const sellerId of sellers) {
    const tradeNo = book.tradeNoOfOrder.get(`${sellerId}/${orderNo}`);
    if (tradeNo !== undefined) return book.trades.get(tradeNo) ?? null;
  }
  return null;
}

function partsOf(key: string): { operation: Operation; orderNo: string } {
  const [operation = "", orderNo = ""] = key.split(" ");
  return { operation: operation as Operation, orderNo };
}

/** By wire fault, the sandbox’s switch that makes it. */
const switchOf: ReadonlyMap<WireFault, string> = new Map<WireFault, string>([
  ["replyLostBeforeEffect", "reply-lost-before-effect"],
  ["replyLostAfterEffect", "reply-lost-after-effect"],
  ["requestAfterCancel", "request-after-cancel"],
  ["slow", "slow"],
  ["serverError", "server-error"],
  ["wrongSignature", "wrong-signature"],
]);

type Handling = Readonly<{
  parameters: WireParameters;
  fault: WireFault;
  operation: Operation;
  plan: OrderPlan;
}>;

/** Switches the faults on for this one request, and off again: no other can come in between. */
async function handleUnder(deps: BankDeps, world: AlipayWorld, handling: Handling): Promise<WireOutcome> {
  const { parameters, fault, operation, plan } = handling;
  const { faults } = world;
  const maintenance = world.state.switches.has("C-CHN-01")
    ? faults.list().some((view) => view.id === "C-CHN-01" && view.state === "on")
    : false;
  const on: string[] = [];
  const switchOn = (id: string, delayMs: number | null): void => {
    unwrap(faults.switchOn(id, { ...everything, delayMs }));
    on.push(id);
  };
  const id = switchOf.get(fault);
  if (id !== undefined) switchOn(id, delayOf(fault, plan));
  if (operation === "pay" && plan.forged === "yes") switchOn("notification-forged", null);
  const outcome = await world.handleGateway(parameters);
  for (const each of on) unwrap(faults.switchOff(each, null));
  if (maintenance) deps.trouble.count("maintenance");
  else if (fault !== "none") deps.trouble.count(fault);
  if (operation === "refund" && fault === "replyLostAfterEffect") deps.trouble.count("refundReplyLost");
  if (outcome.kind !== "broken" && outcome.body.includes("SELLER_BALANCE_NOT_ENOUGH"))
    deps.trouble.count("refundBalanceShort");
  return outcome;
}

function delayOf(fault: WireFault, plan: OrderPlan): number | null {
  return fault === "slow" ? plan.slowMs : fault === "requestAfterCancel" ? plan.heldMs : null;
}

// What a fault is. Three kinds: one changes the books (and shows in the wallet or at the merchant), one stands between
// the wire and the gateway, one between the network and the merchant’s callback address. All are pure. One catalogue serves
// every network: a fault says at which it exists, and in whose words it refuses.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Book } from "../book/model.ts";
import { networks, type Network } from "../book/network.ts";
import type { Facts } from "../book/people.ts";

/** Every call about an order. */
export const operations = ["pay", "query", "cancel", "refund", "refundQuery", "precreate", "close"] as const;
export type Operation = (typeof operations)[number];

/** Every call of a gateway that a switch can be limited to. */
export const wireOperations = [...operations, "bill", "certificates"] as const;
export type WireOperation = (typeof wireOperations)[number];

/** What a switch is limited to; null means everything. */
export type Scope = Readonly<{
  appId: string | null;
  walletId: string | null;
  operations: readonly WireOperation[] | null;
  /** So many requests (or notifications) more, then the switch is off. */
  remaining: number | null;
  /** How long whatever the fault delays is delayed; null leaves it to the fault. */
  delayMs: number | null;
  /** The switch goes off by itself at this moment. */
  untilMs: number | null;
}>;

export type Switch = Readonly<{ faultId: string; scope: Scope; setAtMs: number }>;

export type Identity = Readonly<{
  /** A catalogue id where the fault plants a catalogued cause; otherwise a word that names what happens on the wire. */
  id: string;
  title: Localized;
  /** What changes on the wire and in the books, in one sentence. */
  changes: Localized;
  /** The networks at which it exists; every one unless said otherwise. */
  networks?: readonly Network[];
}>;

/** Where a fault exists. */
export function networksOf(fault: Identity): readonly Network[] {
  return fault.networks ?? networks;
}

/** A refusal in a network’s own words: Alipay’s sub-code, WeChat’s err_code, UnionPay’s respCode, each with its text. */
export type RefusalWords = Readonly<{ subCode: string; subMessage: string }>;

export type BillPlan = "own" | "notReady" | "hashWrong" | "totalsWrong" | "rowMissing" | "rowExtra";

/** Lies in the books: planted and healed there, and healed too by whoever repairs it through another door. */
export type BookFault = Identity &
  Readonly<{
    layer: "books";
    /** Where it lies: in a merchant or in a wallet. */
    place: "appId" | "walletId";
    plant(book: Book, targetId: string): Facts<unknown>;
    heal(book: Book, targetId: string): Facts<unknown>;
    /** The merchants or wallets that are in this condition now, whether it was planted or not. */
    lies(book: Book): readonly string[];
  }>;

/** What becomes of one request and of its answer. */
export type GatewayPlan = Readonly<{
  /** "afterCancel": held back, then carried out once the same order has been cancelled, or when the delay is over. */
  delivery: "now" | "never" | "afterCancel";
  reply:
    | "own"
    /** The connection breaks without an answer. */
    | "lost"
    | "serverError"
    | "wrongSignature"
    | "unavailable";
  replyDelayMs: number;
  heldMs: number;
  /** Refused in these documented words instead of being carried out; null where the books decide. */
  refusal: RefusalWords | null;
  /** Carried out, and answered in these words all the same; null where the answer tells what happened. */
  disguise: RefusalWords | null;
  /** Which of the network’s keys signs where the caller names none. */
  platformKey: "current" | "next";
  /** What is wrong with a bill. */
  bill: BillPlan;
  /** Whether a refund that is taken over reaches the payer. */
  refund: "arrives" | "stuck";
}>;

export type GatewayFault = Identity &
  Readonly<{
    layer: "gateway";
    operations: readonly WireOperation[];
    shape(plan: GatewayPlan, scope: Scope, network: Network): GatewayPlan;
  }>;

type WordsByNetwork = Readonly<Partial<Record<Network, RefusalWords>>>;

function speaking(words: WordsByNetwork): readonly Network[] {
  return networks.filter((network) => words[network] !== undefined);
}

/** Refuses in the network’s own words, whatever the books would say; exists where there are words for it. */
export function refusing(words: WordsByNetwork): Pick<GatewayFault, "networks" | "shape"> {
  const shape: GatewayFault["shape"] = (plan, _scope, network) => {
    return { ...plan, refusal: words[network] ?? null };
  };
  return { networks: speaking(words), shape };
}

/** Lets the books carry the request out, and answers in words that hide it. */
export function hiding(words: WordsByNetwork): Pick<GatewayFault, "networks" | "shape"> {
  const shape: GatewayFault["shape"] = (plan, _scope, network) => {
    return { ...plan, disguise: words[network] ?? null };
  };
  return { networks: speaking(words), shape };
}

/** What becomes of the notifications of one trade. */
export type DeliveryPlan = Readonly<{
  /** How many copies arrive; 0 when it is lost. */
  copies: number;
  /** Added to the amount on the notification, in fen. */
  amountErrorFen: bigint;
  /** The first attempt waits so long after the payment. */
  putOffMs: number;
  /** "also": a stranger sends a forged one as well. */
  forgery: "none" | "also";
  /** "also": the network sends one whose signature must be refused, to see whether the merchant verifies. */
  probe: "none" | "also";
}>;

/** When a delivery fault acts: as a trade is created, as its notification is queued, or at each attempt to deliver it. */
export type DeliveryStage = "created" | "queued" | "attempted";

export type DeliveryFault = Identity &
  Readonly<{
    layer: "delivery";
    stage: DeliveryStage;
    shape(plan: DeliveryPlan, scope: Scope): DeliveryPlan;
  }>;

export type Fault = BookFault | GatewayFault | DeliveryFault;

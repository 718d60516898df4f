// What a fault is. Three kinds: one changes the books (and shows in the wallet or at the merchant), one stands between
// the wire and the gateway, one between Alipay and the merchant’s callback address. All are pure.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Book } from "../book/model.ts";
import type { Facts } from "../book/people.ts";

/** Every method of the gateway that a switch can be limited to. */
export const operations = ["pay", "query", "cancel", "refund", "refundQuery", "precreate", "close"] as const;
export type Operation = (typeof operations)[number];

/** What a switch is limited to; null means everything. */
export type Scope = Readonly<{
  appId: string | null;
  walletId: string | null;
  operations: readonly Operation[] | null;
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
}>;

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
  refusal: Readonly<{ subCode: string; subMessage: string }> | null;
}>;

export type GatewayFault = Identity &
  Readonly<{
    layer: "gateway";
    operations: readonly Operation[];
    shape(plan: GatewayPlan, scope: Scope): GatewayPlan;
  }>;

/** A shape that refuses in Alipay’s own words, whatever the books would say. */
export function refusing(refusal: NonNullable<GatewayPlan["refusal"]>): GatewayFault["shape"] {
  return (plan) => ({ ...plan, refusal });
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

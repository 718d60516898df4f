// For tests only: what a conformance scenario is given, and the world it believes.
import { fen, type Money } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { CallbackRequest, Channel, ChannelAccount, ChannelIo, ChargeRequest } from "../port.ts";

/** What the world’s own books say of an order. */
export type BookEntry =
  | Readonly<{ state: "none" }>
  | Readonly<{ state: "waiting" | "paid" | "closed" | "refunded"; amount: Money }>;

/** The outside of one channel: its gateway, its payers and its books. A fresh one for each test. */
export interface ConformanceWorld {
  readonly io: ChannelIo;
  readonly account: ChannelAccount;
  /** A fresh payer code of a payer who pays at once, must confirm first, or has no money. */
  payerCode(payer: "pays" | "confirmsFirst" | "hasNoMoney"): Promise<string>;
  /** The payer confirms the payment that waits. */
  confirm(channelOrderNo: string): Promise<void>;
  book(channelOrderNo: string): Promise<BookEntry>;
  /** Everything the books gave back of an order. */
  refunded(channelOrderNo: string): Promise<Money>;
  /** A payer scans the code that is shown for an order, and pays or waits. */
  scan(codeUrl: string, payer: "pays" | "confirmsFirst"): Promise<void>;
  /** A payer who opened our page in the wallet, and whose wallet is called by its bridge; absent where the account has no pages. */
  readonly page?: Readonly<{
    payerId: string;
    /** Hands the call to the wallet of this payer, or of another one; the wallet pays what it believes. */
    pays(payer: "this" | "another", call: Readonly<Record<string, string>>): Promise<void>;
  }>;
  /** Whether the merchant has money at the channel to give back. Enough unless said otherwise. */
  setMerchantBalance(balance: "enough" | "short"): Promise<void>;
  /** The same account with a key of ours that nobody registered. */
  readonly accountWithWrongKey: ChannelAccount;
  /** The callback of a paid order as the channel posts it now; each call is one repetition of the same notification. */
  callback(channelOrderNo: string): Promise<CallbackRequest>;
  /** The callback of the one refund of an order, as the channel posts it now; absent where it tells of no refunds. */
  refundCallback?(channelOrderNo: string): Promise<CallbackRequest>;
  /** The same callback with one part of it altered, each in its turn: any of them must be refused. */
  altered(callback: CallbackRequest): ReadonlyArray<readonly [part: string, callback: CallbackRequest]>;
  /** So much time passes; absent where this world's clock stands still. */
  advance?(seconds: number): Promise<void>;
  /** Refunds that are under way arrive; absent where every refund arrives at once. */
  refundsArrive?(): Promise<void>;
  /** "no": this network never tells from which purse money came. */
  readonly tellsPurse?: "no";
  stop(): Promise<void>;
}

export type ConformanceDeps = Readonly<{ channel: Channel; makeWorld: () => Promise<ConformanceWorld> }>;

export type Given = Readonly<{ channel: Channel; world: ConformanceWorld; request: ChargeRequest }>;
/** What a network may lack: its scenarios are skipped then. */
export type Needed =
  "shownCodes" | "pages" | "close" | "bill" | "callbacks" | "refundCallbacks" | "shortBalance" | "voids";

export type Scenario = readonly [
  name: string,
  payer: Parameters<ConformanceWorld["payerCode"]>[0],
  run: (given: Given) => Promise<void>,
  needed?: Needed,
];

/** Of every payment of the suite. */
export const amount = fen(1250);

/** An order number is unique within its world, and every test has a world of its own. */
const channelOrderNo = "00000001conformance";

/** A charge by this payer, with a fresh code. */
export async function requestOf(
  world: ConformanceWorld,
  payer: Parameters<ConformanceWorld["payerCode"]>[0],
): Promise<ChargeRequest> {
  return {
    channelOrderNo,
    orderedAt: world.io.now(),
    amount,
    payerCode: await world.payerCode(payer),
    subject: "回音咖啡",
    expiresAt: addSeconds(world.io.now(), 120),
    storeNo: null,
    terminalNo: null,
    callbackUrl: "http://127.0.0.1:9/callback",
  };
}

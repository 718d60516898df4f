// One payment network of the simulated world behind one interface: wire requests in, wire outcomes out, notifications, books.
// Everything that is particular to a network is in the file of its name.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Channel, ChannelAccount, WireRequest } from "@huiyin/server/channels/port.ts";
import type { Merchant, Refund } from "@huiyin/sandbox/book/model.ts";
import type { World } from "@huiyin/sandbox/world/model.ts";
import type { AttemptResult, Notification } from "@huiyin/sandbox/world/outbox.ts";

/** Where gateways are reached, and channels reach the platform. Nobody listens there: everything is handed over in process. */
export const publicUrl = "http://127.0.0.1:8080";

/** What a request asks of a network. */
export type Operation = "pay" | "precreate" | "query" | "cancel" | "close" | "refund" | "refundQuery";

/** What a request asks for, about which order. */
export type Call = Readonly<{
  operation: Operation;
  orderNo: string;
  /** The number of a refund that is asked for as a void, where a network has such a thing. */
  voidNo?: string;
}>;

/** What leaves on the wire, and when: an answer so many milliseconds later, or a connection that breaks. */
export type WireOutcome =
  | Readonly<{
      kind: "answer";
      afterMs: number;
      status: number;
      headers: Readonly<Record<string, string>>;
      body: Uint8Array;
    }>
  | Readonly<{ kind: "broken"; afterMs: number }>;

/** A notification as it is posted, and how the platform answers it; null where nothing answers. */
export type Posted = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;
export type PostAnswer = Readonly<{ status: number; body: string }>;
export type Post = (posted: Posted) => Promise<PostAnswer | null>;

/** A text that may appear nowhere. */
export type Secret = Readonly<{ what: string; text: string }>;

/** The account of a merchant: as the network knows it, and as the platform is configured with it. */
export type OpenedAccount = Readonly<{
  merchant: Merchant;
  config: ChannelAccount;
  secrets: readonly Secret[];
}>;

export type SimulatedNetwork = Readonly<{
  code: ChannelCode;
  channel: Channel;
  /** With this every request to its gateway begins. */
  address: string;
  world: World;
  /** The network’s own keys. */
  secrets: readonly Secret[];
  /** Opens an account for a merchant, set up in one of the ways that the network knows. */
  open(name: string, way: AccountWay): OpenedAccount;
  /** What a request of the platform asks for. Throws where nobody could read it. */
  callOf(request: WireRequest): Call;
  /** One request at the gateway, under the faults that are switched on. */
  handle(request: WireRequest): Promise<WireOutcome>;
  /** Makes the next attempt at a notification. */
  deliver(notifyId: string, post: Post): Promise<AttemptResult>;
  /** Whether this answer ends the repetitions of a notification. */
  isTaken(notification: Notification, answer: PostAnswer): boolean;
  /** Whether a notification names the amount of its order, so that a wrong one can stand in it. */
  namesOrderAmount(notification: Notification): boolean;
  /** Whether what was given back was given back by a void. */
  isVoid(refund: Refund): boolean;
  /** Whether an answer to a refund says that the merchant’s balance is short. */
  saysBalanceShort(body: string): boolean;
}>;

/** How an account is set up: by which keys and which generation of the wire. */
export type AccountWay =
  "key" | "v2" | "v2Md5" | "v3Certificate" | "v2AndV3PublicKey" | "v2AndV3Certificate" | "pem" | "keyFile";

export type NetworkDeps = Readonly<{
  now: () => Date;
  /** Draws payer codes and nonces. */
  random: () => number;
}>;

/** The clock of a world in which nothing waits by itself. */
export function clockOf({ now }: NetworkDeps) {
  return { now, sleep: async () => undefined };
}

/** A private key in PEM, by a piece out of its middle. */
export function keySecret(pem: string): Secret {
  return { what: "a private key", text: pem.slice(100, 140) };
}

/** Refund numbers with the orders they belong to: a query of a refund names the refund alone. */
export function createRefundNumbers() {
  const orders = new Map<string, string>();
  return {
    learn: (refundNo: string, orderNo: string): void => void orders.set(refundNo, orderNo),
    /** The order of a refund; the refund’s own number where it was never sent. */
    orderOf: (refundNo: string): string => orders.get(refundNo) ?? refundNo,
    knows: (refundNo: string): boolean => orders.has(refundNo),
  };
}

// What is sent to the platform: which payments there are, and every callback about them with the moment it arrives at.
import type { CallbackRequest } from "@huiyin/server/channels/port.ts";
import { channelOrderNoOf } from "@huiyin/server/modules/payments/orderNumber.ts";
import { idOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import type { Chance } from "../random.ts";
import type { News, Sender } from "./senders.ts";

/** What may be wrong with a callback; a “plain” one comes once, in time and in its order. */
export const callbackKinds = [
  "plain",
  "duplicate",
  "reordered",
  "late",
  "forged",
  "wrongAmountOrMerchant",
  "malformed",
] as const;
export type CallbackKind = (typeof callbackKinds)[number];

/** Shares in percent; a refund that overtakes its payment is two callbacks. */
const shares: Readonly<Record<CallbackKind, number>> = {
  plain: 20,
  duplicate: 30,
  reordered: 10,
  late: 10,
  forged: 10,
  wrongAmountOrMerchant: 5,
  malformed: 5,
};

/** A payment that callbacks are about; of a “bait” nothing true is ever told. */
export type Subject = Readonly<{
  id: string;
  sender: Sender;
  orderNo: string;
  tradeNo: string;
  fen: bigint;
  paidAtMs: number;
  lies: "told" | "bait";
  /** As it is when the first callback comes. */
  begins: "processing" | "closed";
}>;

export type Arrival = Readonly<{
  kind: CallbackKind;
  subject: Subject;
  atMs: number;
  /** What may become of it. */
  expected: readonly string[];
  /** The payment is told truly here. */
  proves: "yes" | "no";
  make(): Promise<CallbackRequest>;
}>;

export type Traffic = Readonly<{ subjects: readonly Subject[]; arrivals: readonly Arrival[] }>;

export const merchantNumber = "10000001";
const lateMsMax = 25 * 3_600_000;
const spanMs = 3_600_000;

/** So many callbacks about payments of one merchant, in the order of their arrival. */
export function trafficOf(
  chance: Chance,
  senders: readonly Sender[],
  plan: { startMs: number; count: number },
): Traffic {
  const writer = new Writer(chance, senders, plan.startMs);
  while (writer.arrivals.length < plan.count) writer.add(chance.weighted(shares));
  const arrivals = writer.arrivals.slice(0, plan.count);
  return { subjects: writer.subjects, arrivals: arrivals.sort((left, right) => left.atMs - right.atMs) };
}

class Writer {
  readonly subjects: Subject[] = [];
  readonly arrivals: Arrival[] = [];
  readonly #told: Arrival[] = [];
  readonly #chance: Chance;
  readonly #senders: readonly Sender[];
  readonly #startMs: number;

  constructor(chance: Chance, senders: readonly Sender[], startMs: number) {
    this.#chance = chance;
    this.#senders = senders;
    this.#startMs = startMs;
  }

  add(kind: CallbackKind): void {
    switch (kind) {
      case "plain":
      case "late":
        return void this.#tell(kind, this.#subject("told"), 0);
      case "reordered":
        return this.#reorder();
      case "duplicate":
        return this.#repeat();
      case "forged":
        return this.#forge();
      case "wrongAmountOrMerchant":
        return this.#mistake();
      case "malformed":
        return this.#spoil();
    }
  }

  #subject(lies: Subject["lies"]): Subject {
    const id = idOf("pay", uuidV7(new Date(this.#startMs), this.#chance.bytes(10)));
    const subject: Subject = {
      ...{ id, lies, sender: this.#sender(), orderNo: channelOrderNoOf(merchantNumber, id) },
      tradeNo: `20261122${String(this.subjects.length).padStart(16, "0")}`,
      fen: BigInt(this.#chance.integer(2, 1_000_000)),
      paidAtMs: this.#startMs + this.#chance.integer(0, spanMs),
      begins: this.#chance.happens(0.2) ? "closed" : "processing",
    };
    this.subjects.push(subject);
    return subject;
  }

  /** Most of it Alipay and WeChat Pay, as at any counter. */
  #sender(): Sender {
    const index = this.#chance.weighted({ "0": 45, "1": 35, "2": 15, "3": 5 });
    return this.#senders[Number(index)] ?? (this.#senders[0] as Sender);
  }

  /** Somebody whom a lie could be about: paid already, or never. */
  #victim(): Subject {
    return this.#chance.happens(0.5) && this.subjects.length > 0
      ? this.#chance.pick(this.subjects)
      : this.#subject("bait");
  }

  #push(arrival: Omit<Arrival, "proves">, proves: Arrival["proves"] = "no"): Arrival {
    const whole = { ...arrival, proves };
    this.arrivals.push(whole);
    if (proves === "yes") this.#told.push(whole);
    return whole;
  }

  #tell(kind: CallbackKind, subject: Subject, afterMs: number): Arrival {
    const lateMs =
      kind === "late" ? this.#chance.integer(60_000, lateMsMax) : this.#chance.integer(20, 5_000);
    const atMs = subject.paidAtMs + afterMs + lateMs;
    const make = (): Promise<CallbackRequest> => subject.sender.genuine(newsOf(subject, "paid", atMs));
    return this.#push({ kind, subject, atMs, expected: ["processed"], make }, "yes");
  }

  /** The news of a refund overtakes that of its payment. */
  #reorder(): void {
    const subject = this.#subject("told");
    const paid = this.#tell("reordered", subject, 60_000);
    const atMs = paid.atMs - this.#chance.integer(1, 50_000);
    const make = (): Promise<CallbackRequest> => subject.sender.genuine(newsOf(subject, "refunded", atMs));
    this.#push({ kind: "reordered", subject, atMs, expected: ["processed"], make });
  }

  #repeat(): void {
    if (this.#told.length === 0) return this.add("plain");
    const { subject, atMs: firstMs } = this.#chance.pick(this.#told);
    const atMs = firstMs + this.#chance.integer(0, this.#chance.happens(0.5) ? 50 : lateMsMax / 5);
    const make = (): Promise<CallbackRequest> => subject.sender.genuine(newsOf(subject, "paid", atMs));
    this.#push({ kind: "duplicate", subject, atMs, expected: ["processed"], make });
  }

  #forge(): void {
    const subject = this.#victim();
    const atMs = this.#someTime();
    const forge = this.#chance.pick(subject.sender.forged);
    this.#push({
      kind: "forged",
      subject,
      atMs,
      expected: ["forged"],
      make: () => forge(newsOf(subject, "paid", atMs)),
    });
  }

  #mistake(): void {
    const subject = this.#victim();
    const atMs = this.#someTime();
    const common = { kind: "wrongAmountOrMerchant", subject, atMs } as const;
    const news = newsOf(subject, "paid", atMs);
    if (this.#chance.happens(0.5))
      this.#push({
        ...common,
        expected: ["forged", "unknownOrder"],
        make: () => subject.sender.foreign(news),
      });
    else
      this.#push({
        ...common,
        expected: ["amountMismatch"],
        make: () => subject.sender.genuine({ ...news, fen: news.fen - 1n }),
      });
  }

  #spoil(): void {
    const subject = this.#victim();
    const atMs = this.#someTime();
    const how = this.#chance.pick(["empty", "noise", "text"] as const);
    const noise =
      how === "empty" ? new Uint8Array() : how === "text" ? Buffer.from("支付成功") : this.#chance.bytes(64);
    const make = (): Promise<CallbackRequest> =>
      Promise.resolve({ headers: new Map(), body: noise, receivedAt: new Date(atMs) });
    this.#push({ kind: "malformed", subject, atMs, expected: ["malformed"], make });
  }

  #someTime(): number {
    return this.#startMs + this.#chance.integer(0, spanMs * 2);
  }
}

function newsOf(subject: Subject, kind: News["kind"], atMs: number): News {
  const { orderNo, tradeNo, fen, paidAtMs } = subject;
  const notificationId = `${kind}${tradeNo}`;
  return { kind, orderNo, tradeNo, fen, paidAt: new Date(paidAtMs), sentAt: new Date(atMs), notificationId };
}

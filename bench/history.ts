// What clients were told, what the database holds and what the bank’s book says: compared after every leg, payment by payment.
import pg from "pg";
import { idOf } from "@huiyin/server/kernel/ids.ts";
import type { Trade } from "./channel.ts";
import type { Told } from "./client.ts";

/** A payment as the database holds it. */
export type Stored = Readonly<{
  paymentId: string;
  channelOrderNo: string;
  state: string;
  amountFen: bigint;
}>;

export type Histories = Readonly<{
  told: readonly Told[];
  stored: readonly Stored[];
  trades: readonly Trade[];
}>;

/** What does not fit, one sentence each; none where all three say the same of every payment. */
export function disagreements({ told, stored, trades }: Histories): string[] {
  const problems: string[] = [];
  const byOrder = new Map(trades.map((trade) => [trade.channelOrderNo, trade]));
  const byId = new Map(stored.map((payment) => [payment.paymentId, payment]));
  for (const { paymentId, channelOrderNo, state, amountFen } of stored) {
    const trade = byOrder.get(channelOrderNo);
    byOrder.delete(channelOrderNo);
    if (trade === undefined) {
      problems.push(`${paymentId}: ${state} with us, unknown to the bank`);
      continue;
    }
    if (state !== "succeeded") problems.push(`${paymentId}: ${state} with us, paid at the bank`);
    if (trade.amountFen !== amountFen)
      problems.push(`${paymentId}: ${amountFen} fen with us, ${trade.amountFen} at the bank`);
    if (trade.charges !== 1) problems.push(`${paymentId}: charged ${trade.charges} times`);
  }
  for (const channelOrderNo of byOrder.keys())
    problems.push(`${channelOrderNo}: paid at the bank, unknown to us`);
  const seen = new Set<string>();
  for (const { paymentId, state, amountFen } of told) {
    const payment = byId.get(paymentId);
    if (seen.has(paymentId)) problems.push(`${paymentId}: told to two clients`);
    seen.add(paymentId);
    if (payment === undefined) problems.push(`${paymentId}: acknowledged and lost`);
    else if (payment.state !== state || payment.amountFen !== BigInt(amountFen))
      problems.push(`${paymentId}: acknowledged as ${state}, ${amountFen} fen; stored otherwise`);
  }
  return problems;
}

/** Reads the payments that were made since the last call. */
export class StoredPayments {
  readonly #client: pg.Client;
  #lastUuid = "00000000-0000-0000-0000-000000000000";

  constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Ids are in the order of time, and no request is under way between two legs. */
  async take(): Promise<readonly Stored[]> {
    const { rows } = await this.#client.query<{
      payment_id: string;
      channel_order_no: string;
      state: string;
      amount_minor: string;
    }>(
      `select payment_id, channel_order_no, state, amount_minor from payments.payment
       where payment_id > $1 order by payment_id`,
      [this.#lastUuid],
    );
    this.#lastUuid = rows.at(-1)?.payment_id ?? this.#lastUuid;
    return rows.map((row) => ({
      paymentId: idOf("pay", row.payment_id),
      channelOrderNo: row.channel_order_no,
      state: row.state,
      amountFen: BigInt(row.amount_minor),
    }));
  }
}

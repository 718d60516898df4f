// What clients were told, what the database holds and what the bank’s book says: compared payment by payment, after every
// leg of a measurement and every planted fault. What a client does not know is asked about first.
import pg from "pg";
import { idOf, timeOfId, uuidFloor } from "@huiyin/server/kernel/ids.ts";
import type { Trade } from "./channel.ts";
import type { Told } from "./client.ts";

/** A payment as the database holds it. */
export type Stored = Readonly<{
  paymentId: string;
  channelOrderNo: string;
  state: string;
  amountFen: bigint;
  /** The key of the request that made it. */
  idempotencyKey?: string;
}>;

/** What one client knows of what it asked for. */
export type Known =
  /** Answered with a payment, in whatever state. */
  | Readonly<{ kind: "ok"; paymentId: string; state: string; amountFen: bigint }>
  /** Refused in declared words, or asked about later and not found: nothing has happened. */
  | Readonly<{ kind: "failed"; code: string }>
  /** No answer, or one that leaves it open. */
  | Readonly<{ kind: "unknown" }>;

/** One payment that a client asked for, however often it sent the request. */
export type Operation = Readonly<{
  /** Null where the client did not keep it. */
  idempotencyKey: string | null;
  known: Known;
}>;

export type History = Readonly<{
  operations: readonly Operation[];
  /** “some”: other requests were made as well, so that a payment of nobody’s proves nothing. */
  recorded: "all" | "some";
  stored: readonly Stored[];
  trades: readonly Trade[];
}>;

/** What does not fit: the books differ, one of them lacks something, or one has it twice. */
export type Finding = Readonly<{ kind: "mismatch" | "missing" | "duplicate"; problem: string }>;

export type Verdict = Readonly<{
  /** Payments of which all say the same. */
  matched: number;
  findings: readonly Finding[];
}>;

const openStates: ReadonlySet<string> = new Set(["processing", "awaitingPayer"]);

/** Asks about everything that a client does not know, `atOnceMax` at a time; what is known stays as it is. */
export async function settle<One extends Operation>(
  operations: readonly One[],
  query: (operation: One) => Promise<Known>,
  atOnceMax = 8,
): Promise<One[]> {
  const settled = [...operations];
  const open = [...settled.entries()].filter(([, { known }]) => known.kind === "unknown").values();
  const asker = async (): Promise<void> => {
    for (const [index, operation] of open) settled[index] = { ...operation, known: await query(operation) };
  };
  await Promise.all(Array.from({ length: atOnceMax }, asker));
  return settled;
}

/** Compares the three when nothing is under way any more. */
export function judge({ operations, recorded, stored, trades }: History): Verdict {
  const findings: Finding[] = [];
  const wrong = new Set<string>();
  const find = (kind: Finding["kind"], about: string, problem: string): void => {
    findings.push({ kind, problem: `${about}: ${problem}` });
    wrong.add(about);
  };
  compareWithBank(stored, trades, find);
  compareWithClients(operations, stored, find);
  if (recorded === "all") findStrangers(operations, stored, find);
  return { matched: stored.filter(({ paymentId }) => !wrong.has(paymentId)).length, findings };
}

type Find = (kind: Finding["kind"], about: string, problem: string) => void;

function compareWithBank(stored: readonly Stored[], trades: readonly Trade[], find: Find): void {
  const byOrder = new Map<string, Trade>();
  for (const trade of trades) {
    const other = byOrder.get(trade.channelOrderNo);
    const charges = trade.charges + (other?.charges ?? 0);
    byOrder.set(trade.channelOrderNo, { ...trade, charges });
  }
  for (const { paymentId, channelOrderNo, state, amountFen } of stored) {
    const trade = byOrder.get(channelOrderNo);
    byOrder.delete(channelOrderNo);
    const charges = trade?.charges ?? 0;
    if (charges > 1) find("duplicate", paymentId, `charged ${charges} times`);
    if (state === "succeeded" && charges === 0)
      find("missing", paymentId, `${state} with us, ${trade ? "not paid at" : "unknown to"} the bank`);
    else if (state !== "succeeded" && charges > 0)
      find("mismatch", paymentId, `${state} with us, paid at the bank`);
    else if (openStates.has(state)) find("mismatch", paymentId, `${state} with us, and nobody goes on`);
    if (trade !== undefined && charges > 0 && trade.amountFen !== amountFen)
      find("mismatch", paymentId, `${amountFen} fen with us, ${trade.amountFen} at the bank`);
  }
  for (const [channelOrderNo, { charges }] of byOrder)
    if (charges > 0) find("missing", channelOrderNo, "paid at the bank, unknown to us");
}

function compareWithClients(operations: readonly Operation[], stored: readonly Stored[], find: Find): void {
  const byId = new Map(stored.map((payment) => [payment.paymentId, payment]));
  const byKey = Map.groupBy(
    stored.filter(({ idempotencyKey }) => idempotencyKey !== undefined),
    ({ idempotencyKey }) => idempotencyKey,
  );
  for (const [key = "", payments] of byKey)
    for (const { paymentId } of payments.slice(1))
      find("duplicate", paymentId, `a second payment for ${key}`);
  const tellers = new Map<string, string | null>();
  for (const { idempotencyKey, known } of operations) {
    const about = idempotencyKey ?? "a request";
    if (known.kind === "unknown") find("mismatch", about, "nobody found out what became of it");
    if (known.kind === "failed") {
      const made = idempotencyKey === null ? undefined : byKey.get(idempotencyKey)?.[0];
      if (made !== undefined)
        find("mismatch", made.paymentId, `refused as ${known.code}, and made all the same`);
    }
    if (known.kind !== "ok") continue;
    const { paymentId, state, amountFen } = known;
    if (tellers.has(paymentId)) find("duplicate", paymentId, "told to two clients");
    tellers.set(paymentId, idempotencyKey);
    const payment = byId.get(paymentId);
    if (payment === undefined) find("missing", paymentId, "acknowledged and lost");
    else if (payment.amountFen !== amountFen || (payment.state !== state && !openStates.has(state)))
      find(
        "mismatch",
        paymentId,
        `acknowledged as ${state}, ${amountFen} fen; stored otherwise: ${payment.state}, ${payment.amountFen}`,
      );
    else if (idempotencyKey !== null && (payment.idempotencyKey ?? idempotencyKey) !== idempotencyKey)
      find("mismatch", paymentId, `told under ${idempotencyKey}, made under ${payment.idempotencyKey}`);
  }
}

/** Payments that nobody asked for. */
function findStrangers(operations: readonly Operation[], stored: readonly Stored[], find: Find): void {
  const asked = new Set(operations.map(({ idempotencyKey }) => idempotencyKey));
  for (const { paymentId, idempotencyKey } of stored)
    if (idempotencyKey !== undefined && !asked.has(idempotencyKey))
      find("mismatch", paymentId, `nobody asked for ${idempotencyKey}`);
}

export type Histories = Readonly<{
  told: readonly Told[];
  stored: readonly Stored[];
  trades: readonly Trade[];
}>;

/** What does not fit after a leg of which only the payments that succeeded were kept; one sentence each. */
export function disagreements({ told, stored, trades }: Histories): string[] {
  const operations = told.map(({ paymentId, state, amountFen }): Operation => ({
    idempotencyKey: null,
    known: { kind: "ok", paymentId, state, amountFen: BigInt(amountFen) },
  }));
  return judge({ operations, recorded: "some", stored, trades }).findings.map(({ problem }) => problem);
}

/** Reads the payments that were made since the last call. */
export class StoredPayments {
  readonly #client: pg.Client;
  readonly #stepsBackMs: number;
  /** What is made later has a higher id. */
  #from = "00000000-0000-0000-0000-000000000000";
  /** What is higher and was read already. */
  #read = new Set<string>();

  /** `stepsBackMs`: by so much the clock of the platform may have been put back between two calls. */
  constructor(client: pg.Client, stepsBackMs = 0) {
    this.#client = client;
    this.#stepsBackMs = stepsBackMs;
  }

  /** Ids carry their time, and no request is under way between two legs. */
  async take(): Promise<readonly Stored[]> {
    const { rows } = await this.#client.query<{
      payment_id: string;
      channel_order_no: string;
      state: string;
      amount_minor: string;
      idempotency_key: string;
    }>(
      `select payment_id, channel_order_no, state, amount_minor, idempotency_key from payments.payment
       where payment_id > $1 order by payment_id`,
      [this.#from],
    );
    const fresh = rows.filter(({ payment_id: id }) => !this.#read.has(id));
    const newest = rows.at(-1)?.payment_id;
    if (newest !== undefined) this.#from = this.#floorOf(newest);
    this.#read = new Set(rows.map(({ payment_id: id }) => id).filter((id) => id > this.#from));
    return fresh.map((row) => ({
      paymentId: idOf("pay", row.payment_id),
      channelOrderNo: row.channel_order_no,
      state: row.state,
      amountFen: BigInt(row.amount_minor),
      idempotencyKey: row.idempotency_key,
    }));
  }

  #floorOf(uuid: string): string {
    return uuidFloor(new Date(timeOfId(idOf("pay", uuid)).getTime() - this.#stepsBackMs));
  }
}

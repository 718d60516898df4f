// Compares both books to the fen, over HTTP alone: what the platform says it was paid, and what the channel says it paid.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";

/** Reads JSON with an operator’s key from the platform, and with the control token from the sandbox. */
export type BooksReader = Readonly<{
  platform<T>(path: string): Promise<T>;
  control<T>(path: string): Promise<T>;
}>;

type Trade = Readonly<{
  tradeNo: string;
  outTradeNo: string;
  appId: string;
  status: "WAIT_BUYER_PAY" | "TRADE_SUCCESS" | "TRADE_CLOSED" | "TRADE_FINISHED";
  amount: number;
  refunded: number;
}>;
type LedgerAccount = Readonly<{ account: string; balance: string }>;
type Journal = Readonly<{ sequence: string; subjectId: string; fact: string }>;
type BankBooks = Readonly<{
  channel: string;
  state: "sound" | "unsound";
  problems: readonly string[];
  merchants: ReadonlyArray<Readonly<{ appId: string; received: number }>>;
  trades: readonly Trade[];
}>;

export type Comparison = Readonly<{
  /** Sentences, one for each thing that differs; empty when both books say the same. */
  differences: readonly string[];
  payments: number;
  paid: number;
  /** Fen, refunds taken off: by our payments, by our ledger, and by the channel. */
  paidFen: number;
  ledgerFen: number;
  channelFen: number;
  unfinished: number;
}>;

const pageSize = 100;

/** Reads both books of one merchant and names every difference. What is still under way is counted, not compared. */
export async function compareBooks(reader: BooksReader, merchantId: string): Promise<Comparison> {
  // The channel is read first: what it has booked by then, the platform must know or be asking about.
  const banks = await allBooks(reader);
  const payments = await allPayments(reader, merchantId);
  const accounts = await balances(reader, merchantId);
  const refunds = await allRefunds(reader, merchantId);
  const journals = await allJournals(reader, merchantId);
  const paid = payments.filter(({ state }) => state === "succeeded");
  const paidFen = sum(payments.map(keptOf));
  const refunding = new Set(
    refunds.filter(({ state }) => state === "processing").map(({ paymentId }) => paymentId),
  );
  const channelFen = sum(banks.map(receivedOf));
  const ledgerFen = sum(banks.map(({ channel }) => accounts.get(`channel:${channel}`) ?? 0));
  const trades = banks.flatMap((bank) => bank.trades);
  return {
    differences: [
      ...banks.flatMap(({ problems }) => problems.map((problem) => `channel: ${problem}`)),
      ...orderDifferences(payments, trades, refunding),
      ...ledgerDifferences({ paid, refunds, banks }, accounts),
      ...journalDifferences(paid, refunds, journals),
    ],
    ...{ payments: payments.length, paid: paid.length, paidFen, ledgerFen, channelFen },
    unfinished: payments.filter(isUnfinished).length + refunding.size,
  };
}

/** The books of every network that the sandbox simulates. */
async function allBooks({ control }: BooksReader): Promise<readonly BankBooks[]> {
  const { items } = await control<{ items: ReadonlyArray<{ channel: string }> }>("/control/channels");
  return Promise.all(items.map(({ channel }) => control<BankBooks>(`/control/books/${channel}`)));
}

function receivedOf({ merchants }: BankBooks): number {
  return sum(merchants.map(({ received }) => received));
}

/** What the merchant keeps of a payment. */
function keptOf({ state, amount, refundedAmount }: Payment): number {
  return state === "succeeded" ? amount - refundedAmount : 0;
}

/** Every payment of a merchant, newest first. */
export async function allPayments(
  { platform }: Pick<BooksReader, "platform">,
  merchantId: string,
): Promise<Payment[]> {
  const found: Payment[] = [];
  for (;;) {
    const last = found.at(-1)?.id;
    const after = last === undefined ? "" : `&after=${last}`;
    const page = await platform<{ items: Payment[]; hasMore: boolean }>(
      `/v1/payments?merchantId=${merchantId}&limit=${pageSize}${after}`,
    );
    found.push(...page.items);
    if (!page.hasMore) return found;
  }
}

async function allRefunds({ platform }: BooksReader, merchantId: string): Promise<Refund[]> {
  const found: Refund[] = [];
  for (;;) {
    const last = found.at(-1)?.id;
    const after = last === undefined ? "" : `&after=${last}`;
    const page = await platform<{ items: Refund[]; hasMore: boolean }>(
      `/v1/refunds?merchantId=${merchantId}&limit=${pageSize}${after}`,
    );
    found.push(...page.items);
    if (!page.hasMore) return found;
  }
}

async function allJournals({ platform }: BooksReader, merchantId: string): Promise<Journal[]> {
  const found: Journal[] = [];
  for (;;) {
    const last = found.at(-1)?.sequence;
    const after = last === undefined ? "" : `&after=${last}`;
    const page = await platform<{ items: Journal[]; hasMore: boolean }>(
      `/v1/ledger/journals?merchantId=${merchantId}&limit=${pageSize}${after}`,
    );
    found.push(...page.items);
    if (!page.hasMore) return found;
  }
}

async function balances({ platform }: BooksReader, merchantId: string): Promise<Map<string, number>> {
  const { items } = await platform<{ items: LedgerAccount[] }>(
    `/v1/ledger/accounts?merchantId=${merchantId}`,
  );
  return new Map(items.map(({ account, balance }) => [account, Number(balance)]));
}

function isUnfinished({ state }: Payment): boolean {
  return state === "processing" || state === "awaitingPayer";
}

function orderDifferences(
  payments: readonly Payment[],
  trades: readonly Trade[],
  refunding: ReadonlySet<string>,
): string[] {
  const differences: string[] = [];
  const ours = new Map(payments.map((payment) => [payment.channelOrderNo, payment]));
  const theirs = new Map(trades.map((trade) => [trade.outTradeNo, trade]));
  if (theirs.size !== trades.length) differences.push("the channel has two trades for one order");
  for (const trade of trades) {
    const payment = ours.get(trade.outTradeNo);
    if (payment === undefined)
      differences.push(`${trade.outTradeNo}: at the channel alone (${trade.status})`);
    else if (isUnfinished(payment) || refunding.has(payment.id)) continue;
    else if (keptOf(payment) !== keptAtChannel(trade))
      differences.push(
        `${payment.id}: ${payment.state}, ${keptOf(payment)} fen kept here; ${trade.status}, ${keptAtChannel(trade)} at the channel`,
      );
    else if (payment.state === "succeeded" && payment.channelTradeNo !== trade.tradeNo)
      differences.push(
        `${payment.id}: trade ${payment.channelTradeNo} here, ${trade.tradeNo} at the channel`,
      );
  }
  for (const payment of payments) {
    if (payment.state === "succeeded" && !theirs.has(payment.channelOrderNo))
      differences.push(`${payment.id}: paid here, unknown at the channel`);
  }
  return differences;
}

/** A closed trade was never paid, or everything of it went back. */
function keptAtChannel({ status, amount, refunded }: Trade): number {
  return status === "TRADE_SUCCESS" || status === "TRADE_FINISHED" ? amount - refunded : 0;
}

type Told = Readonly<{
  paid: readonly Payment[];
  refunds: readonly Refund[];
  banks: readonly BankBooks[];
}>;

function ledgerDifferences({ paid, refunds, banks }: Told, accounts: ReadonlyMap<string, number>): string[] {
  const paidFen = sum(paid.map(keptOf));
  const ids = new Set(paid.map(({ id }) => id));
  const returned = refunds.filter(({ paymentId }) => ids.has(paymentId));
  const feeFen =
    sum(paid.map(({ feeAmount }) => feeAmount ?? 0)) -
    sum(returned.map(({ feeReturnedAmount }) => feeReturnedAmount ?? 0));
  const wanted = new Map([
    ...banks.map(({ channel }): [string, number] => [
      `channel:${channel}`,
      sum(paid.filter((payment) => payment.channel === channel).map(keptOf)),
    ]),
    ["fee:income", -feeFen],
    ["merchant:payable", -(paidFen - feeFen)],
  ]);
  const differences: string[] = [];
  for (const account of new Set([...wanted.keys(), ...accounts.keys()])) {
    const [says, holds] = [wanted.get(account) ?? 0, accounts.get(account) ?? 0];
    if (says !== holds) differences.push(`${account} holds ${holds} fen, the payments say ${says}`);
  }
  for (const bank of banks) {
    const [holds, owes] = [accounts.get(`channel:${bank.channel}`) ?? 0, receivedOf(bank)];
    if (holds !== owes)
      differences.push(`the ledger says that ${bank.channel} owes ${holds} fen, it says ${owes}`);
  }
  return differences;
}

function journalDifferences(
  paid: readonly Payment[],
  refunds: readonly Refund[],
  journals: readonly Journal[],
): string[] {
  const facts = new Set(journals.map(({ subjectId, fact }) => `${subjectId} ${fact}`));
  const undone = journals.filter(({ fact }) => fact === "reversed").length;
  const standing =
    journals.filter(({ fact }) => fact === "succeeded" || fact === "reinstated").length - undone;
  const givenBack = refunds.filter(({ state }) => state === "succeeded");
  return [
    ...(facts.size === journals.length ? [] : ["a fact is booked twice"]),
    ...paid
      .filter(({ id }) => !facts.has(`${id} succeeded`))
      .map(({ id }) => `${id}: paid, but not in the ledger`),
    ...givenBack
      .filter(({ id }) => !facts.has(`${id} refunded`))
      .map(({ id }) => `${id}: given back, but not in the ledger`),
    ...(standing > paid.length ? ["the ledger has payments that did not succeed"] : []),
  ];
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

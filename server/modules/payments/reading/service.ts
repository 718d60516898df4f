// Who may read which payments, and what they see.
import { success, unwrap, type Result } from "../../../kernel/result.ts";
import type { PaymentSearch, Span } from "@huiyin/contract/paymentSearch.ts";
import type { Pg, Tx } from "../../../platform/pg/pg.ts";
import type { Principal } from "../../../platform/principal.ts";
import { limits } from "../limits.ts";
import type { Payment, TimelineEntry } from "../model.ts";
import { readChannelOrderNo } from "../orderNumber.ts";
import { refuseMissing } from "./archive/service.ts";
import { resolveWords } from "./search.ts";
import {
  findInScope,
  planWithValues,
  searchPayments,
  selectPayments,
  selectTimeline,
  type PaymentFilter,
  type Scope,
} from "./store.ts";

/** A merchant sees its own payments, a terminal those that it took, an operator all. */
export function scopeOf(principal: Principal): Scope {
  switch (principal.role) {
    case "operator":
      return { merchantId: null, terminalId: null };
    case "merchant":
      return { merchantId: principal.merchantId, terminalId: null };
    case "terminal":
      return { merchantId: principal.merchantId, terminalId: principal.terminalId };
  }
}

/** One payment as its reader may see it. Refuses `not_found`, also for what belongs to somebody else, and `month_archived`. */
export async function readPayment(
  deps: { pg: Pg },
  principal: Principal,
  paymentId: string,
): Promise<Result<Payment>> {
  return deps.pg.reader(principal, async (tx) => {
    const payment = await findInScope(tx, scopeOf(principal), paymentId);
    return payment === null ? refuseMissing(tx, paymentId) : success(payment);
  });
}

/** What a page is asked for; whatever is left out is no limit. */
export type Question = Partial<Omit<PaymentFilter, keyof Scope>> &
  Scope &
  Readonly<{ limit: number; search?: PaymentSearch | null }>;

const everything: Omit<PaymentFilter, keyof Scope | "limit"> = {
  storeId: null,
  state: null,
  channel: null,
  fundingSource: null,
  review: null,
  refunds: null,
  merchantOrderNo: null,
  channelOrderNo: null,
  channelTradeNo: null,
  amountMinor: null,
  createdFrom: null,
  createdTo: null,
  after: null,
  before: null,
};

/**
 * A page of payments, newest first. Naming somebody else’s merchant or terminal finds nothing. Throws the refusal
 * `month_archived` where nothing was found and an id or a number of ours was typed that belongs to an archived month.
 */
export async function listPayments(
  deps: { pg: Pg },
  principal: Principal,
  question: Question,
): Promise<Readonly<{ payments: readonly Payment[]; hasMore: boolean }>> {
  const own = scopeOf(principal);
  const outside =
    (own.merchantId !== null && question.merchantId !== null && question.merchantId !== own.merchantId) ||
    (own.terminalId !== null && question.terminalId !== null && question.terminalId !== own.terminalId);
  if (outside) return { payments: [], hasMore: false };
  const { search = null, ...wanted } = question;
  const filter: PaymentFilter = {
    ...everything,
    ...wanted,
    merchantId: own.merchantId ?? question.merchantId,
    terminalId: own.terminalId ?? question.terminalId,
    limit: question.limit + 1,
  };
  const found = await deps.pg.reader(principal, async (tx) => {
    const all = await selectFound(tx, filter, search);
    if (all.length === 0) await refuseArchived(tx, filter, search);
    return all;
  });
  const payments = found.slice(0, question.limit);
  if (filter.before !== null) payments.reverse();
  return { payments, hasMore: found.length > question.limit };
}

async function selectFound(tx: Tx, filter: PaymentFilter, search: PaymentSearch | null): Promise<Payment[]> {
  await planWithValues(tx);
  const spanned = search?.span ? within(filter, search.span) : filter;
  if (search === null || search.words.length === 0) return selectPayments(tx, spanned);
  return searchPayments(tx, spanned, await resolveWords(tx, filter, search));
}

/** An empty list would say that there is no such payment. */
async function refuseArchived(
  tx: Tx,
  { channelOrderNo }: PaymentFilter,
  search: PaymentSearch | null,
): Promise<void> {
  for (const id of idsNamed(channelOrderNo, search)) {
    const refused = await refuseMissing(tx, id);
    if (!refused.ok && refused.refusal.code === "month_archived") unwrap(refused);
  }
}

/** Ids that were typed, or that numbers of ours carry. */
function idsNamed(channelOrderNo: string | null, search: PaymentSearch | null): string[] {
  const numbers = channelOrderNo === null ? [] : [channelOrderNo];
  const ids: string[] = [];
  for (const reading of search?.words.flat() ?? []) {
    if (reading.kind === "payment" || reading.kind === "refund") ids.push(reading.id);
    if (reading.kind === "number") numbers.push(reading.text);
  }
  return [...ids, ...numbers.flatMap((number) => readChannelOrderNo(number)?.paymentId ?? [])];
}

/** The filter with its times narrowed to the span that was typed. */
function within(filter: PaymentFilter, { from, to }: Span): PaymentFilter {
  const { createdFrom, createdTo } = filter;
  return {
    ...filter,
    createdFrom: createdFrom !== null && createdFrom > from ? createdFrom : from,
    createdTo: createdTo !== null && createdTo < to ? createdTo : to,
  };
}

/** An entry of the timeline with the id it is told under. */
export type TimelineLine = TimelineEntry & Readonly<{ id: string }>;

/** Every hop of a payment in both directions, oldest first. Refuses `not_found` and `month_archived`. */
export async function readTimeline(
  deps: { pg: Pg },
  principal: Principal,
  paymentId: string,
): Promise<Result<readonly TimelineLine[]>> {
  return deps.pg.reader(principal, async (tx) => {
    const payment = await findInScope(tx, scopeOf(principal), paymentId);
    if (payment === null) return refuseMissing(tx, paymentId);
    const written = await selectTimeline(tx, payment, limits.timelineEventsMax);
    return success(written.map((entry) => ({ ...entry, at: new Date(entry.at) })));
  });
}

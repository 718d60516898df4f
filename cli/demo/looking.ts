// What the steps look at: the facts of a payment, its announcement, its cases, its diagnosis, and both books.
import type { Arrival } from "@huiyin/contract/api/arrivals.ts";
import type { DiagnosedCause, Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { VerifyReport } from "@huiyin/contract/api/ledger.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Case } from "@huiyin/contract/api/support.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { allPayments, compareBooks } from "./books.ts";
import type { Shop } from "./shop.ts";
import type { Facts } from "./story.ts";

type List<T> = Readonly<{ items: readonly T[] }>;

/** The payment as the platform answers it now. */
export async function paymentFacts(shop: Shop, paymentId: string): Promise<Facts> {
  const { state, amount, fundingSource, channelCode } = await shop.operator<Payment>(
    "GET",
    `/v1/payments/${paymentId}`,
  );
  return { state, amount, fundingSource, channelCode };
}

/** How far the announcement has come, by the platform, and what the counter's loudspeaker has played of it. */
export async function arrivalFacts(shop: Shop, paymentId: string): Promise<Facts> {
  const { items } = await shop.operator<List<Arrival>>("GET", `/v1/payments/${paymentId}/arrivals`);
  const [arrival] = items;
  if (arrival === undefined) return { announcements: 0 };
  const played = shop.speaker.played.filter(
    ({ announcementId, ended }) => announcementId === arrival.id && ended === "yes",
  );
  return {
    announcements: items.length,
    stage: arrival.stage,
    text: arrival.text,
    timesPlayed: played.length,
    clips: played[0]?.clips.join(" ") ?? "",
  };
}

/** How many paid orders the counter's loudspeaker has not played, and how many more than once. */
export async function heardFacts(shop: Shop): Promise<Facts> {
  const payments = await allPayments(shop.reader, shop.merchantId);
  const paid = payments.filter(({ state }) => state === "succeeded");
  const arrivals = await Promise.all(paid.map(({ id }) => arrivalFacts(shop, id)));
  const times = arrivals.map(({ timesPlayed }) => Number(timesPlayed ?? 0));
  return {
    paid: paid.length,
    heardOnce: times.filter((count) => count === 1).length,
    unheard: times.filter((count) => count === 0).length,
    heardTwice: times.filter((count) => count > 1).length,
  };
}

/** The case that the platform opened because nobody heard of this payment. */
export async function caseFacts(shop: Shop, paymentId: string): Promise<Facts> {
  const { items } = await shop.operator<List<Case>>("GET", `/v1/cases?paymentId=${paymentId}`);
  const [found] = items;
  return { cases: items.length, kind: found?.kind ?? null, state: found?.state ?? null };
}

export async function terminalFacts(shop: Shop): Promise<Facts> {
  const { name, online } = await shop.operator<Terminal>("GET", `/v1/terminals/${shop.terminalId}`);
  return { terminal: name, online };
}

/** Whether Huabei is open at the merchant, by the channel's own records. */
export async function huabeiFacts(shop: Shop): Promise<Facts> {
  const { merchants } = await shop.control<{ merchants: ReadonlyArray<{ products: { huabei: string } }> }>(
    "GET",
    "/control/books/alipay?newest=1",
  );
  return { huabeiAtMerchant: merchants[0]?.products.huabei ?? null };
}

export function diagnose(shop: Shop, paymentId: string): Promise<Diagnosis> {
  return shop.operator<Diagnosis>("GET", `/v1/payments/${paymentId}/diagnosis`);
}

/** What a diagnosis says, with its first evidence word for word. */
export function diagnosisFacts({ verdict, causes }: Diagnosis): Facts {
  const [first] = causes;
  return {
    verdict,
    cause: first?.id ?? null,
    name: first === undefined ? null : `${first.name.zh} / ${first.name.en}`,
    hasEvidence: (first?.because.length ?? 0) > 0,
    evidence: first?.because.map(({ fact }) => fact.zh) ?? [],
    ...remedyFacts(first),
  };
}

function remedyFacts(cause: DiagnosedCause | undefined): Facts {
  const remedy = cause?.remedies.find(({ by }) => by === "platform");
  return { remedy: remedy?.id ?? null, remedyState: remedy?.state ?? null };
}

/** Both books, read at this moment. */
export async function booksFacts(shop: Shop): Promise<Facts> {
  const { differences, unfinished, ...counted } = await compareBooks(shop.reader, shop.merchantId);
  const { paidFen, ledgerFen, channelFen, paid } = counted;
  return {
    booksAgree: differences.length === 0,
    differences,
    unfinished,
    ...{ paid, paidFen, ledgerFen, channelFen },
  };
}

export async function ledgerFacts(shop: Shop): Promise<Facts> {
  const { ok, journals, broken } = await shop.operator<VerifyReport>("POST", "/v1/ledger/verify", {});
  return { ledgerOk: ok, journals, broken };
}

/** How often the channel has charged for this payment, and how much in all. */
export async function chargedFacts(shop: Shop, payment: Payment): Promise<Facts> {
  const { trades } = await shop.control<{ trades: ReadonlyArray<{ status: string; amount: number }> }>(
    "GET",
    `/control/books/alipay?outTradeNo=${payment.channelOrderNo}`,
  );
  const charged = trades.filter(({ status }) => status === "TRADE_SUCCESS");
  return {
    chargedTimes: charged.length,
    chargedFen: charged.reduce((total, { amount }) => total + amount, 0),
  };
}

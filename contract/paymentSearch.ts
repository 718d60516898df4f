// What somebody typed into the search box, read the same way by the platform, which searches, and by the screens,
// which say how it was understood. Words are separated by spaces and narrow each other.
import {
  channelWords,
  fundingSourceWords,
  paymentStateWords,
  type ChannelCode,
  type FundingSource,
  type Localized,
  type PaymentState,
} from "./words.ts";

/** One way to understand a word. Whatever a word may mean is searched for. */
export type Reading =
  | Readonly<{ kind: "payment" | "refund" | "terminalId"; id: string }>
  /** Amount in fen, both bounds included. */
  | Readonly<{ kind: "amount"; fromFen: number; toFen: number }>
  /** A whole number of the merchant, of ours or of the channel: of a payment or of a refund. */
  | Readonly<{ kind: "number"; text: string }>
  /** The last characters of such a number, four at least. */
  | Readonly<{ kind: "ending"; text: string }>
  /** Number or name of a terminal; `part`: anything whose name contains it. */
  | Readonly<{ kind: "terminal"; text: string; match: "whole" | "part" }>;

/** A span of time: from included, to excluded. */
export type Span = Readonly<{ from: Date; to: Date }>;

/** What a word names that is no payment: the values of the filters of the list, as its address holds them. */
export type Named = Readonly<{
  state?: PaymentState;
  fundingSource?: FundingSource;
  channel?: ChannelCode;
  refunds?: "true";
  review?: "true";
}>;

export type PaymentSearch = Readonly<{
  /** One entry a word: its readings, of which one has to fit. */
  words: ReadonlyArray<readonly Reading[]>;
  /** The time named, or null where none was. */
  span: Span | null;
  /** States, sources of money and channels named. Their words are in `words` too: a terminal may be called so. */
  named: Named;
  /** What was typed without the time and what is named: what is left to type where those are chosen otherwise. */
  rest: string;
}>;

/** More words than this are not read: nobody types them. */
export const searchWordsMax = 4;
export const endingLengthMin = 4;

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Beijing is eight hours ahead of UTC all year. */
const beijingMs = 8 * 3_600_000;
/** Who says "14:30" has read it off a clock that somebody glanced at. */
const aroundMinutes = 5;
const amountFenMax = 10_000_000_000;

/**
 * Reads a search text. Full-width characters count as plain ones. Amounts are yuan: "12.50", "¥12.5", "12元", "10-20";
 * a bare whole number may be an amount, a number, its ending or a terminal. Times are Beijing time: 今天, 昨天, 前天, 本周,
 * 本月, today, yesterday, 2026-11-22, 11月22日, "14:30" (five minutes around its last occurrence), 14:30-15:10.
 */
export function readPaymentSearch(typed: string, now: Date): PaymentSearch {
  const words = typed.normalize("NFKC").trim().split(/\s+/u).filter(Boolean);
  const days: Span[] = [];
  const clocks: Clock[] = [];
  const others: string[] = [];
  const rest: string[] = [];
  let named: Named = {};
  for (const word of words) {
    const day = readDay(word, now);
    const clock = day === null ? readClock(word) : null;
    if (day !== null) days.push(day);
    else if (clock !== null) clocks.push(clock);
    else {
      others.push(word);
      const more = namedWords.get(word.toLowerCase());
      // Two states at once hold for nothing: the second is a word like any other.
      if (more !== undefined && Object.keys(more).every((name) => !(name in named)))
        named = { ...named, ...more };
      else rest.push(word);
    }
  }
  return {
    words: others.slice(0, searchWordsMax).map(readingsOf),
    span: spanOf(days, clocks[0] ?? null, now),
    named,
    rest: rest.join(" "),
  };
}

function wordsFor(name: keyof Named, table: Readonly<Record<string, Localized>>): Array<[string, Named]> {
  return Object.entries(table).flatMap(([code, { zh, en }]) =>
    [code, zh, en].map((word): [string, Named] => [word.toLowerCase(), { [name]: code }]),
  );
}

const namedWords: ReadonlyMap<string, Named> = new Map<string, Named>([
  ...wordsFor("state", paymentStateWords),
  ...wordsFor("fundingSource", fundingSourceWords),
  ...wordsFor("channel", channelWords),
  ["失败", { state: "failed" }],
  ["收款失败", { state: "failed" }],
  ["成功", { state: "succeeded" }],
  ["关闭", { state: "closed" }],
  ["撤销", { state: "reversed" }],
  ["待付款", { state: "awaitingPayer" }],
  ["分期", { fundingSource: "huabeiInstalment" }],
  ["借记卡", { fundingSource: "debitCard" }],
  ["微信", { channel: "wechat" }],
  ["退款", { refunds: "true" }],
  ["已退款", { refunds: "true" }],
  ["有退款", { refunds: "true" }],
  ["refunded", { refunds: "true" }],
  ["待核对", { review: "true" }],
  ["待人工核对", { review: "true" }],
]);

function readingsOf(word: string): readonly Reading[] {
  const small = word.toLowerCase();
  const id = /^(pay|ref|trm)_[0-9a-f]{32}$/.exec(small);
  if (id) {
    const kinds = { pay: "payment", ref: "refund", trm: "terminalId" } as const;
    return [{ kind: kinds[id[1] as keyof typeof kinds], id: small }];
  }
  const readings: Reading[] = [];
  const amount = readAmount(word);
  if (amount) readings.push(amount);
  // Numbers are kept as they were given, and an index finds them only so; people type letters small or capital.
  const spellings = [...new Set([word, small, word.toUpperCase()])];
  if (/^[0-9A-Za-z_-]{1,64}$/.test(word))
    readings.push(...spellings.map((text): Reading => ({ kind: "number", text })));
  if (/^[0-9A-Za-z_-]{4,63}$/.test(word))
    readings.push(...spellings.map((text): Reading => ({ kind: "ending", text })));
  // "12" is no part of a name: whoever means the terminal types its whole number or more of its name.
  const certainlyAmount = amount !== null && !/^[0-9-]+$/.test(word);
  if (!certainlyAmount)
    readings.push({ kind: "terminal", text: word, match: /^[0-9-]+$/.test(word) ? "whole" : "part" });
  return readings;
}

function readAmount(word: string): Reading | null {
  const range = /^¥?([\d,.]+)元?[-~至]¥?([\d,.]+)元?$/.exec(word);
  const single = /^¥?([\d,.]+)元?$/.exec(word);
  const fromFen = fenOf((range ?? single)?.[1] ?? "");
  const toFen = range ? fenOf(range[2] ?? "") : fromFen;
  if (fromFen === null || toFen === null || fromFen > toFen || toFen < 1) return null;
  return { kind: "amount", fromFen, toFen };
}

/** "1,234.5" → 123450; null where it is no amount in yuan that can be paid. */
function fenOf(text: string): number | null {
  const digits = /^(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  if (!digits) return null;
  const fen = Number((digits[1] ?? "").replaceAll(",", "") + (digits[2] ?? "").padEnd(2, "0"));
  return fen <= amountFenMax ? fen : null;
}

/** The first moment of the day in Beijing. */
function dayStart(at: Date): number {
  return Math.floor((at.getTime() + beijingMs) / dayMs) * dayMs - beijingMs;
}

function dayOf(fromMs: number, days = 1): Span {
  return { from: new Date(fromMs), to: new Date(fromMs + days * dayMs) };
}

const dayWords: ReadonlyMap<string, number> = new Map([
  ["今天", 0],
  ["今日", 0],
  ["today", 0],
  ["昨天", 1],
  ["昨日", 1],
  ["yesterday", 1],
  ["前天", 2],
]);

function readDay(word: string, now: Date): Span | null {
  const today = dayStart(now);
  const ago = dayWords.get(word.toLowerCase());
  if (ago !== undefined) return dayOf(today - ago * dayMs);
  const local = new Date(today + beijingMs);
  if (word === "本周")
    return { from: new Date(today - ((local.getUTCDay() + 6) % 7) * dayMs), to: endOf(today) };
  if (word === "本月") return { from: new Date(today - (local.getUTCDate() - 1) * dayMs), to: endOf(today) };
  const [first = "", last = first, ...more] = word.split(/[~至]/);
  if (more.length > 0) return null;
  const from = readDate(first, local.getUTCFullYear());
  const to = readDate(last, local.getUTCFullYear());
  return from === null || to === null || from > to ? null : { from: new Date(from), to: endOf(to) };
}

function endOf(dayFromMs: number): Date {
  return new Date(dayFromMs + dayMs);
}

/** The first moment of a date in Beijing, or null where the calendar has none: 2026-11-22, 2026/11/22, 2026年11月22日, 11月22日. */
function readDate(text: string, thisYear: number): number | null {
  const found =
    /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ??
    /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/.exec(text) ??
    /^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]$/.exec(text);
  if (!found) return null;
  const [year, month, day] = [Number(found[1] ?? thisYear), Number(found[2]), Number(found[3])];
  const at = new Date(Date.UTC(year, month - 1, day));
  const exists = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  // The day after it has to be one that a request may name.
  return exists && year >= 1970 && year < 2999 ? at.getTime() - beijingMs : null;
}

/** Milliseconds since midnight: from included, to excluded. */
type Clock = Readonly<{ fromMs: number; toMs: number; atMs: number }>;

function readClock(word: string): Clock | null {
  const parts = word.split(/[-~至]/);
  const [first, last] = parts.map(readTimeOfDay);
  if (parts.length > 2 || first === null || first === undefined) return null;
  if (parts.length === 1) {
    const around = aroundMinutes * minuteMs;
    return { fromMs: first.ms - around, toMs: first.ms + around + first.unitMs, atMs: first.ms };
  }
  if (last === null || last === undefined || last.ms < first.ms) return null;
  return { fromMs: first.ms, toMs: last.ms + last.unitMs, atMs: first.ms };
}

/** "14:30", "14:30:05", "14点30分", "14点". */
function readTimeOfDay(text: string): Readonly<{ ms: number; unitMs: number }> | null {
  const found =
    /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? /^(\d{1,2})[点时](?:(\d{1,2})分?)?$/.exec(text);
  if (!found) return null;
  const [hour, minute, second] = [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const unitMs = found[3] === undefined ? minuteMs : 1_000;
  return { ms: (hour * 60 + minute) * minuteMs + second * 1_000, unitMs };
}

/** Days named one after the other cover everything between; a clock without a day means its last occurrence. */
function spanOf(days: readonly Span[], clock: Clock | null, now: Date): Span | null {
  if (days.length === 0 && clock === null) return null;
  let first = Math.min(...days.map((day) => day.from.getTime()));
  let last = Math.max(...days.map((day) => day.to.getTime() - dayMs));
  if (days.length === 0 && clock !== null) {
    const today = dayStart(now);
    first = today + clock.atMs > now.getTime() ? today - dayMs : today;
    last = first;
  }
  if (clock === null) return { from: new Date(first), to: endOf(last) };
  return { from: new Date(first + clock.fromMs), to: new Date(last + clock.toMs) };
}

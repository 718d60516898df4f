// The cash desks: each sends its next payment when the last is answered, and writes down what it asked and what it was told.
import { randomBytes, randomInt } from "node:crypto";
import { openConnection, type Connection, type Reply } from "../../bench/connection.ts";
import type { Known, Operation } from "../../bench/history.ts";
import { send } from "../support/api.ts";
import type { Bank } from "./shop.ts";

export type Asked = Operation &
  Readonly<{
    idempotencyKey: string;
    body: Readonly<Record<string, unknown>>;
    /** Milliseconds until the answer, or until the desk gave up. */
    tookMs: number;
  }>;

export type Counters = Readonly<{
  /** Everything asked since the beginning, or since it was last taken. Codes that were shown before are not used any more. */
  take(): Asked[];
  /** Where the next request will be written down. */
  place(): number;
  /** From now on a desk waits so long for an answer. */
  bePatient(ms: number): void;
  /** From now on payments are taken at these terminals, in turns, rather than by the shop’s server. */
  takeAt(terminalIds: readonly string[]): void;
  /** Writes down what was asked without a desk. */
  note(asked: Asked): void;
  /** Resolves after so many further acknowledgements, or after `msMax`. */
  acknowledgements(count: number, msMax: number): Promise<void>;
  /** The same with payments that are told as paid. */
  paid(count: number, msMax: number): Promise<void>;
  /** The same with answers that are no payment, and with silence. */
  disturbances(count: number, msMax: number): Promise<void>;
  /** Opens so many desks until `signal` aborts, or, with “leave”, until their connections break. */
  run(work: Work): Promise<Shift>;
  /** Sends what is unknown once more, under the same key: what was written down from this place on. */
  askAgain(fromPlace: number): Promise<void>;
  /** Asks what became of a request, by its order number. */
  query(asked: Asked): Promise<Known>;
}>;

export type Work = Readonly<{
  desks: number;
  signal: AbortSignal;
  /** What a desk does whose connection breaks. */
  broken: "leave" | "reconnect";
}>;

export type Shift = Readonly<{
  acknowledged: number;
  elapsedMs: number;
  /** Answers that were no payment, and silence, by what they were. */
  others: Readonly<Record<string, number>>;
}>;

export type CountersDeps = Readonly<{
  bank: Bank;
  /** Where the platform is now; of several, the next one for each connection. */
  url: () => string;
  merchantKey: string;
}>;

const codesAtOnce = 256;
const codesLeftMin = 128;
const codeMsMax = 40_000;
const amountFenMax = 100_000;
const againMs = 20;
const refusedMs = 200;
const lookMs = 2;
/** How long a desk waits for an answer unless told otherwise. */
export const patienceMsUsual = 20_000;
const unknown: Known = { kind: "unknown" };

/** Opens nothing yet. */
export function createCounters(deps: CountersDeps): Counters {
  const book: Book = {
    ...{ asked: [], told: 0, paid: 0, disturbed: 0, terminalIds: [], turn: 0 },
    ...{ codes: codesOf(deps.bank), patienceMs: patienceMsUsual },
  };
  return {
    take: () => {
      book.codes = codesOf(deps.bank);
      return book.asked.splice(0);
    },
    place: () => book.asked.length,
    bePatient: (ms) => void (book.patienceMs = ms),
    takeAt: (terminalIds) => void (book.terminalIds = terminalIds),
    note: (asked) => void book.asked.push(asked),
    acknowledgements: (count, msMax) => rise(() => book.told, count, msMax),
    paid: (count, msMax) => rise(() => book.paid, count, msMax),
    disturbances: (count, msMax) => rise(() => book.disturbed, count, msMax),
    run: async (work) => {
      const startMs = performance.now();
      const others: Record<string, number> = {};
      let acknowledged = 0;
      const tell = (what: string, known: Known): void => {
        if (known.kind === "ok") acknowledged += 1;
        else {
          others[what] = (others[what] ?? 0) + 1;
          book.disturbed += 1;
        }
      };
      await Promise.all(Array.from({ length: work.desks }, () => desk(deps, book, { ...work, tell })));
      return { acknowledged, elapsedMs: performance.now() - startMs, others };
    },
    askAgain: async (fromPlace) => {
      const open = [...book.asked.entries()].filter(
        ([place, { known }]) => place >= fromPlace && known.kind === "unknown",
      );
      await Promise.all(
        open.map(async ([place, operation]) => {
          const line = await openConnection(deps.url()).catch(() => null);
          const reply = line && (await replyTo(line, { ...deps, ...book }, operation));
          line?.close();
          if (reply !== null) book.asked[place] = { ...operation, known: knownOf(reply) };
        }),
      );
    },
    query: async ({ idempotencyKey }) => {
      const path = `/v1/payments?merchantOrderNo=${idempotencyKey}`;
      type Found = Readonly<{ items: ReadonlyArray<{ id: string; state: string; amount: number }> }>;
      const { status, body } = await send<Found>(`${deps.url()}${path}`, deps.merchantKey, "GET");
      if (status !== 200) return unknown;
      const [payment] = body.items;
      return payment === undefined ? { kind: "failed", code: "not found" } : okOf(payment);
    },
  };
}

/** What the desks have in common. */
type Book = {
  readonly asked: Asked[];
  /** Acknowledged since the beginning. */
  told: number;
  /** Told as paid since the beginning. */
  paid: number;
  /** Told something else, or nothing. */
  disturbed: number;
  terminalIds: readonly string[];
  /** Which terminal takes the next payment. */
  turn: number;
  codes: () => Promise<string>;
  patienceMs: number;
};

/** Waits until a count has risen by so much, or for `msMax`. */
async function rise(count: () => number, by: number, msMax: number): Promise<void> {
  const [wanted, untilMs] = [count() + by, performance.now() + msMax];
  while (count() < wanted && performance.now() < untilMs) await pause(lookMs);
}

type Told = (what: string, known: Known) => void;

/** One desk, until it is told to stop. */
async function desk(deps: CountersDeps, book: Book, work: Work & Readonly<{ tell: Told }>): Promise<void> {
  const { signal, broken, tell } = work;
  let line: Connection | null = null;
  while (!signal.aborted) {
    line ??= await openConnection(deps.url()).catch(() => null);
    if (line === null && broken === "leave") return;
    if (line === null) {
      await pause(againMs);
      continue;
    }
    const reply = await askOne(deps, book, line);
    tell(whatOf(reply), reply === null ? unknown : knownOf(reply));
    // Whoever was told to come again does so a little later: nobody learns anything from a thousand refusals a second.
    if (reply !== null && reply.status >= 500) await pause(refusedMs);
    if (reply !== null) continue;
    line.close();
    line = null;
    if (broken === "leave") return;
  }
  line?.close();
}

/** Takes one payment and writes it down; null where there was no answer. */
async function askOne(deps: CountersDeps, book: Book, line: Connection): Promise<Reply | null> {
  const idempotencyKey = randomBytes(12).toString("hex");
  const terminalId = book.terminalIds[book.turn++ % Math.max(1, book.terminalIds.length)];
  const body = {
    amount: randomInt(1, amountFenMax),
    payerCode: await book.codes(),
    merchantOrderNo: idempotencyKey,
    ...(terminalId !== undefined && { terminalId }),
  };
  const place = book.asked.push({ idempotencyKey, body, known: unknown, tookMs: 0 }) - 1;
  const sentMs = performance.now();
  const reply = await replyTo(line, { ...deps, ...book }, { idempotencyKey, body });
  const known = reply === null ? unknown : knownOf(reply);
  if (known.kind === "ok") book.told += 1;
  if (known.kind === "ok" && known.state === "succeeded") book.paid += 1;
  book.asked[place] = { idempotencyKey, body, known, tookMs: performance.now() - sentMs };
  return reply;
}

/** Fresh payer codes, some in advance. A code is good for a minute; one that has waited for most of it is thrown away. */
function codesOf(bank: Bank): () => Promise<string> {
  let ready: ReadonlyArray<Readonly<{ code: string; untilMs: number }>> = [];
  let coming: Promise<void> | null = null;
  const fetchMore = async (): Promise<void> => {
    const codes = await bank.ask("payerCodes", codesAtOnce);
    const untilMs = performance.now() + codeMsMax;
    ready = [...ready, ...codes.map((code) => ({ code, untilMs }))];
    coming = null;
  };
  return async () => {
    for (;;) {
      const next = ready.findIndex(({ untilMs }) => untilMs > performance.now());
      const found = ready[next];
      ready = next < 0 ? [] : ready.slice(next + 1);
      if (ready.length < codesLeftMin) coming ??= fetchMore();
      if (found !== undefined) return found.code;
      await coming;
    }
  };
}

/** Null where there was no answer. */
async function replyTo(
  line: Connection,
  { merchantKey, patienceMs }: Pick<CountersDeps, "merchantKey"> & Pick<Book, "patienceMs">,
  { idempotencyKey, body }: Pick<Asked, "idempotencyKey" | "body">,
): Promise<Reply | null> {
  const head =
    `POST /v1/payments HTTP/1.1\r\nhost: faults\r\ncontent-type: application/json\r\n` +
    `authorization: Bearer ${merchantKey}\r\nidempotency-key: ${idempotencyKey}\r\n`;
  const timer = new AbortController();
  const late = pause(patienceMs, timer.signal).then(() => null);
  try {
    return await Promise.race([line.exchange(head, JSON.stringify(body)), late]);
  } catch {
    return null;
  } finally {
    timer.abort();
  }
}

type Said = Readonly<{ id?: string; state?: string; amount?: number; code?: string }>;

function knownOf({ status, body }: Reply): Known {
  const { id = "", state = "", amount = 0, code = "" } = JSON.parse(body) as Said;
  if (status >= 200 && status < 300) return okOf({ id, state, amount });
  // Still running under this key, or an error of the platform: neither says what becomes of it.
  if (status >= 500 || status === 409) return unknown;
  return { kind: "failed", code };
}

function okOf({ id, state, amount }: Readonly<{ id: string; state: string; amount: number }>): Known {
  return { kind: "ok", paymentId: id, state, amountFen: BigInt(amount) };
}

function whatOf(reply: Reply | null): string {
  if (reply === null) return "no answer";
  return `${reply.status} ${(JSON.parse(reply.body) as Said).code ?? ""}`.trim();
}

/** Waits; ends early, without an error, when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

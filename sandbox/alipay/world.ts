// The simulated Alipay as one object: gateway, wallets, merchants, notifications and faults, without any HTTP.
// The HTTP sandbox and the deterministic simulation drive the same one; time, chance and durability are handed in.
import { readRequest, type WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import type { Transport, WireReply } from "@huiyin/server/channels/port.ts";
import { success, type Result } from "@huiyin/server/kernel/result.ts";
import { booksProblems } from "../book/accounts.ts";
import type { Book, Merchant, PayerCode, Trade, Wallet } from "../book/model.ts";
import { scanOffer } from "../book/offers.ts";
import {
  approve,
  changeMerchant,
  changeWallet,
  issueCode,
  openWallet,
  registerMerchant,
  type Approval,
  type Facts,
  type MerchantChanges,
  type NewMerchant,
  type NewWallet,
  type WalletChanges,
} from "../book/people.ts";
import { createFaultPanel, type FaultPanel } from "../faults/panel.ts";
import type { Clocks } from "./admission.ts";
import { createAnswerDesk, type AnswerDesk } from "./answerDesk.ts";
import type { AlipayCertificates } from "./certificateMode.ts";
import { handleGateway, releaseDue, type AlipayKeys, type WireOutcome } from "./gateway.ts";
import { createNotifier, type Notifier } from "./notifier.ts";
import type { WorldState } from "../world/state.ts";
import { createStore, type StoreDeps } from "../world/store.ts";

export type AlipayWorldOptions = StoreDeps &
  Readonly<{
    keys: AlipayKeys;
    /** What signs for callers in certificate mode; without it the gateway knows no certificate. */
    certificates?: () => Promise<AlipayCertificates>;
    clock: Readonly<{
      now(): Date;
      sleep(ms: number): Promise<void>;
      /** The same moment by a clock that nobody moved; `now` where the two are one. */
      unmovedNow?: () => Date;
    }>;
    /** A number in [0, 1): draws payer codes. */
    random: () => number;
  }>;

export type AlipayWorld = Readonly<{
  state: WorldState;
  book: Book;
  /** One request with merged, decoded parameters; faults apply, nothing waits. */
  handleGateway(parameters: WireParameters): Promise<WireOutcome>;
  /** The same behind the channel port: waits what the outcome says, rejects where the connection breaks or time runs out. */
  transport: Transport;
  openWallet(wanted: NewWallet): Result<Wallet>;
  changeWallet(walletId: string, changes: WalletChanges): Result<Wallet>;
  /** A fresh payer code, as the phone would show it. */
  showCode(walletId: string): Result<PayerCode>;
  approve(approval: Readonly<{ walletId: string; tradeNo: string; password: string }>): Result<Approval>;
  /** The payer’s phone scans a code that a merchant shows: the trade that waits for the password now. */
  scan(scan: Readonly<{ walletId: string; codeUrl: string }>): Result<Trade>;
  registerMerchant(wanted: NewMerchant): Result<Merchant>;
  changeMerchant(appId: string, changes: MerchantChanges): Result<Merchant>;
  faults: FaultPanel;
  /** Documented refusals on demand. */
  answers: AnswerDesk;
  /** Notifications waiting, the earliest due first. */
  pendingNotifications: Notifier["pending"];
  deliver: Notifier["deliver"];
  deliverNext: Notifier["deliverNext"];
  /** Enters what time has brought about: expiries, held requests. Queries and cancels see expiries without it. */
  passTime(): void;
  /** The earliest moment at which `passTime` or a delivery has something to do; null when nothing waits. */
  nextWake(): Date | null;
  /** What does not add up in the books; empty when they are sound. */
  problems(): string[];
}>;

/** Builds a world from keys, a clock, chance and, where it is to last, a journal and the state it left. */
export function createAlipayWorld(options: AlipayWorldOptions): AlipayWorld {
  const { keys, clock } = options;
  const store = createStore(options);
  const { book } = store.state;
  const clocks = (): Clocks => ({ now: clock.now(), unmovedNow: (clock.unmovedNow ?? clock.now)() });
  const certificates = options.certificates ?? (async () => null);
  const handle = (parameters: WireParameters): Promise<WireOutcome> =>
    handleGateway({ store, keys, certificates, clocks }, parameters);
  const notifier = createNotifier({ store, keys, certificates, now: clock.now });
  const enter = <T>(facts: Facts<T>): Result<T> => {
    if (!facts.ok) return facts;
    store.commit(facts.value.events, clock.now());
    return success(facts.value.value);
  };
  return {
    state: store.state,
    book,
    handleGateway: handle,
    transport: transportOver(handle, clock.sleep),
    openWallet: (wanted) => enter(openWallet(book, wanted, clock.now())),
    changeWallet: (walletId, changes) => enter(changeWallet(book, walletId, changes)),
    showCode: (walletId) => enter(issueCode(book, walletId, freshDigits(book, options.random), clock.now())),
    approve: (approval) => enter(approve(book, approval, clock.now())),
    scan: (scan) => enter(scanOffer(book, scan, clock.now())),
    registerMerchant: (wanted) => enter(registerMerchant(book, wanted, clock.now())),
    changeMerchant: (appId, changes) => enter(changeMerchant(book, appId, changes)),
    faults: createFaultPanel({ store, now: clock.now }),
    answers: createAnswerDesk({ store, now: clock.now }),
    pendingNotifications: notifier.pending,
    deliver: notifier.deliver,
    deliverNext: notifier.deliverNext,
    passTime: () => {
      store.passTime(clock.now());
      releaseDue(store, clock.now());
    },
    nextWake: () => nextWake(store.state),
    problems: () => booksProblems(book),
  };
}

/** 18 digits beginning with 28, as Alipay’s payer codes; never one that is still remembered. */
function freshDigits(book: Book, random: () => number): string {
  for (;;) {
    const half = (): string => String(Math.floor(random() * 1e8)).padStart(8, "0");
    const digits = `28${half()}${half()}`;
    if (!book.codes.has(digits)) return digits;
  }
}

function transportOver(
  handle: (parameters: WireParameters) => Promise<WireOutcome>,
  sleep: (ms: number) => Promise<void>,
): Transport {
  return async (request): Promise<WireReply> => {
    const reading = readRequest(new URL(request.url).search, request.body);
    if (reading.kind === "malformed") return { status: 400, headers: {}, body: Buffer.from(reading.problem) };
    const outcome = await handle(reading.parameters);
    await sleep(Math.min(outcome.afterMs, request.timeoutMs));
    if (outcome.afterMs >= request.timeoutMs) throw new Error("timeout");
    if (outcome.kind === "broken") throw new Error("connection reset");
    return {
      status: outcome.status,
      headers: { "content-type": outcome.contentType },
      body: Buffer.from(outcome.body),
    };
  };
}

function nextWake(state: WorldState): Date | null {
  const moments: number[] = [];
  for (const { dueAtMs } of state.outbox.pending.values()) moments.push(dueAtMs);
  for (const { dueAtMs } of state.held.values()) moments.push(dueAtMs);
  for (const tradeNo of state.book.waiting)
    moments.push(state.book.trades.get(tradeNo)?.expiresAtMs ?? Infinity);
  return moments.length === 0 ? null : new Date(moments.reduce((least, moment) => Math.min(least, moment)));
}

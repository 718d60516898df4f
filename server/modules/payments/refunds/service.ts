// The one door through which a refund changes: lock its payment, then itself, decide, save both, post, in one transaction.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { assert } from "../../../kernel/assert.ts";
import { createBatcher } from "../../../platform/batch.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { postJournals, type JournalDraft } from "../../ledger/index.ts";
import { closeCases, openCases, type CaseClosing, type CaseDraft } from "../../support/index.ts";
import type { NewEvent } from "../../webhooks/index.ts";
import { channelOf, type PaymentsDeps } from "../deps.ts";
import { groupsOf, nameIn, type Of } from "../grouping.ts";
import { eventsOfRefund } from "../happened.ts";
import { storeGroupAnswers, type KeyAnswer } from "../intake/store.ts";
import type { Payment } from "../model.ts";
import { appendEvents, lockGroupPayments, saveGroupPayments, type EventRow, type Write } from "../store.ts";
import type { StoredAnswer } from "../view.ts";
import { decideRefund } from "./decide.ts";
import type { Pair, Refund, RefundCommand, RefundDecision } from "./model.ts";
import { lockGroupRefunds, saveGroupRefunds, type RefundWrite } from "./store.ts";
import { isAnswerable, refundAnswerOf } from "./view.ts";

/** Something that happened to one refund. `lease` is given back when it is saved, where the caller holds one. */
export type RefundApplication = Readonly<{
  merchantId: string;
  paymentId: string;
  refundId: string;
  channel: ChannelCode;
  command: RefundCommand;
  lease?: Date;
}>;

/** What a refund and its payment were and what they became. The same objects where nothing changed. */
export type RefundApplied = Readonly<{
  before: Pair;
  after: Pair;
  /** The answer that this very transaction stored for the request that made the refund. */
  answer: StoredAnswer | null;
}>;

/** Hands in what happened to one refund; null where the merchant has no such refund. Coalesced with its neighbours. */
export type RefundDoor = (application: RefundApplication) => Promise<RefundApplied | null>;

/** Told of every change after its commit, in the process that made it. */
export type RefundListener = (applied: RefundApplied) => void;

/** The door, with concurrent callers in one transaction and one batch per merchant in flight. */
export function createRefundDoor(deps: PaymentsDeps, listener: RefundListener): RefundDoor {
  const batcher = createBatcher<RefundApplication, RefundApplied | null>({
    run: (applications) => applyRefundCommands(deps, listener, applications),
    keyOf: (application) => application.merchantId,
    // Deciding again is harmless: what happened already is found under the lock, and every fact is booked once.
    recover: async (application) => (await applyRefundCommands(deps, listener, [application]))[0] ?? null,
    ...(deps.batchTiming && { timing: deps.batchTiming }),
  });
  return batcher.submit;
}

/**
 * Applies commands to refunds, group by group. Locks payments, then refunds, then the books, each in the order of merchants
 * and ids, as batches of payments do: neither waits for the other in a circle.
 * @returns for each application what became of it, null where there is no such refund
 */
export async function applyRefundCommands(
  deps: PaymentsDeps,
  listener: RefundListener,
  applications: readonly RefundApplication[],
): Promise<ReadonlyArray<RefundApplied | null>> {
  const items = applications.map((application, index) => ({ ...application, index }));
  const results = new Map<number, RefundApplied>();
  const merchantIds = items.map(({ merchantId }) => merchantId);
  await deps.pg.transaction(async (tx) => {
    for (const group of groupsOf(items, deps.grouping, ({ merchantId }) => merchantId)) {
      const work = new RefundWork(deps, results);
      await work.decideAll(tx, group);
      await work.write(tx);
    }
  }, merchantIds);
  for (const applied of results.values()) tell(deps, listener, applied);
  return applications.map((_, index) => results.get(index) ?? null);
}

type Item = RefundApplication & Readonly<{ index: number }>;

/** The decisions of one transaction about refunds of one group of merchants, until they are written. */
class RefundWork {
  readonly #deps: PaymentsDeps;
  readonly #results: Map<number, RefundApplied>;
  readonly #payments = new Map<string, Write>();
  readonly #refunds = new Map<string, RefundWrite>();
  readonly #events: EventRow[] = [];
  readonly #answers: Array<Of<KeyAnswer> & { index: number }> = [];
  readonly #cases: CaseDraft[] = [];
  readonly #closings: CaseClosing[] = [];
  readonly #journals: JournalDraft[] = [];
  readonly #happened: NewEvent[] = [];

  constructor(deps: PaymentsDeps, results: Map<number, RefundApplied>) {
    this.#deps = deps;
    this.#results = results;
  }

  async decideAll(tx: Tx, items: readonly Item[]): Promise<void> {
    const payments = await lockGroupPayments(tx, items);
    const refunds = await lockGroupRefunds(tx, items);
    for (const item of items) {
      const [payment, refund] = [payments.get(item.paymentId), refunds.get(item.refundId)];
      if (payment === undefined || refund === undefined || refund.paymentId !== payment.id) continue;
      // The refund of another merchant in this very batch is nobody’s.
      if (payment.merchantId !== item.merchantId || refund.merchantId !== item.merchantId) continue;
      if (refund.channel !== item.channel) continue;
      const before = { payment, refund };
      const { refundTimetable: timetable } = channelOf(this.#deps, refund.channel).manifest;
      const decision = decideRefund(before, item.command, this.#deps.world.now(), { timetable });
      payments.set(payment.id, decision.next.payment);
      refunds.set(refund.id, decision.next.refund);
      this.#results.set(item.index, { before, after: decision.next, answer: null });
      this.#take(before, decision, item);
    }
  }

  #take(before: Pair, { next, journals, effects, events }: RefundDecision, { index, lease }: Item): void {
    const { payment, refund } = next;
    const heldLease = lease ?? this.#refunds.get(refund.id)?.heldLease ?? null;
    if (next === before && heldLease === null) return;
    this.#refunds.set(refund.id, {
      refund,
      heldVersion: this.#refunds.get(refund.id)?.heldVersion ?? before.refund.version,
      heldLease,
    });
    if (next === before) return;
    this.#payments.set(payment.id, writeOf(this.#payments.get(payment.id), before.payment, payment));
    const entries = events.map((entry) => ({ id: this.#deps.world.newId("evt"), ...entry }));
    const { merchantId } = payment;
    this.#events.push({ merchantId, paymentId: payment.id, version: payment.version, entries });
    this.#journals.push(...journals);
    this.#happened.push(...eventsOfRefund(before, next));
    // The answer commits with the state that it reports, whether or not anybody still waits for it.
    if (!isAnswerable(before.refund) && isAnswerable(refund))
      this.#answers.push({ index, merchantId, key: refund.idempotencyKey, answer: refundAnswerOf(next) });
    if (before.refund.reviewSince !== null && refund.state !== "processing")
      this.#closings.push(...closingsOf(refund));
    for (const { caseKind: kind, facts } of effects)
      this.#cases.push({
        merchantId,
        kind,
        subjectId: refund.id,
        paymentId: payment.id,
        facts,
      });
  }

  /** Writes everything down; the ledger comes last, because its head is what most others wait for. */
  async write(tx: Tx): Promise<void> {
    if (this.#payments.size > 0) await saveGroupPayments(tx, [...this.#payments.values()]);
    if (this.#refunds.size > 0) await saveGroupRefunds(tx, [...this.#refunds.values()]);
    if (this.#events.length > 0) await appendEvents(tx, this.#events);
    if (this.#answers.length > 0) await this.#answer(tx);
    if (this.#cases.length > 0) await openCases(this.#deps, tx, this.#cases);
    if (this.#closings.length > 0) await closeCases(this.#deps, tx, this.#closings);
    if (this.#happened.length > 0) await this.#deps.webhooks?.insertEvents(tx, this.#happened);
    if (this.#journals.length > 0) await postJournals(tx, this.#journals);
  }

  async #answer(tx: Tx): Promise<void> {
    const stored = await storeGroupAnswers(tx, this.#answers);
    for (const { index, merchantId, key, answer } of this.#answers) {
      const applied = this.#results.get(index);
      if (applied !== undefined && stored.has(nameIn(merchantId, key)))
        this.#results.set(index, { ...applied, answer });
    }
  }
}

/** A refund with an outcome is unclear no longer, whoever found out. */
function closingsOf({ merchantId, id: subjectId, decidedBy }: Refund): CaseClosing[] {
  const resolution =
    decidedBy === null ? "渠道已给出这笔退款的结果，自动关闭。" : "这笔退款已由人工判定结果，自动关闭。";
  const closing = { merchantId, subjectId, by: "system", resolution };
  return (["refundUnclear", "refundStuck"] as const).map((kind) => ({ ...closing, kind }));
}

/** The write of a payment that may be decided on several times in one transaction. */
export function writeOf(earlier: Write | undefined, before: Payment, next: Payment): Write {
  return { payment: next, heldVersion: earlier?.heldVersion ?? before.version, heldLease: null };
}

function tell(deps: PaymentsDeps, listener: RefundListener, applied: RefundApplied): void {
  const { before, after } = applied;
  if (after === before) return;
  const { id: refundId, paymentId, merchantId, state, version } = after.refund;
  assert(before.refund.id === refundId, `${refundId} became another refund`);
  deps.log.info(
    {
      event: "refund_decided",
      refundId,
      paymentId,
      merchantId,
      stateBefore: before.refund.state,
      state,
      version,
    },
    "a refund was decided",
  );
  listener(applied);
}

// Accepting refunds: one transaction for a batch of one merchant, which either reserves and writes down, or does nothing.
// Once it has committed the refund exists, with its resolver scheduled, and only then may it be sent.
import { assert } from "../../../kernel/assert.ts";
import { refuse, success, type Refusal, type Result } from "../../../kernel/result.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { channelOf, type PaymentsDeps } from "../deps.ts";
import * as keys from "../intake/store.ts";
import type { Payment } from "../model.ts";
import { appendEvents, lockPayments, savePayments, type EventRow, type Write } from "../store.ts";
import { acceptRefund, type Wanted } from "./decide.ts";
import type { Pair, Refund } from "./model.ts";
import { writeOf } from "./service.ts";
import { claimRefundNos, insertRefunds, releaseRefundNos, selectRefundNos } from "./store.ts";

/** A refund that wants to exist, with everything it would be the only one to use. */
export type RefundCandidate = Wanted &
  Readonly<{
    merchantId: string;
    paymentId: string;
    fingerprint: Buffer;
    /** Until then its request may be running. */
    runningUntil: Date;
  }>;

export type RefundAcceptance =
  /** It exists, by this candidate, and has not been sent. */
  | Readonly<{ kind: "accepted"; pair: Pair }>
  /** Its key belongs to an earlier request. */
  | Readonly<{ kind: "keyTaken"; row: keys.KeyRow }>
  | Readonly<{ kind: "refused"; refusal: Refusal }>;

/** Accepts candidates in one transaction, merchants in sorted order. The answers are in the order of the candidates. */
export async function acceptRefunds(
  deps: PaymentsDeps,
  candidates: readonly RefundCandidate[],
): Promise<readonly RefundAcceptance[]> {
  const merchantIds = candidates.map(({ merchantId }) => merchantId);
  return deps.pg.transaction(async (tx) => {
    const results = new Map<RefundCandidate, RefundAcceptance>();
    const byMerchant = Map.groupBy(candidates, (candidate) => candidate.merchantId);
    for (const merchantId of [...byMerchant.keys()].sort()) {
      const work = new AcceptWork(deps, merchantId, byMerchant.get(merchantId) ?? []);
      await work.take(tx);
      work.decideAll(results);
      await work.write(tx);
    }
    return candidates.map((candidate) => {
      const result = results.get(candidate);
      assert(result !== undefined, `${candidate.opening.id}: no answer`);
      return result;
    });
  }, merchantIds);
}

/**
 * The candidates of one merchant: everything that is unique is taken first, in sorted order, then they are decided one
 * after the other as if each had come alone, and what the refused ones had taken is given back or handed on.
 */
class AcceptWork {
  readonly #deps: PaymentsDeps;
  readonly #merchantId: string;
  readonly #candidates: readonly RefundCandidate[];
  /** By key and by refund number: who took it, and who has it in the end. */
  readonly #takenKeys = new Map<string, RefundCandidate>();
  readonly #takenNos = new Map<string, RefundCandidate>();
  readonly #heldKeys = new Map<string, RefundCandidate>();
  readonly #heldNos = new Map<string, RefundCandidate>();
  #earlierKeys: ReadonlyMap<string, keys.KeyRow> = new Map();
  #earlierNos: ReadonlyMap<string, string> = new Map();
  #payments = new Map<string, Payment>();
  readonly #writes = new Map<string, Write>();
  readonly #refunds: Refund[] = [];
  readonly #events: EventRow[] = [];

  constructor(deps: PaymentsDeps, merchantId: string, candidates: readonly RefundCandidate[]) {
    this.#deps = deps;
    this.#merchantId = merchantId;
    this.#candidates = candidates;
  }

  async take(tx: Tx): Promise<void> {
    await this.#takeKeys(tx);
    await this.#takeNos(tx);
    const wanted = this.#candidates.filter((one) => !this.#earlierKeys.has(keyOf(one)));
    this.#payments = await lockPayments(tx, this.#merchantId, [
      ...new Set(wanted.map(({ paymentId }) => paymentId)),
    ]);
  }

  async #takeKeys(tx: Tx): Promise<void> {
    const first = firstOfEach(this.#candidates, keyOf);
    const taken = await keys.claimKeys(tx, this.#merchantId, first.map(claimOf), this.#deps.world.now());
    for (const one of first) if (taken.has(keyOf(one))) this.#takenKeys.set(keyOf(one), one);
    const others = first.map(keyOf).filter((key) => !taken.has(key));
    if (others.length > 0) this.#earlierKeys = await keys.selectKeys(tx, this.#merchantId, others);
  }

  async #takeNos(tx: Tx): Promise<void> {
    const fresh = this.#candidates.filter((one) => noOf(one) !== null && !this.#earlierKeys.has(keyOf(one)));
    if (fresh.length === 0) return;
    const first = firstOfEach(fresh, (one) => noOf(one) ?? "");
    const taken = await claimRefundNos(tx, this.#merchantId, first.flatMap(noClaimsOf));
    for (const one of first) if (taken.has(noOf(one) ?? "")) this.#takenNos.set(noOf(one) ?? "", one);
    const others = first.map((one) => noOf(one) ?? "").filter((no) => !taken.has(no));
    if (others.length > 0) this.#earlierNos = await selectRefundNos(tx, this.#merchantId, others);
  }

  decideAll(results: Map<RefundCandidate, RefundAcceptance>): void {
    for (const candidate of this.#candidates) {
      const row = this.#earlierKeys.get(keyOf(candidate)) ?? this.#rowHeld(keyOf(candidate));
      results.set(candidate, row === null ? this.#decide(candidate) : { kind: "keyTaken", row });
    }
  }

  /** The row that another of these candidates has just made. */
  #rowHeld(key: string): keys.KeyRow | null {
    const holder = this.#heldKeys.get(key);
    return holder === undefined ? null : { ...claimOf(holder), refundId: holder.opening.id, answer: null };
  }

  #decide(candidate: RefundCandidate): RefundAcceptance {
    const decided = this.#accepted(candidate);
    if (!decided.ok) return { kind: "refused", refusal: decided.refusal };
    const no = noOf(candidate);
    this.#heldKeys.set(keyOf(candidate), candidate);
    if (no !== null) this.#heldNos.set(no, candidate);
    return { kind: "accepted", pair: decided.value };
  }

  #accepted(candidate: RefundCandidate): Result<Pair> {
    const { merchantRefundNo } = candidate.opening;
    const holder =
      this.#earlierNos.get(merchantRefundNo ?? "") ?? this.#heldNos.get(merchantRefundNo ?? "")?.opening.id;
    if (merchantRefundNo !== null && holder !== undefined)
      return refuse("merchant_refund_no_used", { merchantRefundNo, refundId: holder });
    const before = this.#payments.get(candidate.paymentId);
    if (before === undefined) return refuse("not_found", { what: candidate.paymentId });
    const { refundTimetable: timetable } = channelOf(this.#deps, before.channel).manifest;
    const decided = acceptRefund(before, candidate, this.#deps.world.now(), { timetable });
    if (!decided.ok) return decided;
    const { next, events } = decided.value;
    this.#payments.set(next.payment.id, next.payment);
    this.#writes.set(next.payment.id, writeOf(this.#writes.get(next.payment.id), before, next.payment));
    this.#refunds.push(next.refund);
    const entries = events.map((entry) => ({ id: this.#deps.world.newId("evt"), ...entry }));
    const { id: paymentId, version } = next.payment;
    this.#events.push({ merchantId: this.#merchantId, paymentId, version, entries });
    return success(next);
  }

  async write(tx: Tx): Promise<void> {
    await this.#handOn(tx);
    if (this.#refunds.length === 0) return;
    await savePayments(tx, this.#merchantId, [...this.#writes.values()]);
    await insertRefunds(tx, this.#refunds);
    await appendEvents(tx, this.#events);
  }

  /** A refused request has not happened: its key and its number are free, or the next one’s in this very batch. */
  async #handOn(tx: Tx): Promise<void> {
    const [freeKeys, newKeys] = changesOf(this.#takenKeys, this.#heldKeys);
    if (freeKeys.length > 0) await keys.releaseKeys(tx, this.#merchantId, freeKeys.map(claimOf));
    if (newKeys.length > 0)
      await keys.claimKeys(tx, this.#merchantId, newKeys.map(claimOf), this.#deps.world.now());
    const [freeNos, newNos] = changesOf(this.#takenNos, this.#heldNos);
    if (freeNos.length > 0) await releaseRefundNos(tx, this.#merchantId, freeNos.flatMap(noClaimsOf));
    if (newNos.length > 0) await claimRefundNos(tx, this.#merchantId, newNos.flatMap(noClaimsOf));
  }
}

/** Who took something and does not have it in the end, and who has it without having taken it. */
function changesOf(
  taken: ReadonlyMap<string, RefundCandidate>,
  held: ReadonlyMap<string, RefundCandidate>,
): readonly [readonly RefundCandidate[], readonly RefundCandidate[]] {
  const free = [...taken].filter(([name, one]) => held.get(name) !== one).map(([, one]) => one);
  const fresh = [...held].filter(([name, one]) => taken.get(name) !== one).map(([, one]) => one);
  return [free, fresh];
}

function claimOf({ opening, fingerprint, paymentId, runningUntil }: RefundCandidate) {
  return { key: opening.idempotencyKey, fingerprint, paymentId, refundId: opening.id, runningUntil };
}

function noClaimsOf({ opening }: RefundCandidate) {
  const { merchantRefundNo, id: refundId } = opening;
  return merchantRefundNo === null ? [] : [{ merchantRefundNo, refundId }];
}

function keyOf(candidate: RefundCandidate): string {
  return candidate.opening.idempotencyKey;
}

function noOf(candidate: RefundCandidate): string | null {
  return candidate.opening.merchantRefundNo;
}

/** The first of the items with each name, in their order. */
function firstOfEach<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(nameOf(item)) && Boolean(seen.add(nameOf(item))));
}

// The one door through which a payment changes: lock, decide, save, post, tell, in one transaction, for a batch of any size.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { assert, unreachable } from "../../kernel/assert.ts";
import { createBatcher } from "../../platform/batch.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { postJournals, type JournalDraft } from "../ledger/index.ts";
import type { NewArrival, PaidOrder } from "../arrivals/index.ts";
import { openCases, type CaseDraft } from "../support/index.ts";
import type { NewEvent } from "../webhooks/index.ts";
import { decide } from "./decide.ts";
import type { PaymentsDeps } from "./deps.ts";
import { groupsOf, nameIn, type Of } from "./grouping.ts";
import { eventsOfPayment } from "./happened.ts";
import {
  claimGroupKeys,
  releaseGroupKeys,
  storeGroupAnswers,
  type KeyAnswer,
  type KeyClaim,
} from "./intake/store.ts";
import type { Command, Decision, Payment, Terms } from "./model.ts";
import { appendEvents, lockGroupPayments, saveGroupPayments, type EventRow, type Write } from "./store.ts";
import { termsOf } from "./terms.ts";
import { answerOf, type StoredAnswer } from "./view.ts";

/** Something that happened to one payment. `lease` is given back when it is saved, where the caller holds one. */
export type Application = Readonly<{
  merchantId: string;
  paymentId: string;
  /** The channel of the payment, which its caller knows. */
  channel: ChannelCode;
  command: Command;
  lease?: Date;
  /**
   * The key of a request whose only effect this command is, taken in the same transaction before any payment is locked.
   * Where it belongs to another request nothing is applied; where the command changes nothing it is given back.
   */
  claim?: KeyClaim;
}>;

/** What a payment was and what it became. Both are the same object where nothing changed. */
export type Applied = Readonly<{
  before: Payment;
  after: Payment;
  /** The answer that this very transaction stored for the request that made the payment. */
  answer: StoredAnswer | null;
}>;

/** Hands in what happened to one payment; null where there is no such payment, or its claim is taken. Coalesced with its neighbours. */
export type Door = (application: Application) => Promise<Applied | null>;

/** Told of every change after its commit, in the process that made it. */
export type Listener = (applied: Applied) => void;

/** The door, with concurrent callers in one transaction, and no merchant in two batches at once. */
export function createDoor(deps: PaymentsDeps, listener: Listener): Door {
  const applyOne = async (application: Application): Promise<Applied | null> =>
    (await applyCommands(deps, listener, [application]))[0] ?? null;
  const batcher = createBatcher<Application, Applied | null>({
    run: (applications) => applyCommands(deps, listener, applications),
    keyOf: (application) => application.merchantId,
    // Deciding again is harmless: what happened already is found under the lock, and every fact is booked once.
    recover: applyOne,
    ...(deps.batchTiming && { timing: deps.batchTiming }),
  });
  return (application) => batcher.submit(application);
}

/**
 * Applies commands to payments: lock, decide, save, answer, tell, post, in one transaction, group by group. What is locked
 * is locked in the order of merchants, so that two batches never wait for each other in a circle. Announcements are
 * pushed after the commit.
 * @returns for each application what became of it, null where there is no such payment, or its claim is taken
 */
export async function applyCommands(
  deps: PaymentsDeps,
  listener: Listener,
  applications: readonly Application[],
): Promise<ReadonlyArray<Applied | null>> {
  // Before the transaction: reading merchants must not take a second connection while this one holds locks.
  const items = await Promise.all(
    applications.map(async (application, index) => ({
      ...application,
      index,
      terms: await termsOf(deps, application),
    })),
  );
  const results = new Map<number, Applied>();
  const merchantIds = items.map(({ merchantId }) => merchantId);
  const arrivals = await deps.pg.transaction(async (tx) => {
    const rows: NewArrival[] = [];
    for (const group of groupsOf(items, deps.grouping, ({ merchantId }) => merchantId)) {
      const work = new GroupWork(deps, results);
      await work.decideAll(tx, group);
      rows.push(...(await work.write(tx)));
    }
    return rows;
  }, merchantIds);
  await afterCommit(deps, listener, [...results.values()], arrivals);
  return applications.map((_, index) => results.get(index) ?? null);
}

type Item = Application & Readonly<{ index: number; terms: Terms }>;

/** The decisions of one transaction about payments of one group of merchants, until they are written. */
class GroupWork {
  readonly #deps: PaymentsDeps;
  readonly #results: Map<number, Applied>;
  readonly #writes = new Map<string, Write>();
  readonly #events: EventRow[] = [];
  readonly #answers: Array<Of<KeyAnswer> & { index: number }> = [];
  readonly #cases: CaseDraft[] = [];
  readonly #orders: PaidOrder[] = [];
  readonly #happened: NewEvent[] = [];
  readonly #journals: JournalDraft[] = [];

  constructor(deps: PaymentsDeps, results: Map<number, Applied>) {
    this.#deps = deps;
    this.#results = results;
  }

  async decideAll(tx: Tx, all: readonly Item[]): Promise<void> {
    const items = await this.#claim(tx, all);
    const idle: Array<Of<KeyClaim>> = [];
    const payments = await lockGroupPayments(tx, items);
    for (const item of items) {
      const before = payments.get(item.paymentId);
      const { merchantId, claim } = item;
      // The payment of another merchant in this very batch is nobody’s.
      if (before === undefined || before.merchantId !== merchantId) {
        if (claim !== undefined) idle.push({ merchantId, ...claim });
        continue;
      }
      assert(
        before.channel === item.channel,
        `${before.id} is a payment of ${before.channel}, not of ${item.channel}`,
      );
      const decision = decide(before, item.command, this.#deps.world.now(), item.terms);
      this.#take(before, decision, item);
      payments.set(item.paymentId, decision.next);
      this.#results.set(item.index, { before, after: decision.next, answer: null });
      if (claim !== undefined && decision.next === before) idle.push({ merchantId, ...claim });
    }
    // A request that changed nothing has not happened: its key is free.
    if (idle.length > 0) await releaseGroupKeys(tx, idle);
  }

  /** Takes the keys that are claimed; the items that may go on. */
  async #claim(tx: Tx, items: readonly Item[]): Promise<readonly Item[]> {
    const claims = new Map<string, Of<KeyClaim> & Readonly<{ item: Item }>>();
    for (const item of items) {
      const { merchantId, claim } = item;
      const name = nameIn(merchantId, claim?.key ?? "");
      if (claim && !claims.has(name)) claims.set(name, { item, merchantId, ...claim });
    }
    if (claims.size === 0) return items;
    const taken = await claimGroupKeys(tx, [...claims.values()], this.#deps.world.now());
    return items.filter((item) => {
      if (item.claim === undefined) return true;
      const name = nameIn(item.merchantId, item.claim.key);
      return taken.has(name) && claims.get(name)?.item === item;
    });
  }

  #take(before: Payment, { next, journals, effects, events }: Decision, { index, lease }: Item): void {
    const heldLease = lease ?? null;
    if (next === before && heldLease === null) return;
    const earlier = this.#writes.get(next.id);
    this.#writes.set(next.id, {
      payment: next,
      heldVersion: earlier?.heldVersion ?? before.version,
      heldLease: heldLease ?? earlier?.heldLease ?? null,
    });
    if (next === before) return;
    const entries = events.map((entry) => ({ id: this.#deps.world.newId("evt"), ...entry }));
    this.#events.push({ merchantId: next.merchantId, paymentId: next.id, version: next.version, entries });
    this.#journals.push(...journals);
    this.#happened.push(...eventsOfPayment(before, next));
    // The answer commits with the state that it reports, whether or not anybody still waits for it.
    if (before.state === "processing" && next.state !== "processing") {
      const { merchantId, idempotencyKey: key } = next;
      this.#answers.push({ index, merchantId, key, answer: answerOf(next) });
    }
    for (const effect of effects) {
      switch (effect.kind) {
        case "announce":
          this.#orders.push(paidOrderOf(next));
          break;
        case "openCase":
          this.#cases.push({
            merchantId: next.merchantId,
            kind: effect.caseKind,
            subjectId: next.id,
            paymentId: next.id,
            facts: effect.facts,
          });
          break;
        default:
          unreachable(effect);
      }
    }
  }

  /**
   * Writes everything down. What needs no answer is sent together, and what follows from answers together again. Heads of
   * the ledger are locked last of what is sent first: they are what most others wait for. Cases come before all that,
   * because two transactions may open the same one. Each of these sends its first statement before it waits for anything:
   * one that did not would take its locks in another order.
   */
  async write(tx: Tx): Promise<readonly NewArrival[]> {
    if (this.#cases.length > 0) await openCases(this.#deps, tx, this.#cases);
    const [arrivals] = await Promise.all([
      this.#orders.length > 0 ? this.#deps.arrivals.insertArrivals(tx, this.#orders) : [],
      this.#writes.size > 0 && saveGroupPayments(tx, [...this.#writes.values()]),
      this.#events.length > 0 && appendEvents(tx, this.#events),
      this.#answers.length > 0 && this.#answer(tx),
      this.#happened.length > 0 && this.#deps.webhooks?.insertEvents(tx, this.#happened),
      this.#journals.length > 0 && postJournals(tx, this.#journals),
    ]);
    return arrivals;
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

/** After the commit nothing may fail any more: what goes wrong here is only late, and others make up for it. */
async function afterCommit(
  deps: PaymentsDeps,
  listener: Listener,
  applied: readonly Applied[],
  arrivals: readonly NewArrival[],
): Promise<void> {
  for (const one of applied) {
    const { before, after } = one;
    if (after === before) continue;
    const { id: paymentId, merchantId, state, version, review } = after;
    const stateBefore = before.state;
    deps.log.info(
      {
        event: "payment_decided",
        paymentId,
        merchantId,
        stateBefore,
        state,
        version,
        reviewReason: review?.reason ?? null,
      },
      "a payment was decided",
    );
    listener(one);
  }
  if (arrivals.length === 0) return;
  await deps.arrivals.pushArrivals(arrivals).catch((error: unknown) => {
    deps.log.warn(
      { event: "arrivals_not_pushed", err: error },
      "arrivals were not pushed; they will be collected",
    );
  });
}

function paidOrderOf(payment: Payment): PaidOrder {
  assert(payment.paidAt !== null, `${payment.id}: announced without being paid`);
  return {
    merchantId: payment.merchantId,
    paymentId: payment.id,
    terminalId: payment.terminalId,
    storeId: payment.storeId,
    amount: payment.amount,
    channel: payment.channel,
    fundingSource: payment.fundingSource,
    paidAt: payment.paidAt,
  };
}

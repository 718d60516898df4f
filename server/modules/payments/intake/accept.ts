// Accepting payments: one transaction for a batch, which either writes down everything a payment is, or nothing of it.
// Once it has committed the payment exists, with its resolver scheduled, and only then may its charge be sent.
import { assert } from "../../../kernel/assert.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { refuse, type Refusal } from "../../../kernel/result.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { PaymentsDeps } from "../deps.ts";
import { limits } from "../limits.ts";
import type { Payment, TimelineEntry } from "../model.ts";
import { recordRoutes } from "../routing/accounts.ts";
import { appendEvents, insertPayments } from "../store.ts";
import * as store from "./store.ts";

/** A payment that wants to exist, with everything it would be the only one to use. */
export type Candidate = Readonly<{
  payment: Payment;
  fingerprint: Buffer;
  /** Null where no payer’s code was scanned. */
  codeHash: Buffer | null;
  /** Until then its request may be running. */
  runningUntil: Date;
  requested: TimelineEntry;
  /** The account of its merchant that was chosen; absent where there was no choice. */
  route?: string;
}>;

export type Acceptance =
  /** It exists, by this candidate, and its charge has not been sent. */
  | Readonly<{ kind: "accepted" }>
  /** Its key belongs to an earlier request. */
  | Readonly<{ kind: "keyTaken"; row: store.KeyRow }>
  | Readonly<{ kind: "refused"; refusal: Refusal }>;

/** Accepts candidates in one transaction, merchants in sorted order. The answers are in the order of the candidates. */
export async function acceptAll(
  deps: PaymentsDeps,
  candidates: readonly Candidate[],
): Promise<readonly Acceptance[]> {
  return deps.pg.transaction(async (tx) => {
    const results = new Map<Candidate, Acceptance>();
    const byMerchant = Map.groupBy(candidates, (candidate) => candidate.payment.merchantId);
    for (const merchantId of [...byMerchant.keys()].sort()) {
      let open: readonly Candidate[] = byMerchant.get(merchantId) ?? [];
      // Who lost to a payment that was then refused lost to nobody. In each round the refused ones make room.
      while (open.length > 0) {
        await acceptOfMerchant(deps, tx, { merchantId, candidates: open, results });
        open = losersToRefused(open, results);
      }
    }
    return candidates.map((candidate) => {
      const result = results.get(candidate);
      assert(result !== undefined, `${candidate.payment.id}: no answer`);
      return result;
    });
  });
}

type MerchantCandidates = Readonly<{
  merchantId: string;
  candidates: readonly Candidate[];
  results: Map<Candidate, Acceptance>;
}>;

async function acceptOfMerchant(deps: PaymentsDeps, tx: Tx, work: MerchantCandidates): Promise<void> {
  const withKey = await takeKeys(deps, tx, work);
  const withOrderNo = await takeOrderNos(tx, work, withKey);
  const accepted = await takePayerCodes(deps, tx, work, withOrderNo);
  if (accepted.length === 0) return;
  await insertPayments(
    tx,
    accepted.map(({ payment }) => payment),
  );
  await recordRoutes(deps, tx, accepted);
  await appendEvents(
    tx,
    accepted.map(({ payment, requested }) => ({
      merchantId: payment.merchantId,
      paymentId: payment.id,
      version: payment.version,
      entries: [{ id: deps.world.newId("evt"), ...requested }],
    })),
  );
  for (const candidate of accepted) work.results.set(candidate, { kind: "accepted" });
}

/** Candidates whose key or order number belonged to another of them that has been refused since. */
function losersToRefused(
  candidates: readonly Candidate[],
  results: Map<Candidate, Acceptance>,
): readonly Candidate[] {
  const refused = new Map<string, Candidate>();
  for (const candidate of candidates)
    if (results.get(candidate)?.kind === "refused") refused.set(candidate.payment.id, candidate);
  return candidates.filter((candidate) => {
    const result = results.get(candidate);
    const holder = refused.get(holderIn(result) ?? "");
    if (holder === undefined) return false;
    if (result?.kind !== "keyTaken" || !candidate.fingerprint.equals(holder.fingerprint)) return true;
    // The very same request: what refused the one refuses the other.
    const same = results.get(holder);
    if (same !== undefined) results.set(candidate, same);
    return false;
  });
}

/** The payment that an acceptance lost to. */
function holderIn(acceptance: Acceptance | undefined): string | null {
  if (acceptance?.kind === "keyTaken") return acceptance.row.paymentId;
  if (acceptance?.kind !== "refused") return null;
  const { paymentId } = acceptance.refusal.facts;
  return typeof paymentId === "string" ? paymentId : null;
}

async function takeKeys(deps: PaymentsDeps, tx: Tx, work: MerchantCandidates): Promise<readonly Candidate[]> {
  const { merchantId, candidates, results } = work;
  const first = firstOfEach(candidates, (candidate) => candidate.payment.idempotencyKey);
  const claims = first.map(({ payment, fingerprint, runningUntil }) => ({
    key: payment.idempotencyKey,
    fingerprint,
    paymentId: payment.id,
    runningUntil,
  }));
  const taken = await store.claimKeys(tx, merchantId, claims, deps.world.now());
  const others = candidates.filter((one) => !first.includes(one) || !taken.has(one.payment.idempotencyKey));
  if (others.length === 0) return first;
  const rows = await store.selectKeys(
    tx,
    merchantId,
    others.map(({ payment }) => payment.idempotencyKey),
  );
  for (const other of others) {
    const row = rows.get(other.payment.idempotencyKey);
    assert(row !== undefined, `${other.payment.idempotencyKey}: neither taken by us nor by anybody`);
    // Our own payment under this key: an earlier COMMIT of this very candidate was in doubt, and did happen.
    const ours = row.paymentId === other.payment.id;
    results.set(other, ours ? { kind: "accepted" } : { kind: "keyTaken", row });
  }
  return first.filter((candidate) => taken.has(candidate.payment.idempotencyKey));
}

async function takeOrderNos(
  tx: Tx,
  work: MerchantCandidates,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const claims = candidates.flatMap((candidate) => {
    const { merchantOrderNo, id: paymentId } = candidate.payment;
    return merchantOrderNo === null ? [] : [{ candidate, merchantOrderNo, paymentId }];
  });
  if (claims.length === 0) return candidates;
  const first = firstOfEach(claims, (claim) => claim.merchantOrderNo);
  const taken = await store.claimOrderNos(tx, work.merchantId, first);
  const lost = claims.filter((claim) => !first.includes(claim) || !taken.has(claim.merchantOrderNo));
  const refused = new Set(lost.map((claim) => claim.candidate));
  const holders = await store.selectOrderNos(
    tx,
    work.merchantId,
    lost.map((claim) => claim.merchantOrderNo),
  );
  for (const { candidate, merchantOrderNo } of lost) {
    const paymentId = holders.get(merchantOrderNo) ?? "";
    work.results.set(
      candidate,
      refusedWith(refuse("merchant_order_no_used", { merchantOrderNo, paymentId })),
    );
  }
  await release(tx, work.merchantId, [...refused]);
  return candidates.filter((candidate) => !refused.has(candidate));
}

async function takePayerCodes(
  deps: PaymentsDeps,
  tx: Tx,
  work: MerchantCandidates,
  all: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const candidates = all.filter(hasCode);
  if (candidates.length === 0) return all;
  const hex = (candidate: WithCode): string => candidate.codeHash.toString("hex");
  const first = firstOfEach(candidates, hex);
  const now = deps.world.now();
  const claims = first.map(({ codeHash, payment }) => ({ codeHash, paymentId: payment.id }));
  const taken = await store.claimPayerCodes(tx, work.merchantId, claims, {
    now,
    takenSince: addSeconds(now, -limits.payerCodeTakenSeconds),
  });
  const lost = candidates.filter((candidate) => !first.includes(candidate) || !taken.has(hex(candidate)));
  if (lost.length === 0) return all;
  const holders = await store.selectPayerCodes(
    tx,
    work.merchantId,
    lost.map((candidate) => candidate.codeHash),
  );
  for (const candidate of lost) {
    work.results.set(
      candidate,
      refusedWith(refuse("payer_code_used", { paymentId: holders.get(hex(candidate)) ?? "" })),
    );
  }
  const withOrderNo = lost.flatMap(({ payment: { merchantOrderNo, id: paymentId } }) =>
    merchantOrderNo === null ? [] : [{ merchantOrderNo, paymentId }],
  );
  if (withOrderNo.length > 0) await store.releaseOrderNos(tx, work.merchantId, withOrderNo);
  await release(tx, work.merchantId, lost);
  const refused = new Set<Candidate>(lost);
  return all.filter((candidate) => !refused.has(candidate));
}

type WithCode = Candidate & Readonly<{ codeHash: Buffer }>;
const hasCode = (candidate: Candidate): candidate is WithCode => candidate.codeHash !== null;

/** A refused request has not happened: its key is free for a corrected one. */
async function release(tx: Tx, merchantId: string, refused: readonly Candidate[]): Promise<void> {
  if (refused.length === 0) return;
  const claims = refused.map(({ payment }) => ({ key: payment.idempotencyKey, paymentId: payment.id }));
  await store.releaseKeys(tx, merchantId, claims);
}

function refusedWith(result: ReturnType<typeof refuse>): Acceptance {
  assert(!result.ok, "a refusal refuses");
  return { kind: "refused", refusal: result.refusal };
}

/** The first of the items with each key, in their order. */
function firstOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

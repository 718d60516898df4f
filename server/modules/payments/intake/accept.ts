// Accepting payments: one transaction for a batch, which either writes down everything a payment is, or nothing of it.
// Once it has committed the payment exists, with its resolver scheduled, and only then may its charge be sent.
import { assert } from "../../../kernel/assert.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { refuse, type Refusal } from "../../../kernel/result.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { PaymentsDeps } from "../deps.ts";
import { groupsOf, nameIn } from "../grouping.ts";
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

/** Accepts candidates in one transaction, group by group. The answers are in the order of the candidates. */
export async function acceptAll(
  deps: PaymentsDeps,
  candidates: readonly Candidate[],
): Promise<readonly Acceptance[]> {
  const merchantIds = candidates.map(({ payment }) => payment.merchantId);
  return deps.pg.transaction(async (tx) => {
    const results = new Map<Candidate, Acceptance>();
    for (const group of groupsOf(candidates, deps.grouping, ({ payment }) => payment.merchantId)) {
      let open = group;
      // Who lost to a payment that was then refused lost to nobody. In each round the refused ones make room.
      while (open.length > 0) {
        await acceptGroup(deps, tx, { candidates: open, results });
        open = losersToRefused(open, results);
      }
    }
    return candidates.map((candidate) => {
      const result = results.get(candidate);
      assert(result !== undefined, `${candidate.payment.id}: no answer`);
      return result;
    });
  }, merchantIds);
}

type Group = Readonly<{
  candidates: readonly Candidate[];
  results: Map<Candidate, Acceptance>;
}>;

async function acceptGroup(deps: PaymentsDeps, tx: Tx, work: Group): Promise<void> {
  const withKey = await takeKeys(deps, tx, work);
  const withOrderNo = await takeOrderNos(tx, work, withKey);
  const accepted = await takePayerCodes(deps, tx, work, withOrderNo);
  if (accepted.length === 0) return;
  await Promise.all([
    insertPayments(
      tx,
      accepted.map(({ payment }) => payment),
    ),
    recordRoutes(deps, tx, accepted),
    appendEvents(
      tx,
      accepted.map(({ payment, requested }) => ({
        merchantId: payment.merchantId,
        paymentId: payment.id,
        version: payment.version,
        entries: [{ id: deps.world.newId("evt"), ...requested }],
      })),
    ),
  ]);
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

async function takeKeys(deps: PaymentsDeps, tx: Tx, work: Group): Promise<readonly Candidate[]> {
  const { candidates, results } = work;
  const first = firstOfEach(candidates, keyNameOf);
  const claims = first.map(({ payment, fingerprint, runningUntil }) => ({
    ...{ merchantId: payment.merchantId, key: payment.idempotencyKey },
    ...{ fingerprint, paymentId: payment.id, runningUntil },
  }));
  const taken = await store.claimGroupKeys(tx, claims, deps.world.now());
  const others = candidates.filter((one) => !first.includes(one) || !taken.has(keyNameOf(one)));
  if (others.length === 0) return first;
  const rows = await store.selectGroupKeys(
    tx,
    others.map(({ payment }) => ({ merchantId: payment.merchantId, key: payment.idempotencyKey })),
  );
  for (const other of others) {
    const row = rows.get(keyNameOf(other));
    assert(row !== undefined, `${other.payment.idempotencyKey}: neither taken by us nor by anybody`);
    // Our own payment under this key: an earlier COMMIT of this very candidate was in doubt, and did happen.
    const ours = row.paymentId === other.payment.id;
    results.set(other, ours ? { kind: "accepted" } : { kind: "keyTaken", row });
  }
  return first.filter((candidate) => taken.has(keyNameOf(candidate)));
}

async function takeOrderNos(
  tx: Tx,
  work: Group,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const claims = candidates.flatMap((candidate) =>
    orderNoOf(candidate).map((claim) => ({ candidate, ...claim })),
  );
  if (claims.length === 0) return candidates;
  const nameOf = (claim: store.OrderNoClaim): string => nameIn(claim.merchantId, claim.merchantOrderNo);
  const first = firstOfEach(claims, nameOf);
  const taken = await store.claimOrderNos(tx, first);
  const lost = claims.filter((claim) => !first.includes(claim) || !taken.has(nameOf(claim)));
  if (lost.length === 0) return candidates;
  const refused = new Set(lost.map((claim) => claim.candidate));
  const holders = await store.selectOrderNos(tx, lost);
  for (const claim of lost) {
    const { candidate, merchantOrderNo } = claim;
    const paymentId = holders.get(nameOf(claim)) ?? "";
    work.results.set(
      candidate,
      refusedWith(refuse("merchant_order_no_used", { merchantOrderNo, paymentId })),
    );
  }
  await release(tx, [...refused]);
  return candidates.filter((candidate) => !refused.has(candidate));
}

async function takePayerCodes(
  deps: PaymentsDeps,
  tx: Tx,
  work: Group,
  all: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const candidates = all.filter(hasCode);
  if (candidates.length === 0) return all;
  const codeOf = ({ payment, codeHash }: WithCode): string =>
    nameIn(payment.merchantId, codeHash.toString("hex"));
  const claimOf = ({ payment, codeHash }: WithCode): store.CodeClaim => ({
    ...{ merchantId: payment.merchantId, codeHash, paymentId: payment.id },
  });
  const first = firstOfEach(candidates, codeOf);
  const now = deps.world.now();
  const taken = await store.claimPayerCodes(tx, first.map(claimOf), {
    now,
    takenSince: addSeconds(now, -limits.payerCodeTakenSeconds),
  });
  const lost = candidates.filter((candidate) => !first.includes(candidate) || !taken.has(codeOf(candidate)));
  if (lost.length === 0) return all;
  const holders = await store.selectPayerCodes(tx, lost.map(claimOf));
  for (const candidate of lost) {
    work.results.set(
      candidate,
      refusedWith(refuse("payer_code_used", { paymentId: holders.get(codeOf(candidate)) ?? "" })),
    );
  }
  const withOrderNo = lost.flatMap(orderNoOf);
  if (withOrderNo.length > 0) await store.releaseOrderNos(tx, withOrderNo);
  await release(tx, lost);
  const refused = new Set<Candidate>(lost);
  return all.filter((candidate) => !refused.has(candidate));
}

function keyNameOf({ payment }: Candidate): string {
  return nameIn(payment.merchantId, payment.idempotencyKey);
}

/** The order number that a candidate would take, where it has one. */
function orderNoOf({ payment }: Candidate): store.OrderNoClaim[] {
  const { merchantId, merchantOrderNo, id: paymentId } = payment;
  return merchantOrderNo === null ? [] : [{ merchantId, merchantOrderNo, paymentId }];
}

type WithCode = Candidate & Readonly<{ codeHash: Buffer }>;
const hasCode = (candidate: Candidate): candidate is WithCode => candidate.codeHash !== null;

/** A refused request has not happened: its key is free for a corrected one. */
async function release(tx: Tx, refused: readonly Candidate[]): Promise<void> {
  if (refused.length === 0) return;
  const claims = refused.map(({ payment }) => ({
    ...{ merchantId: payment.merchantId, key: payment.idempotencyKey, paymentId: payment.id },
  }));
  await store.releaseGroupKeys(tx, claims);
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

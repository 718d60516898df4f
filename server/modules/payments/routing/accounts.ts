// Through which account of its merchant a payment goes: chosen once, before it is written down, and kept for everything
// that is asked about it later. Without a router every merchant has one account at a channel, and that one serves.
import { isDeepStrictEqual } from "node:util";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../../channels/port.ts";
import { success, type Result } from "../../../kernel/result.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { Payment, TimelineEntry } from "../model.ts";
import { findPayment } from "../store.ts";

type Deps = Pick<PaymentsDeps, "merchants" | "routing">;

/** A payment that wants to exist, as far as routing is concerned. */
type Routable = Readonly<{
  payment: Payment;
  codeHash: Buffer | null;
  requested: TimelineEntry;
  route?: string;
  /** The version of that account. */
  accountVersion?: number;
}>;

/** The request with the account that serves it, and why that one. Refuses what the router refuses. */
export async function routed<
  Candidate extends Routable,
  Prepared extends Readonly<{
    candidate: Candidate;
    account: ChannelAccount;
    page?: Readonly<{ route: string }>;
  }>,
>({ routing }: Deps, prepared: Result<Prepared>): Promise<Result<Prepared>> {
  if (!prepared.ok || routing === undefined) return prepared;
  const { candidate, page } = prepared.value;
  const { merchantId, id, channel, storeId, amount, createdAt } = candidate.payment;
  const chosen = await routing.choose({
    ...{ merchantId, paymentId: id, channel, storeId },
    method: candidate.codeHash === null ? "shownCode" : "payerCode",
    amountFen: amount.minor,
    at: createdAt,
    ...(page && { onlyRoute: page.route }),
  });
  if (!chosen.ok) return chosen;
  const { account, route, version, reasons } = chosen.value;
  const { requested } = candidate;
  const data = { ...requested.data, route: { name: route, reasons } };
  return success({
    ...prepared.value,
    account,
    candidate: { ...candidate, route, accountVersion: version, requested: { ...requested, data } },
  });
}

/** Writes down where payments went, in the transaction that writes the payments. */
export async function recordRoutes(
  { routing }: Deps,
  tx: Tx,
  accepted: ReadonlyArray<Pick<Routable, "payment" | "route" | "accountVersion">>,
): Promise<void> {
  const choices = accepted.flatMap(({ payment, route, accountVersion: version }) => {
    const { merchantId, id: paymentId, channel } = payment;
    if (route === undefined) return [];
    return [{ merchantId, paymentId, channel, route, ...(version !== undefined && { version }) }];
  });
  await routing?.record(tx, choices);
}

/** Whether a payment was written down. */
export async function paymentExists(
  tx: Tx | Database,
  merchantId: string,
  paymentId: string,
): Promise<"yes" | "no"> {
  return (await findPayment(tx, merchantId, paymentId)) === null ? "no" : "yes";
}

type Sent = Readonly<{ merchantId: string; channel: ChannelCode; paymentId: string }>;

/** The account through which a payment went, in force or not; null where its merchant has none any more. */
export async function accountOfPayment(
  { merchants, routing }: Deps,
  { merchantId, channel, paymentId }: Sent,
): Promise<ChannelAccount | null> {
  return routing === undefined
    ? merchants.channelAccountEvenIfDisabled(merchantId, channel)
    : routing.accountOf(merchantId, channel, paymentId);
}

/** Whether a payment went through this very account: what another one says of it proves nothing. */
export async function wentThrough(deps: Deps, sent: Sent, account: ChannelAccount): Promise<"yes" | "no"> {
  return isDeepStrictEqual(await accountOfPayment(deps, sent), account) ? "yes" : "no";
}

/** Every account whose keys a callback to this merchant may be signed with. */
export async function accountsOfMerchant(
  { merchants, routing }: Deps,
  merchantId: string,
  channel: ChannelCode,
): Promise<readonly ChannelAccount[]> {
  if (routing !== undefined) return routing.accountsAt(merchantId, channel);
  const account = await merchants.channelAccountEvenIfDisabled(merchantId, channel);
  return account === null ? [] : [account];
}

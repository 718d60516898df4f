// The resolver: asks and undoes on the channel’s timetable until every payment has an outcome or a person. The schedule
// lives in the payment itself, so any process may take any step, and a crash loses time, not money.
import { assert, unreachable } from "../../../kernel/assert.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { ChannelAccount } from "../../../channels/port.ts";
import { channelIo, channelOf, type PaymentsDeps } from "../deps.ts";
import { limits } from "../limits.ts";
import type { Command, Payment } from "../model.ts";
import type { Door } from "../service.ts";
import { claim, selectDue, type Due } from "./store.ts";

export type ResolverDeps = PaymentsDeps & Readonly<{ door: Door }>;

/**
 * Takes the steps that are due, at most `limit` payments, several at a time. Safe to call from any number of processes.
 * What goes wrong with one payment is logged and does not hold up the others: its lease runs out and it is tried again.
 * @returns how many payments were due
 */
export async function resolveDue(deps: ResolverDeps, limit: number): Promise<number> {
  const due = await selectDue(deps.pg.batch, deps.world.now(), limit);
  const waiting = due.values();
  const worker = async (): Promise<void> => {
    for (const one of waiting) {
      await resolveOne(deps, one).catch((error: unknown) => {
        const { merchantId, paymentId } = one;
        deps.log.error(
          { event: "resolver_step_failed", merchantId, paymentId, err: error },
          "a step of the resolver failed",
        );
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(limits.resolveConcurrencyMax, due.length) }, worker));
  return due.length;
}

/** Takes one payment’s step, and those that follow it without a pause: the cancel after the last query, above all. */
export async function resolveOne(deps: ResolverDeps, due: Due): Promise<void> {
  let next: Due | null = due;
  for (let step = 0; next !== null && step < limits.stepsPerClaimMax; step += 1)
    next = await takeStep(deps, next);
}

/** One step: claim, call the channel outside any transaction, hand in what it said. Returns what is due at once after it. */
async function takeStep(deps: ResolverDeps, due: Due): Promise<Due | null> {
  const leaseUntil = await leaseOf(deps, due);
  const payment = await deps.pg.transaction((tx) => claim(tx, due, leaseUntil));
  // Somebody else was faster: a callback settled it, or another process holds it.
  if (payment === null || payment.resolution === null) return null;
  const { merchantId, id: paymentId, channel } = payment;
  const account = await deps.merchants.channelAccountEvenIfDisabled(merchantId, channel);
  assert(account !== null, `${paymentId}: its merchant has no account at ${channel} any more`);
  const command = await callChannel(deps, payment, account);
  const applied = await deps.door({ merchantId, paymentId, channel, command, lease: leaseUntil });
  const resolution = applied?.after.resolution ?? null;
  if (resolution === null || resolution.at > deps.world.now()) return null;
  return { merchantId, paymentId, channel, resolveAt: resolution.at, leaseUntil: null };
}

async function leaseOf(deps: ResolverDeps, due: Due): Promise<Date> {
  const { replyTimeoutMs } = channelOf(deps, due.channel).manifest.timetable;
  return addSeconds(deps.world.now(), replyTimeoutMs / 1_000 + limits.leaseGraceSeconds);
}

async function callChannel(deps: ResolverDeps, payment: Payment, account: ChannelAccount): Promise<Command> {
  const channel = channelOf(deps, payment.channel);
  const step = payment.resolution?.step;
  assert(step !== undefined, `${payment.id}: claimed without a step`);
  switch (step) {
    case "query":
      return {
        kind: "queryAnswered",
        reply: await channel.query(channelIo(deps), account, payment.channelOrderNo),
      };
    case "cancel":
      return {
        kind: "cancelAnswered",
        reply: await channel.cancel(channelIo(deps), account, payment.channelOrderNo),
      };
    default:
      return unreachable(step);
  }
}

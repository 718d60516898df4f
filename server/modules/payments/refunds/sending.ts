// Telling the channel to give money back: outside of any transaction, and what it says goes through the one door.
import { assert } from "../../../kernel/assert.ts";
import type { ChannelAccount } from "../../../channels/port.ts";
import type { RefundWay } from "../../../channels/timetables.ts";
import { callbackUrlOf, channelIo, channelOf, type PaymentsDeps } from "../deps.ts";
import { orderOf, type Payment } from "../model.ts";
import { accountOfPayment } from "../routing/accounts.ts";
import { findPayment } from "../store.ts";
import type { Refund, RefundCommand } from "./model.ts";
import type { RefundApplication } from "./service.ts";
import { beganAsVoid, gaveNothing } from "./ways.ts";

/** What names a refund to the door. */
export function addressOf({
  merchantId,
  paymentId,
  id: refundId,
  channel,
}: Refund): Omit<RefundApplication, "command"> {
  return { merchantId, paymentId, refundId, channel };
}

/** Sends a refund that was written down as being sent. Null where its moment has passed: the resolver will ask instead. */
export async function sendRefund(deps: PaymentsDeps, refund: Refund): Promise<RefundCommand | null> {
  const account = await accountOf(deps, refund);
  const order = orderOf(await paymentOf(deps, refund));
  // This process may have been stopped since the commit, and others may have settled meanwhile what became of it.
  if (deps.world.now() >= refund.sentBy) {
    const { id: refundId, paymentId, merchantId } = refund;
    deps.log.warn(
      { event: "refund_not_sent", refundId, paymentId, merchantId },
      "the moment of a refund had passed before it could be sent",
    );
    return null;
  }
  const reply = await channelOf(deps, refund.channel).refund(channelIo(deps), account, {
    order,
    way: refund.way,
    channelRefundNo: refund.channelRefundNo,
    requestedAt: refund.createdAt,
    amount: refund.amount,
    reason: refund.reason,
    // It is sent again only after the channel said definitely that no earlier send gave anything back: so a refusal
    // comes through as one. That refusal is still not believed before the channel was asked once more (decide.ts).
    sendHistory: refund.sends === 1 ? "first" : "afterSettled",
    callbackUrl: callbackUrlOf(deps, refund),
  });
  return { kind: "sendAnswered", reply, way: refund.way };
}

/**
 * Asks what became of a refund. One that was a void before has two names at the channel, and either may have given the
 * money back: where nothing came of the refund, the void is asked about in the same step.
 */
export async function askAboutRefund(deps: PaymentsDeps, refund: Refund): Promise<RefundCommand> {
  const account = await accountOf(deps, refund);
  const { channelRefundNo, way, createdAt: requestedAt } = refund;
  const payment = await paymentOf(deps, refund);
  const channel = channelOf(deps, refund.channel);
  const ask = (asked: RefundWay) => {
    const question = { order: orderOf(payment), way: asked, channelRefundNo, requestedAt };
    return channel.refundQuery(channelIo(deps), account, question);
  };
  const reply = await ask(way);
  if (!gaveNothing(reply.outcome) || !beganAsVoid(payment, refund, channel.manifest.refundTimetable))
    return { kind: "queryAnswered", reply, way };
  return { kind: "queryAnswered", reply, way, ofVoid: await ask("void") };
}

/** Nothing of it that the channel must be told changes once it is paid. */
async function paymentOf(deps: PaymentsDeps, refund: Refund): Promise<Payment> {
  const payment = await findPayment(deps.pg.batch, refund.merchantId, refund.paymentId);
  assert(payment !== null, `${refund.id}: its payment is gone`);
  return payment;
}

async function accountOf(deps: PaymentsDeps, refund: Refund): Promise<ChannelAccount> {
  const account = await accountOfPayment(deps, refund);
  assert(account !== null, `${refund.id}: its merchant has no account at ${refund.channel} any more`);
  return account;
}

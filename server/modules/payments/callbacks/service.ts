// Callbacks: verified by the channel, told to the payment through the one door, and acknowledged only after the commit.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { sameMoney } from "../../../kernel/money.ts";
import type {
  CallbackAnswer,
  CallbackReading,
  CallbackRequest,
  Channel,
  ChannelAccount,
} from "../../../channels/port.ts";
import { openCases } from "../../support/index.ts";
import type { PaymentsDeps } from "../deps.ts";
import { readChannelOrderNo, readChannelRefundNo } from "../orderNumber.ts";
import type { Refunds } from "../refunds/refunds.ts";
import { accountsOfMerchant, wentThrough } from "../routing/accounts.ts";
import type { Door } from "../service.ts";
import { findPayment } from "../store.ts";

/** What became of a callback; also the label of its counter. */
export type CallbackResult =
  "processed" | "forged" | "malformed" | "unknownMerchant" | "unknownOrder" | "amountMismatch";

export type Callbacks = Readonly<{
  /**
   * Handles a callback to this merchant’s address. Null where no such channel is installed. What cannot be believed
   * changes nothing; whatever is answered is the channel’s own word for it.
   */
  receive(
    channel: ChannelCode,
    merchantId: string,
    callback: CallbackRequest,
  ): Promise<CallbackAnswer | null>;
}>;

/** The callback handler of one process. */
export function createCallbacks(
  deps: PaymentsDeps,
  door: Door,
  refunds: Pick<Refunds, "notified">,
): Callbacks {
  const counter = deps.metrics.counter({
    name: "huiyin_channel_callbacks_total",
    help: "Callbacks from channels by what became of them",
    labels: ["channel", "result"],
  });
  return {
    receive: async (code, merchantId, callback) => {
      const channel = deps.channels.get(code);
      if (channel === undefined) return null;
      const { result, ...details } = await handle({ deps, door, refunds, channel, merchantId }, callback);
      counter.inc({ channel: code, result });
      if (result !== "processed") {
        deps.log.warn(
          { event: "callback_refused", channel: code, merchantId, result, ...details },
          "a callback was refused",
        );
      }
      return channel.answerCallback(result === "processed" ? "processed" : "tryAgain", callback);
    },
  };
}

type Context = Readonly<{
  deps: PaymentsDeps;
  door: Door;
  refunds: Pick<Refunds, "notified">;
  channel: Channel;
  merchantId: string;
}>;
type Handled = Readonly<{ result: CallbackResult; problem?: string; paymentId?: string }>;

async function handle(context: Context, callback: CallbackRequest): Promise<Handled> {
  const { deps, channel, merchantId } = context;
  const accounts = await accountsOfMerchant(deps, merchantId, channel.manifest.code);
  const readings: CallbackReading[] = [];
  for (const account of accounts) {
    const reading = await channel.readCallback(account, callback);
    if (
      reading.kind === "accepted" &&
      (await isOfItsAccount(context, accounts, { reading, account })) === "yes"
    )
      return tell(context, reading);
    readings.push(reading);
  }
  // Meant for none of them: what the first one says of it is as good as any.
  const [first] = readings;
  if (first === undefined) return { result: "unknownMerchant" };
  if (first.kind === "accepted" || readings.some(({ kind }) => kind === "accepted"))
    return { result: "forged", problem: "signed for another account of this merchant" };
  return { result: first.kind, problem: first.problem };
}

type ReadBy = Readonly<{ reading: Extract<CallbackReading, { kind: "accepted" }>; account: ChannelAccount }>;

/** Whether the order went through the account that believes the callback. Two accounts may believe the same one. */
async function isOfItsAccount(
  { deps, channel, merchantId }: Context,
  accounts: readonly ChannelAccount[],
  { reading, account }: ReadBy,
): Promise<"yes" | "no"> {
  const order = readChannelOrderNo(reading.channelOrderNo);
  if (accounts.length === 1 || order === null) return "yes";
  const sent = { merchantId, channel: channel.manifest.code, paymentId: order.paymentId };
  return wentThrough(deps, sent, account);
}

async function tell(
  context: Context,
  reading: Extract<CallbackReading, { kind: "accepted" }>,
): Promise<Handled> {
  const { deps, door, channel, merchantId } = context;
  const order = readChannelOrderNo(reading.channelOrderNo);
  const profile = await deps.merchants.merchantProfile(merchantId);
  if (order === null || order.merchantNumber !== profile?.number) return unknownOrder(context, reading);
  const { paymentId } = order;
  // Numbers say whose an order is, not through which network: another network's word about it is no word.
  const ordered = await findPayment(deps.pg.batch, merchantId, paymentId);
  if (ordered?.channel !== channel.manifest.code) return unknownOrder(context, reading);
  const ofRefund = await tellRefund(context, reading, { ...order, merchantNumber: profile.number });
  if (ofRefund !== null) return ofRefund;
  const applied = await door({
    merchantId,
    paymentId,
    channel: channel.manifest.code,
    command: { kind: "callbackReceived", callback: reading, receivedAt: deps.world.now() },
  });
  if (applied === null) return unknownOrder(context, reading);
  const { news } = reading;
  // The payment has its case by now. Refused, so that the channel comes again: perhaps with the right amount.
  if (news.amount !== null && !sameMoney(news.amount, applied.after.amount))
    return { result: "amountMismatch", paymentId };
  return { result: "processed", paymentId };
}

/** News of a refund of ours: that one is asked about. Null where it is of the payment, or of a refund that is not ours. */
async function tellRefund(
  { deps, refunds, channel, merchantId }: Context,
  reading: Extract<CallbackReading, { kind: "accepted" }>,
  { merchantNumber, paymentId }: Readonly<{ merchantNumber: string; paymentId: string }>,
): Promise<Handled | null> {
  const { news } = reading;
  if (news.kind !== "stateMayHaveChanged" || news.channelRefundNo === undefined) return null;
  const named = readChannelRefundNo(news.channelRefundNo);
  if (named === null || named.merchantNumber !== merchantNumber) return null;
  const { refundId } = named;
  const address = { merchantId, paymentId, refundId, channel: channel.manifest.code };
  const applied = await refunds.notified({ ...address, callback: reading, receivedAt: deps.world.now() });
  if (applied === null) return null;
  if (news.amount !== null && !sameMoney(news.amount, applied.after.payment.amount))
    return { result: "amountMismatch", paymentId };
  return { result: "processed", paymentId };
}

/** Signed for this merchant, and not about anything it ordered: somebody must look. */
async function unknownOrder(
  { deps, merchantId }: Context,
  reading: { channelOrderNo: string; notificationId: string },
): Promise<Handled> {
  const named = readChannelOrderNo(reading.channelOrderNo)?.paymentId ?? null;
  const facts = {
    problem: "unknownOrder",
    channelOrderNo: reading.channelOrderNo,
    notificationId: reading.notificationId,
  };
  await deps.pg.transaction((tx) =>
    openCases(deps, tx, [
      // One case per merchant for numbers that name nothing: strangers must not fill the list.
      { merchantId, kind: "callbackMismatch", subjectId: named ?? merchantId, paymentId: null, facts },
    ]),
  );
  return { result: "unknownOrder", problem: "no such order of this merchant" };
}

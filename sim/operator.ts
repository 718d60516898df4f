// The person at the platform who decides what the channel left open: payments that nobody could tell the outcome of, and
// refunds that cannot arrive by themselves.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf } from "@huiyin/server/kernel/ids.ts";
import type { Bank } from "./bank.ts";
import type { Store } from "./database.ts";
import type { Machine } from "./machine.ts";
import type { Platform } from "./platform.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type OperatorDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  bank: Bank;
  machine: Machine<Platform>;
  /** A stranger’s connection: what the console would show. */
  store: Pick<Store, "query">;
}>;

type ReviewRow = Readonly<{ payment_id: string; channel: ChannelCode; channel_order_no: string }>;
type RefundRow = ReviewRow & Readonly<{ refund_id: string; channel_refund_no: string }>;

const principal = { role: "operator", credentialId: "key_00000000000070008000000000000001" } as const;
const secondMs = 1_000;

/** Looks at the open reviews every now and then, asks the bank’s own portal, and decides; of payments sometimes wrongly. */
export function runOperator(deps: OperatorDeps): void {
  const { scheduler, trouble } = deps;
  const look = async (): Promise<void> => {
    const end = scheduler.begin("operator reads");
    const payments = await deps.store.query<ReviewRow>(
      "select payment_id, channel, channel_order_no from payments.payment where review_since is not null order by payment_id",
    );
    const refunds = await deps.store.query<RefundRow>(
      "select refund_id, payment_id, channel, channel_order_no, channel_refund_no from payments.refund where review_since is not null order by refund_id",
    );
    end();
    for (const row of payments) decide(deps, row);
    for (const row of refunds) decideRefund(deps, row);
    plan();
  };
  const plan = (): void => {
    const ms = trouble.chance.integer(15, 60) * secondMs;
    scheduler.after(ms, { actor: "operator", name: "looks at reviews", run: () => void look() });
  };
  plan();
}

function decide({ bank, trouble, machine }: OperatorDeps, row: ReviewRow): void {
  const trade = bank.tradeAt(row.channel, row.channel_order_no);
  // It may still be paid: nobody decides that yet.
  if (trade?.status === "WAIT_BUYER_PAY") return;
  const charged = trade !== null && trade.paidAtMs !== 0 && trade.refundedFen === 0n;
  // Only a mistake that the channel’s next word can correct: money given up, never money invented.
  const decision = charged && !trouble.strikes(0.8) ? "succeeded" : "closed";
  const paymentId = idOf("pay", row.payment_id);
  void machine
    .call(`review ${paymentId}`, (platform) =>
      platform.payments.decideReview(principal, paymentId, { decision, reason: "与渠道后台核对" }),
    )
    .then((result) => {
      if (result !== "refused" && result !== "broken" && result.ok)
        trouble.countAt(row.channel, "reviewDecided");
    });
}

/**
 * Money that cannot go back the way it came is sent on at the bank’s portal; then a person says so here, or leaves it to the
 * platform, which asks on. What the bank knows nothing of did not go back: nothing is sent any more while a person looks.
 */
function decideRefund({ bank, trouble, machine }: OperatorDeps, row: RefundRow): void {
  const given = bank
    .tradeAt(row.channel, row.channel_order_no)
    ?.refunds.find(({ requestNo }) => requestNo === row.channel_refund_no);
  if (given?.state === "processing") return;
  const wasStuck = given?.state === "stuck";
  if (wasStuck) bank.sendOn(row.channel, row.channel_order_no, given);
  if (trouble.strikes(wasStuck ? 0.2 : 0.5)) return;
  const refundId = idOf("ref", row.refund_id);
  const decision = given === undefined ? "failed" : "succeeded";
  void machine
    .call(`review ${refundId}`, ({ payments }) =>
      payments.refunds.decideReview(principal, refundId, { decision, reason: "与渠道后台核对" }),
    )
    .then((result) => {
      if (result === "refused" || result === "broken" || !result.ok) return;
      if (wasStuck) trouble.countAt("wechat", "stuckRefundDecided");
    });
}

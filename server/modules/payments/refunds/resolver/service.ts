// The resolver of refunds: asks and sends again on the channel’s timetable until every refund has an outcome or a person.
import { addSeconds } from "../../../../kernel/time.ts";
import { channelOf, type PaymentsDeps } from "../../deps.ts";
import { limits } from "../../limits.ts";
import { createRounds, type Rounds } from "../../resolver/rounds.ts";
import type { Refund } from "../model.ts";
import { addressOf, askAboutRefund, sendRefund } from "../sending.ts";
import type { RefundDoor } from "../service.ts";
import { sendBy, settledFrom } from "../timetable.ts";
import { claimQuestion, claimSend, selectDueRefunds, type DueRefund } from "./store.ts";

export type RefundResolverDeps = PaymentsDeps & Readonly<{ door: RefundDoor }>;

/** The resolver of one process, which knows what it has in hand. */
export function createRefundResolver(deps: RefundResolverDeps): Rounds {
  const channels = [...deps.channels.keys()];
  return createRounds<DueRefund>({
    select: (room) => selectDueRefunds(deps.pg.batch, deps.world.now(), { ...room, channels }),
    take: (due) => takeStep(deps, due),
    failed: ({ merchantId, refundId }, error) =>
      deps.log.error(
        { event: "refund_step_failed", merchantId, refundId, err: error },
        "a step of the refund resolver failed",
      ),
  });
}

/** One step: claim, call the channel outside any transaction, hand in what it said. */
async function takeStep(deps: RefundResolverDeps, due: DueRefund): Promise<void> {
  const leaseUntil = leaseOf(deps, due);
  const refund = await claim(deps, due, leaseUntil);
  // Somebody else was faster.
  if (refund === null) return;
  const command = due.step === "send" ? await sendRefund(deps, refund) : await askAboutRefund(deps, refund);
  if (command !== null) await deps.door({ ...addressOf(refund), command, lease: leaseUntil });
}

async function claim(deps: RefundResolverDeps, due: DueRefund, leaseUntil: Date): Promise<Refund | null> {
  if (due.step === "query") return deps.pg.transaction((tx) => claimQuestion(tx, due, leaseUntil));
  const sentBy = sendBy(deps.world.now());
  const askAt = settledFrom(sentBy, channelOf(deps, due.channel).manifest.refundTimetable);
  return deps.pg.transaction((tx) => claimSend(tx, due, { leaseUntil, sentBy, askAt }));
}

function leaseOf(deps: RefundResolverDeps, due: DueRefund): Date {
  const { replyTimeoutMs } = channelOf(deps, due.channel).manifest.timetable;
  return addSeconds(deps.world.now(), replyTimeoutMs / 1_000 + limits.leaseGraceSeconds);
}

// The resolver of refunds: asks and sends again on the channel’s timetable until every refund has an outcome or a person.
import type { Exchange } from "../../../../channels/port.ts";
import { addSeconds } from "../../../../kernel/time.ts";
import { channelOf, type PaymentsDeps } from "../../deps.ts";
import { limits } from "../../limits.ts";
import { createRounds, type Rounds } from "../../resolver/rounds.ts";
import type { Refund, RefundCommand } from "../model.ts";
import { addressOf, askAboutRefund, sendRefund } from "../sending.ts";
import type { RefundDoor } from "../service.ts";
import { isExhausted, sendBy, settledFrom } from "../timetable.ts";
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
  const leaseUntil = addSeconds(deps.world.now(), limits.askLeaseSeconds);
  const refund = await claim(deps, due, leaseUntil);
  // Somebody else was faster.
  if (refund === null) return;
  const hand = (command: RefundCommand) =>
    deps.door({ ...addressOf(refund), command, lease: leaseUntil }).then(() => undefined);
  const said = due.step === "send" ? sendRefund(deps, refund) : askAboutRefund(deps, refund);
  const command = await said.catch(async (error: unknown) => {
    // Tried again when the lease has ended, but not for ever: what keeps failing needs a person.
    const { refundTimetable } = channelOf(deps, refund.channel).manifest;
    const now = deps.world.now();
    if (isExhausted(refund, now, refundTimetable)) await hand(neverAsked(now));
    throw error;
  });
  if (command !== null) await hand(command);
}

/** No answer, for the question could not be put: its channel account is missing, say, or cannot be decrypted. */
function neverAsked(now: Date): RefundCommand {
  const reason = "could not be sent: see the log of the platform";
  const exchange: Exchange = {
    ...{ operation: "refundQuery", sentAt: now, receivedAt: null, request: {}, response: null },
    ...{ httpStatus: null, problem: reason },
  };
  return { kind: "queryAnswered", reply: { outcome: { kind: "unknown", reason, words: null }, exchange } };
}

async function claim(deps: RefundResolverDeps, due: DueRefund, leaseUntil: Date): Promise<Refund | null> {
  if (due.step === "query") return deps.pg.transaction((tx) => claimQuestion(tx, due, leaseUntil));
  const sentBy = sendBy(deps.world.now());
  const askAt = settledFrom(sentBy, channelOf(deps, due.channel).manifest.refundTimetable);
  return deps.pg.transaction((tx) => claimSend(tx, due, { leaseUntil, sentBy, askAt }));
}

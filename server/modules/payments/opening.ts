// A payment at its beginning, with the safety net that is saved before anything is sent. Pure.
import { fen } from "../../kernel/money.ts";
import type { Opening, Payment, ShownTerms, Terms } from "./model.ts";
import { expiryOf, firstStep } from "./timetable.ts";
import { expiryOfCode, netOf } from "./shown/timetable.ts";

/** A new payment by the payer’s code. */
export function openPayment(opening: Opening, createdAt: Date, timetable: Terms["timetable"]): Payment {
  const expiresAt = expiryOf(createdAt, timetable);
  return opened(opening, { createdAt, expiresAt, resolution: firstStep(createdAt, timetable) });
}

/** A new payment by a code that is to be shown for so long, or for as long as the channel lets it live. */
export function openShownCode(
  opening: Opening,
  createdAt: Date,
  terms: Readonly<{ timetable: Terms["timetable"]; shown: ShownTerms }>,
  validitySeconds: number | null,
): Payment {
  const expiresAt = expiryOfCode(createdAt, terms.shown.timetable, validitySeconds);
  return opened(opening, { createdAt, expiresAt, resolution: netOf(createdAt, terms) });
}

type Times = Pick<Payment, "createdAt" | "expiresAt" | "resolution">;

function opened(opening: Opening, times: Times): Payment {
  return {
    ...opening,
    ...times,
    state: "processing",
    version: 1,
    codeUrl: null,
    cancelAttempts: 0,
    lastCancelAt: null,
    review: null,
    lateSuccess: false,
    words: null,
    retry: null,
    blame: [],
    causeHints: [],
    channelTradeNo: null,
    fundingSource: null,
    payerAccount: null,
    reversalRequestedAt: null,
    facts: [],
    feeRateBasisPoints: null,
    fee: null,
    refunding: fen(0),
    refunds: fen(0),
    refunded: fen(0),
    decidedBy: null,
    lastNotificationId: null,
    paidAt: null,
    finishedAt: null,
  };
}

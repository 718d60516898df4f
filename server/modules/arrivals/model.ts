// The words of this module: an announcement, the stages it goes through, and what a terminal reports about it.
import type { ReceiptStage, SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { SpeechWallet } from "@huiyin/contract/speech.ts";
import type { ArrivalStage, ChannelCode, FundingSource } from "@huiyin/contract/words.ts";
import type { Money } from "../../kernel/money.ts";

/** A paid order, as the announcement needs it. */
export type PaidOrder = Readonly<{
  merchantId: string;
  paymentId: string;
  terminalId: string | null;
  storeId: string | null;
  amount: Money;
  channel: ChannelCode;
  fundingSource: FundingSource | null;
  paidAt: Date;
}>;

/** What announcements of one payment and summaries have in common. Times are ours, not the terminal's. */
export type Progress = Readonly<{
  stage: ArrivalStage;
  /** When the next sending is due; null once the terminal has begun, or never will. */
  sendAfter: Date | null;
  deliveredAt: Date | null;
  startingAt: Date | null;
  spokenAt: Date | null;
  interruptedAt: Date | null;
  /** Why the terminal could not be heard when it was due, in the terminal's word. */
  silenceReason: SilenceReason | null;
}>;

/** The announcement of one payment at one terminal. */
export type Arrival = Progress &
  Readonly<{
    /** arr_… */
    id: string;
    merchantId: string;
    paymentId: string;
    terminalId: string;
    /** Counts the announcements of a terminal, from 1, without gaps. */
    sequence: bigint;
    amount: Money;
    wallet: SpeechWallet;
    paidAt: Date;
    acceptedAt: Date;
    sendCount: number;
    sentAt: Date | null;
    staleAt: Date | null;
    summaryId: string | null;
    /** When somebody must have heard it; null once heard or once it was noticed that nobody did. */
    watchAt: Date | null;
    unheardAt: Date | null;
  }>;

/** One sentence in place of announcements that became too old. */
export type Summary = Progress &
  Readonly<{
    /** arr_… */
    id: string;
    merchantId: string;
    terminalId: string;
    count: number;
    total: Money;
    throughSequence: bigint;
    acceptedAt: Date;
  }>;

/** What a terminal says became of an announcement. `paymentId` is null for a summary. */
export type Receipt = Readonly<{
  arrivalId: string;
  paymentId: string | null;
  stage: ReceiptStage;
  reason: SilenceReason | null;
}>;

/** An announcement just written, with what its terminal may forget by now. */
export type NewArrival = Arrival & Readonly<{ settledThrough: bigint }>;

// What remedies may do to the rest of the platform, and what they look at to see whether it helped.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Result } from "../../../kernel/result.ts";
import type { ArrivalFacts } from "../model.ts";

export type Asker = Readonly<{ source: "operator" | "merchant"; actor: string }>;

/** Huabei at a merchant as it is now, asked afresh. */
export type HuabeiNow = Readonly<{
  record: string;
  /** Null where the back office does not answer. */
  live: string | null;
  /** What the menu of the terminals says. */
  menu: Readonly<{ available: "yes" | "no"; text: Localized }>;
}>;

export type RemedyPorts = Readonly<{
  /** Applies for Huabei at the channel; doing it twice is doing it once. */
  openHuabei(merchantId: string, asker: Asker): Promise<Result<unknown>>;
  /** Brings our record in line with the channel's word, then tells how things stand. */
  huabeiNow(merchantId: string, terminalId: string | null): Promise<HuabeiNow>;
  /** Whether the terminal is connected. */
  isOnline(merchantId: string, terminalId: string): Promise<"yes" | "no">;
  /** Sends what the terminals of this payment have not spoken yet once more; what was begun is never repeated. */
  replayArrivals(merchantId: string, paymentId: string): Promise<void>;
  arrivals(merchantId: string, paymentId: string): Promise<readonly ArrivalFacts[]>;
  /** Waits so many milliseconds of the platform's clock. */
  sleep(ms: number): Promise<void>;
}>;

export type RemedySubject = Readonly<{
  merchantId: string;
  paymentId: string | null;
  terminalId: string | null;
  asker: Asker;
}>;

/** What came of one attempt: the symptom is gone, it is not, it may take longer, or its time has not come. */
export type RemedyOutcome = Readonly<{
  result: "verified" | "failed" | "underWay" | "notYet";
  facts: Readonly<Record<string, unknown>>;
}>;

export type RemedyHandler = (ports: RemedyPorts, subject: RemedySubject) => Promise<RemedyOutcome>;

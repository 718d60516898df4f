// What diagnosis asks of the other modules: reading only, wired in the composition root.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type {
  ArrivalFacts,
  CapabilityFacts,
  CaseFacts,
  CaseFile,
  ChannelHealth,
  CreditFacts,
  PaymentFacts,
  TerminalFacts,
  TimelineFact,
  WindowFacts,
} from "./model.ts";

export type Span = Readonly<{ from: Date; to: Date }>;

/** The span to look at, and when the terminal should have spoken. */
export type TerminalSpan = Span & Readonly<{ moment: Date }>;

export type DiagnosisReaders = Readonly<{
  /** Null where there is none. */
  merchant(merchantId: string): Promise<CaseFile["merchant"] | null>;
  /** The merchant's own switch for borrowed money; null where there is none. */
  credit(merchantId: string): Promise<CreditFacts | null>;
  payment(merchantId: string, paymentId: string): Promise<PaymentFacts | null>;
  timeline(merchantId: string, paymentId: string): Promise<readonly TimelineFact[]>;
  /** Payments of the merchant created in the span, oldest first, the newest `limit` of them. */
  paymentsBetween(merchantId: string, span: Span, limit: number): Promise<readonly PaymentFacts[]>;
  /** Our own record of every product with its history, newest first; `live` is left null. */
  capabilities(merchantId: string): Promise<readonly CapabilityFacts[]>;
  /** What the channel's back office says about a product, not older than `notBefore`; null where it does not answer. */
  live(
    merchantId: string,
    product: CapabilityFacts["product"],
    notBefore: Date,
  ): Promise<CapabilityFacts["live"]>;
  /** Null where the merchant has no such terminal. Sessions of the span, the newest telemetry before the moment. */
  terminal(merchantId: string, terminalId: string, span: TerminalSpan): Promise<TerminalFacts | null>;
  arrivals(merchantId: string, paymentId: string): Promise<readonly ArrivalFacts[]>;
  /** Over all merchants. */
  channelHealth(channel: ChannelCode, span: Span): Promise<ChannelHealth | null>;
  windows(span: Span): Promise<readonly WindowFacts[]>;
  cases(merchantId: string, paymentId: string): Promise<readonly CaseFacts[]>;
}>;

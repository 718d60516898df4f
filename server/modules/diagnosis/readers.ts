// What diagnosis asks of the other modules: reading only, wired in the composition root.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type {
  ArrivalFacts,
  CapabilityFacts,
  CaseFacts,
  CaseFile,
  ChannelHealth,
  PaymentFacts,
  TerminalFacts,
  TimelineFact,
  WindowFacts,
} from "./model.ts";

export type Span = Readonly<{ from: Date; to: Date }>;

export type DiagnosisReaders = Readonly<{
  /** Null where there is none. */
  merchant(merchantId: string): Promise<CaseFile["merchant"] | null>;
  payment(merchantId: string, paymentId: string): Promise<PaymentFacts | null>;
  timeline(merchantId: string, paymentId: string): Promise<readonly TimelineFact[]>;
  /** Payments of the merchant created in the span, oldest first, the newest `limit` of them. */
  paymentsBetween(merchantId: string, span: Span, limit: number): Promise<readonly PaymentFacts[]>;
  /** With the live word of the channel, asked again where the stored one is older than `notBefore`. */
  capabilities(merchantId: string, notBefore: Date): Promise<readonly CapabilityFacts[]>;
  /** Null where the merchant has no such terminal. Sessions and telemetry as of the span. */
  terminal(merchantId: string, terminalId: string, span: Span): Promise<TerminalFacts | null>;
  arrivals(merchantId: string, paymentId: string): Promise<readonly ArrivalFacts[]>;
  /** Over all merchants. */
  channelHealth(channel: ChannelCode, span: Span): Promise<ChannelHealth | null>;
  windows(span: Span): Promise<readonly WindowFacts[]>;
  cases(merchantId: string, paymentId: string): Promise<readonly CaseFacts[]>;
}>;

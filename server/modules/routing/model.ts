// The words of routing: accounts to choose from, rules that choose, and why a choice was made.
import type { ChannelCode, RouteReasonCode } from "@huiyin/contract/words.ts";
import type { RouteStanding, mainRoute as merchantsMainRoute } from "../merchants/index.ts";

/** The first account of a channel, by the very name that merchants have for it. */
export const mainRoute: typeof merchantsMainRoute = "main";

/** How a payment is taken: the payer’s code is scanned, or a code is shown to the payer. */
export type TakingMethod = "payerCode" | "shownCode";

/** Which payments a rule is about; what is null does not matter. */
export type Condition = Readonly<{
  storeIds: readonly string[] | null;
  methods: readonly TakingMethod[] | null;
  /** Fen, both ends included. */
  amountFenMin: bigint | null;
  amountFenMax: bigint | null;
  /** Minutes of the day in Beijing, from 0: the first included, the last not. From after to spans midnight. */
  minuteFrom: number | null;
  minuteTo: number | null;
}>;

export type Target = Readonly<{
  route: string;
  /** Its share among the targets of its rule, 1 … 1000. */
  weight: number;
}>;

export type Rule = Readonly<{ name: string; when: Condition; targets: readonly Target[] }>;

/** All rules of a merchant at one channel, in order: the first that fits a payment holds. */
export type Plan = Readonly<{
  /** 0 where there never were rules. */
  version: number;
  rules: readonly Rule[];
  actor: string | null;
  reason: string | null;
  at: Date | null;
}>;

export const noPlan: Plan = { version: 0, rules: [], actor: null, reason: null, at: null };

/** The payment that asks for a way. */
export type Question = Readonly<{
  merchantId: string;
  paymentId: string;
  channel: ChannelCode;
  method: TakingMethod;
  storeId: string | null;
  amountFen: bigint;
  at: Date;
  /** The one account that may serve it: its payer was told to that one alone. Absent: any. */
  onlyRoute?: string;
}>;

/** A maintenance window that is open: of the channel, or of this platform itself. */
export type Shut = Readonly<{ windowId: string; until: Date; of: "channel" | "platform" }>;

/** One account and what stands against it at the moment. */
export type RouteFacts = RouteStanding &
  Readonly<{
    /** Until when a maintenance window shuts it, and whose; null where none does. */
    shut: Shut | null;
    /** Since when its gateway gives no answers, and when it is probed next; null where it does. */
    unstable: Readonly<{ since: Date; probeAt: Date | null }> | null;
  }>;

/** One step of a choice, in a code with words in both languages, about a route where it is about one. */
export type Reason = Readonly<{
  code: RouteReasonCode;
  route?: string;
  rule?: string;
  sharePercent?: number;
  windowId?: string;
  /** RFC 3339. */
  until?: string;
}>;

export type Obstacle =
  | Readonly<{ kind: "noAccount" }>
  | (Readonly<{ kind: "maintenance" }> & Shut)
  | Readonly<{ kind: "unstable"; probeAt: Date | null }>;

export type Choice =
  | Readonly<{ kind: "chosen"; route: string; reasons: readonly Reason[] }>
  | Readonly<{ kind: "none"; obstacle: Obstacle; reasons: readonly Reason[] }>;

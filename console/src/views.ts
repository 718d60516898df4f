// What the console reads from the platform, named once. The truth is the contract package.
import type { Static } from "typebox";
import type { Payment, TimelineEvent } from "@huiyin/contract/api/payments.ts";

export type ListOf<Item> = Readonly<{ items: readonly Item[]; hasMore: boolean }>;
export type PaymentView = Payment;
export type TimelineEventView = Static<typeof TimelineEvent>;

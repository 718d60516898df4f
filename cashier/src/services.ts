// What the screens work with, handed down through React's context: stores to watch and acts to call.
import { createContext, useContext } from "react";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import type { TerminalPlace } from "@huiyin/contract/api/terminals.ts";
import type { Checkout } from "./checkout.ts";
import type { Leftovers } from "./device/leftovers.ts";
import type { Connection } from "./device/link.ts";
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Reply } from "./device/platform.ts";
import type { RefundDesk } from "./refund/desk.ts";
import type { Settings } from "./settings.ts";
import type { Voice } from "./speech/voice.ts";
import type { Store } from "./store.ts";

export type Today = Readonly<{
  state: "loading" | "ready" | "failed";
  payments: readonly Payment[];
  /** What was given back today, of payments of any day. */
  refunds: readonly Refund[];
}>;
export type MethodsView = Readonly<{ state: "loading" | "ready" | "failed" }> & Methods;

export type Services = Readonly<{
  terminal: Store<Readonly<{ id: string; name: string }>>;
  /** What stands at the head of a receipt. */
  place: Store<TerminalPlace>;
  checkout: Checkout;
  refunds: RefundDesk;
  /** What a person must look up in the console. */
  leftovers: Leftovers;
  today: Store<Today>;
  methods: Store<MethodsView>;
  connection: Store<Connection>;
  voice: Voice;
  settings: Store<Settings>;
  /** Whether the shift has been started on this page: with speech, or knowingly without. */
  shiftStarted: Store<boolean>;
  /** The payments that a scanned receipt or a few typed characters name, newest first. */
  search(text: string): Promise<Reply<readonly Payment[]>>;
  refundsOf(paymentId: string): Promise<Reply<readonly Refund[]>>;
  diagnose(paymentId: string): Promise<Reply<Diagnosis>>;
}>;

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("a screen stands outside its services");
  return services;
}

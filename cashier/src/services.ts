// What the screens work with, handed down through React's context: stores to watch and acts to call.
import { createContext, useContext } from "react";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Checkout } from "./checkout.ts";
import type { Connection } from "./device/link.ts";
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Reply } from "./device/platform.ts";
import type { Settings } from "./settings.ts";
import type { Voice } from "./speech/voice.ts";
import type { Store } from "./store.ts";

export type Today = Readonly<{ state: "loading" | "ready" | "failed"; payments: readonly Payment[] }>;
export type MethodsView = Readonly<{ state: "loading" | "ready" | "failed"; items: Methods["items"] }>;

export type Services = Readonly<{
  terminal: Store<Readonly<{ id: string; name: string }>>;
  checkout: Checkout;
  today: Store<Today>;
  methods: Store<MethodsView>;
  connection: Store<Connection>;
  voice: Voice;
  settings: Store<Settings>;
  /** Whether the shift has been started on this page: with speech, or knowingly without. */
  shiftStarted: Store<boolean>;
  diagnose(paymentId: string): Promise<Reply<Diagnosis>>;
}>;

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("a screen stands outside its services");
  return services;
}

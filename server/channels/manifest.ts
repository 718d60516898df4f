// What a channel tells of itself as data: limits, the form of its account, what its network offers, its timetables.
import type { ChannelCode, Localized } from "@huiyin/contract/words.ts";
import type { RefundTimetable, ResolutionTimetable, ShownCodeTimetable } from "./timetables.ts";

export type ConfigField = Readonly<{
  key: string;
  label: Localized;
  help: Localized;
  secret: "yes" | "no";
  /** A regular expression source the value must match. */
  pattern: string;
  /** Names the account at the network: what was paid through it is found, refunded and told of under this name alone. */
  identity?: "yes";
}>;

/** One of several ways to be configured: what is filled in is exactly one of them, whole. */
export type ConfigMode = Readonly<{
  code: string;
  label: Localized;
  help: Localized;
  /** Keys of the fields that this mode wants, all of them. Modes may share fields; fields of no mode belong to all. */
  fields: readonly string[];
}>;

export type ChannelManifest = Readonly<{
  code: ChannelCode;
  names: Localized;
  products: ReadonlyArray<Readonly<{ code: string; names: Localized }>>;
  amountFenMin: bigint;
  amountFenMax: bigint;
  configFields: readonly ConfigField[];
  /** Empty where there is only one way. */
  configModes: readonly ConfigMode[];
  /** What the network has at all. What it has not is answered by the channel all the same, as refused. */
  offers: ChannelOffers;
  timetable: ResolutionTimetable;
  /** Null where the network has no codes that are shown. */
  shownCodeTimetable: ShownCodeTimetable | null;
  refundTimetable: RefundTimetable;
}>;

/** The parts of the port that a network may lack. */
export type ChannelOffers = Readonly<{
  /** Codes that the merchant shows and the payer scans: `precreate`. */
  shownCodes: "yes" | "no";
  /** Paying in a page of ours on the payer’s own phone: `payerPages`; absent: wallets open shown codes by themselves, or not at all. */
  pages?: "yes";
  /** Closing what nobody has paid: `close`. Without it, a code ends by its own expiry. */
  close: "yes" | "no";
  /** Paying in instalments: `credit` of a charge. */
  instalments: "yes" | "no";
  /** "no": the network tells nothing by itself of a payment by a payer code, as WeChat Pay; absent: it does. */
  payerCodeCallbacks?: "yes" | "no";
  /** "no": the network tells nothing by itself of a refund; absent: it does, where the request of the refund named an address. */
  refundCallbacks?: "no";
  /** "no": the network documents no answer for a merchant without money to give back; absent: it says so. */
  shortBalance?: "no";
  /** The bill of a day: `bill`. */
  bill: "yes" | "no";
}>;

/** One thing found out about a configuration, in words for whoever filled it in. */
export type ConfigFinding = Readonly<{
  /** Name of the problem within the channel, for programs: "privateKeyWrong", "certificateExpired" … */
  code: string;
  /** The field to correct; null where it lies elsewhere, such as in a contract. */
  field: string | null;
  title: Localized;
  next: Localized;
}>;

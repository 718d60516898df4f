// The words of this module: terminals, activation codes, sessions, telemetry.
import type { TelemetryReport, TerminalKind, TerminalState } from "@huiyin/contract/api/terminals.ts";
import type { AnnounceRule } from "@huiyin/contract/events/config.ts";
import type { Localized } from "@huiyin/contract/words.ts";
import type { NetworkType } from "@huiyin/contract/events/telemetry.ts";

export type { AnnounceRule, TelemetryReport, TerminalKind, TerminalState };

export type Terminal = Readonly<{
  /** trm_… */
  id: string;
  merchantId: string;
  storeId: string;
  name: string;
  /** 终端编号: unique in the merchant. */
  no: string;
  kind: TerminalKind;
  state: TerminalState;
  /** Who suspended it; null where it is not, or where nobody recorded it. */
  suspendedBy: "operator" | "merchant" | null;
  announce: AnnounceRule;
  model: string | null;
  appVersion: string | null;
  /** Grows with every change that the device has to know. */
  revision: number;
  createdAt: Date;
  activatedAt: Date | null;
}>;

/** Whose counter a terminal stands on; the directory of merchants knows. */
export type CounterOf = (
  place: Readonly<{ merchantId: string; storeId: string }>,
) => Promise<Readonly<{ merchantNames: Localized; storeNames: Localized; storeAddress: string }> | null>;

/** A terminal with what is known about its presence. */
export type TerminalView = Terminal &
  Readonly<{
    /** Has an open session whose lease is running. */
    online: boolean;
    lastSeenAt: Date | null;
    telemetry: Telemetry | null;
  }>;

/** What a terminal measured about itself; null where it cannot measure it. */
export type Telemetry = Readonly<{
  at: Date;
  appVersion: string | null;
  model: string | null;
  batteryPercent: number | null;
  charging: boolean | null;
  network: NetworkType | null;
  rssiDbm: number | null;
  volumePercent: number | null;
  muted: boolean | null;
  scannerDecodePercent: number | null;
  waitingArrivals: number | null;
  /** The device's clock less ours when it reported, in seconds. */
  clockOffsetSeconds: number;
}>;

/** One connection of a terminal; the lease tells until when its process vouched for it. */
export type TerminalSession = Readonly<{
  /** con_… */
  id: string;
  merchantId: string;
  terminalId: string;
  transport: string;
  remoteAddress: string | null;
  openedAt: Date;
  closedAt: Date | null;
  closeReason: string | null;
  detail: string | null;
  leaseUntil: Date;
}>;

/** What proving an identity needs to know about a terminal. */
export type TerminalKey = Readonly<{
  terminalId: string;
  merchantId: string;
  state: TerminalState;
  /** 32 bytes, null before activation. */
  publicKey: Uint8Array | null;
}>;

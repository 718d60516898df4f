// What every simulated network has in common, whatever its wire: books, payers with phones, merchants, faults, time.
// A network is composed from it in `<network>/compose.ts`, and listed in worlds.ts.
import type { Logger } from "pino";
import type { Result } from "@huiyin/server/kernel/result.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { Book, Merchant, PayerCode, Trade, Wallet } from "../book/model.ts";
import type { Network } from "../book/network.ts";
import type { Approval, MerchantChanges, NewMerchant, NewWallet, WalletChanges } from "../book/people.ts";
import type { FaultPanel } from "../faults/panel.ts";
import type { Notification } from "./outbox.ts";
import type { WorldState } from "./state.ts";
import type { Journal } from "../journal.ts";

/** One simulated network, without any HTTP. */
export type World = Readonly<{
  state: WorldState;
  book: Book;
  openWallet(wanted: NewWallet): Result<Wallet>;
  changeWallet(walletId: string, changes: WalletChanges): Result<Wallet>;
  /** A fresh payer code, as the phone would show it. */
  showCode(walletId: string): Result<PayerCode>;
  approve(approval: Readonly<{ walletId: string; tradeNo: string; password: string }>): Result<Approval>;
  /** The payer’s phone scans a code that a merchant shows: the trade that waits for the password now. */
  scan(scan: Readonly<{ walletId: string; codeUrl: string }>): Result<Trade>;
  registerMerchant(wanted: NewMerchant): Result<Merchant>;
  changeMerchant(appId: string, changes: MerchantChanges): Result<Merchant>;
  faults: FaultPanel;
  /** Notifications waiting, the earliest due first. */
  pendingNotifications(): Notification[];
  /** Enters what time has brought about: expiries, refunds that arrive, held requests. */
  passTime(): void;
  /** The earliest moment at which `passTime` or a delivery has something to do; null when nothing waits. */
  nextWake(): Date | null;
  /** What does not add up in the books; empty when they are sound. */
  problems(): string[];
}>;

/** What a network is composed of. */
export type WorldKit = Readonly<{
  clock: Clock;
  /** The time by a clock that nobody moved: independent SDKs sign with it. */
  unmovedNow: () => Date;
  log: Logger;
  /** Where keys and certificates are kept; each network under names of its own. */
  keyDirectory: string;
  controlToken: string;
  /** Unpredictable, in [0, 1). */
  random: () => number;
  /** The journal of a network: “<network>.journal”. */
  openJournal(network: Network): Journal;
  /** The sandbox’s own address; known once it listens. */
  url(): string;
  /** Looks at what is due now, not at the next round. */
  wake(): void;
}>;

/** A merchant to make sure of, by its name. */
export type MerchantWish = Readonly<{
  name: string;
  /** Huabei open from the start unless said otherwise. */
  huabei?: "open" | "closed";
  /** The contract under which the merchant may bear the fee of instalments; open from the start unless said otherwise. */
  huabeiInstalment?: "open" | "closed";
  /** The name of the service provider that acts for it, made sure of too; where the network knows such. */
  provider?: string;
}>;

/** A network as a part of the running sandbox. */
export type ComposedWorld = Readonly<{
  network: Network;
  world: World;
  /** Registers the wire: what callers of the real network would reach. */
  routes(app: HttpApp): void;
  /** Everything an independent SDK needs to be this merchant; the first one where none is named. */
  credentials(appId: string | null): Promise<Result<Readonly<Record<string, unknown>>>>;
  /** Makes sure of a merchant and returns its account, as the platform is configured with it. */
  ensureMerchant(wanted: MerchantWish): Promise<Readonly<Record<string, string>>>;
  /** One look at what is due: expiries, held requests, notifications. */
  round(signal: AbortSignal): Promise<void>;
  close(): void;
}>;

export type WorldMaker = (kit: WorldKit) => Promise<ComposedWorld>;

// Everything the payments module needs from outside, handed in by the composition root. What other modules provide is
// named here by its shape, so that each can be replaced by an honest stand-in.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { BaseLogger } from "pino";
import type { Channel, ChannelIo, Transport } from "../../channels/port.ts";
import { assert } from "../../kernel/assert.ts";
import type { Result } from "../../kernel/result.ts";
import type { World } from "../../kernel/world.ts";
import type { BatchTiming } from "../../platform/batch.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Metrics } from "../../platform/metrics.ts";
import type { Pg, Tx } from "../../platform/pg/pg.ts";
import type { Arrivals } from "../arrivals/index.ts";
import type { MerchantDirectory } from "../merchants/index.ts";
import type { Routing } from "../routing/index.ts";
import type { NewEvent } from "../webhooks/index.ts";
import type { Grouping } from "./grouping.ts";
import type { RecognitionSwitches } from "./payerCode.ts";

/** Where a channel reports what became of a payment, of a code that is shown, or of a refund. */
export function callbackUrlOf(
  { publicUrl }: Pick<PaymentsDeps, "publicUrl">,
  { channel, merchantId }: Readonly<{ channel: ChannelCode; merchantId: string }>,
): string {
  return `${publicUrl}/v1/channels/${channel}/callbacks/${merchantId}`;
}

/** Where and through what a payment was taken. */
export type TerminalStanding = Readonly<{
  merchantId: string;
  storeId: string | null;
  /** The number the channel is told. */
  no: string;
  state: string;
}>;

/** Six digits that somebody typed at a terminal. */
export type ManagerCodeAttempt = Readonly<{
  merchantId: string;
  storeId: string;
  terminalId: string;
  code: string;
}>;

export type PaymentsDeps = Readonly<{
  pg: Pg;
  world: World;
  clock: Pick<Clock, "sleep">;
  log: BaseLogger;
  metrics: Pick<Metrics, "counter">;
  channels: ReadonlyMap<ChannelCode, Channel>;
  transport: Transport;
  merchants: Pick<
    MerchantDirectory,
    | "merchantProfile"
    | "channelAccount"
    | "channelAccountEvenIfDisabled"
    | "feeRateBasisPoints"
    | "creditObstacle"
  >;
  terminals: Readonly<{
    terminalOf(terminalId: string): Promise<TerminalStanding | null>;
    /**
     * Whether this is the manager’s code of the terminal’s store: without it a terminal gives nothing back. Every attempt
     * is counted in a transaction of its own. Absent: terminals refund nothing.
     */
    verifyManagerCode?(asked: ManagerCodeAttempt): Promise<Result<null>>;
  }>;
  /** Announcements: written in the transaction of the payment, pushed after its commit. */
  arrivals: Pick<Arrivals, "insertArrivals" | "pushArrivals">;
  /** Webhooks: what happened, written in the transaction in which it happens. Absent: nobody is told. */
  webhooks?: Readonly<{ insertEvents(tx: Tx, happened: readonly NewEvent[]): Promise<void> }>;
  /** Which account of its merchant serves a payment. Absent: the one that the merchant has. */
  routing?: Pick<Routing, "choose" | "record" | "accountOf" | "accountsAt">;
  /** Wallets that are told by their codes beyond the published rules. Absent: none. */
  recognition?: RecognitionSwitches;
  /** Key (32 bytes) of the hashes by which payer codes are remembered, from the master key. */
  payerCodeKey: Uint8Array;
  /** Where channels reach this platform, without a slash at the end. */
  publicUrl: string;
  /** When batches start: in real time where absent; events of its own in the simulation. */
  batchTiming?: BatchTiming;
  /** Who shares the statements of a batch. Absent: all of its merchants. */
  grouping?: Grouping;
}>;

/** The installed channel with this code. That a payment names one that is not installed is our bug. */
export function channelOf(deps: Pick<PaymentsDeps, "channels">, code: ChannelCode): Channel {
  const channel = deps.channels.get(code);
  assert(channel !== undefined, `channel ${code} is not installed`);
  return channel;
}

/** What a channel is handed for its calls. */
export function channelIo(deps: Pick<PaymentsDeps, "world" | "transport">): ChannelIo {
  return { now: () => deps.world.now(), transport: deps.transport };
}

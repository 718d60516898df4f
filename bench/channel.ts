// The channel of a measurement: answers at once, inside the server’s process, and keeps books of its own.
// What it does not know, it does not pay: a query about a stranger’s order finds nothing.
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, Paid } from "@huiyin/server/channels/port.ts";
import { channels } from "@huiyin/server/channels/registry.ts";
import { sharedClockMs } from "./statistics.ts";

/** What the bank’s book says of one order. */
export type Trade = Readonly<{ channelOrderNo: string; amountFen: bigint; charges: number }>;

/** With the times of its answer. */
export type TimedTrade = Trade &
  Readonly<{
    /** From the call to the answer, milliseconds. */
    tookMs: number;
    /** By the clock that all processes of one machine share. */
    answeredAtMs: number;
  }>;

export type BookChannel = Readonly<{
  channel: Channel;
  /** The trades since the last call. */
  takeTrades(): readonly TimedTrade[];
}>;

const words = { code: "10000", message: "Success" };

/**
 * Wears the manifest of Alipay, so that everything but the wire is as in production. Answers after so many milliseconds:
 * at once where 0.
 */
export function createBookChannel(answerMs: number): BookChannel {
  const alipay = channels.get("alipay");
  if (alipay === undefined) throw new Error("no channel alipay to stand in for");
  let trades = new Map<string, TimedTrade>();
  let count = 0;
  const channel: Channel = {
    ...alipay,
    manifest: { ...alipay.manifest, configFields: [], configModes: [] },
    probe: () => Promise.resolve({ outcome: { kind: "ready", warnings: [] }, exchange: null }),
    charge: async (io, _account, { channelOrderNo, amount }) => {
      const sentAt = io.now();
      const calledAtMs = sharedClockMs();
      if (answerMs > 0) await sleep(answerMs);
      const charges = (trades.get(channelOrderNo)?.charges ?? 0) + 1;
      const answeredAtMs = sharedClockMs();
      const times = { answeredAtMs, tookMs: answeredAtMs - calledAtMs };
      trades.set(channelOrderNo, { channelOrderNo, amountFen: amount.minor, charges, ...times });
      count += 1;
      const outcome: Paid = {
        kind: "succeeded",
        channelTradeNo: `20260101220014${String(count).padStart(14, "0")}`,
        amount,
        paidAt: sentAt,
        fundingSource: "balance",
        payerAccount: "138****1234",
        words,
      };
      const said = {
        operation: "charge",
        sentAt,
        receivedAt: io.now(),
        httpStatus: 200,
        problem: null,
      } as const;
      const request = { method: "alipay.trade.pay", out_trade_no: channelOrderNo };
      const response = { code: words.code, trade_no: outcome.channelTradeNo };
      return { outcome, exchange: { ...said, request, response } };
    },
  };
  return {
    channel,
    takeTrades: () => {
      const taken = [...trades.values()];
      trades = new Map();
      return taken;
    },
  };
}

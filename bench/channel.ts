// The channel of a measurement: answers at once, inside the server’s process, and keeps books of its own.
// What it does not know, it does not pay: a query about a stranger’s order finds nothing.
import type { Channel, Paid } from "@huiyin/server/channels/port.ts";
import { channels } from "@huiyin/server/channels/registry.ts";

/** What the bank’s book says of one order. */
export type Trade = Readonly<{ channelOrderNo: string; amountFen: bigint; charges: number }>;

export type BookChannel = Readonly<{
  channel: Channel;
  /** The trades since the last call. */
  takeTrades(): readonly Trade[];
}>;

const words = { code: "10000", message: "Success" };

/** Wears the manifest of Alipay, so that everything but the wire is as in production. */
export function createBookChannel(): BookChannel {
  const alipay = channels.get("alipay");
  if (alipay === undefined) throw new Error("no channel alipay to stand in for");
  let trades = new Map<string, Trade>();
  let count = 0;
  const channel: Channel = {
    ...alipay,
    manifest: { ...alipay.manifest, configFields: [], configModes: [] },
    probe: () => Promise.resolve({ outcome: { kind: "ready", warnings: [] }, exchange: null }),
    charge: (io, _account, { channelOrderNo, amount }) => {
      const sentAt = io.now();
      const charges = (trades.get(channelOrderNo)?.charges ?? 0) + 1;
      trades.set(channelOrderNo, { channelOrderNo, amountFen: amount.minor, charges });
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
      return Promise.resolve({ outcome, exchange: { ...said, request, response } });
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

// The conformance suite over Lakeside.
import { fen } from "../../../kernel/money.ts";
import { conformance } from "../../conformance.ts";
import type { ConformanceWorld } from "../scenario.ts";
import { answered, callbackOf, createBook, payerCodes, totalOf } from "./book.ts";
import { lakeside } from "./client.ts";
import { encodeMessage, readMessage, signatureHeader } from "./codec.ts";

conformance({ channel: lakeside, makeWorld: () => Promise.resolve(smallWorld()) });

const noon = new Date("2026-03-01T04:00:00.000Z");
const account = {
  ...{ merchantNo: "600001", sharedKeyHex: "0a".repeat(32), gatewayUrl: "http://127.0.0.1:9/lakeside" },
};

function smallWorld(): ConformanceWorld {
  const book = createBook(account.merchantNo, account.sharedKeyHex);
  return {
    io: {
      now: () => noon,
      transport: async ({ url, headers, body }) => {
        const operation = url.slice(url.lastIndexOf("/") + 1);
        const signature = headers[signatureHeader] ?? "";
        return answered(book, { operation, signature, body: Buffer.from(body) }, noon);
      },
    },
    account,
    accountWithWrongKey: { ...account, sharedKeyHex: "0b".repeat(32) },
    payerCode: async (payer) => payerCodes[payer],
    confirm: async (order) => {
      const trade = book.trades.get(order);
      if (trade?.state === "waiting") trade.state = "paid";
    },
    book: async (order) => {
      const trade = book.trades.get(order);
      return trade === undefined ? { state: "none" } : { state: trade.state, amount: fen(trade.amount) };
    },
    refunded: async (order) => {
      const trade = book.trades.get(order);
      return fen(trade === undefined ? 0n : totalOf(trade));
    },
    scan: () => Promise.reject(new Error("Lakeside has no codes that are shown")),
    setMerchantBalance: async (balance) => void (book.balance = balance),
    callback: async (order) => {
      const { signature, body } = callbackOf(book, order);
      return { headers: new Map([[signatureHeader, signature]]), body, receivedAt: noon };
    },
    altered: (callback) => [
      ...[...(readMessage(callback.body) ?? [])].map(([name, value]) => {
        const fields = new Map(readMessage(callback.body) ?? []).set(name, `${value}1`);
        return [name, { ...callback, body: encodeMessage(fields) }] as const;
      }),
      ["signature", { ...callback, headers: new Map([[signatureHeader, "00".repeat(32)]]) }] as const,
    ],
    stop: async () => undefined,
  };
}

// The conformance suite over UnionPay, against a small book behind the gateway half of the codec.
import { add, fen, sameMoney, type Money } from "../../kernel/money.ts";
import { businessDate } from "../../kernel/time.ts";
import type { Channel, OrderReference } from "../port.ts";
import { alteredForms, formCallback } from "../testing/callbacks.ts";
import { conformance } from "../conformance.ts";
import type { BookEntry, ConformanceWorld } from "../testing/scenario.ts";
import { packedContent } from "./archive.ts";
import { unionpay } from "./client.ts";
import type { WireFields } from "./codec.ts";
import { account, gateway, ioWith, noonText, signedByGateway, type GatewayCall } from "./fixtures.ts";
import { settlementFileName, settlementText, type Settled } from "./settlement.ts";
import { issue, middle } from "./testing/authority.ts";
import { parseWireTime } from "./times.ts";

type Refund = Readonly<{ kind: "refund" | "void"; txnTime: string; amount: Money }>;
type Trade = {
  state: "waiting" | "paid" | "reversed";
  everPaid: "yes" | "no";
  readonly txnTime: string;
  readonly amount: Money;
  readonly queryId: string;
  /** What was given back, by its own number. */
  readonly refunds: Map<string, Refund>;
};
type Book = {
  readonly trades: Map<string, Trade>;
  /** Codes that are shown: address → order, its time and amount. */
  readonly codes: Map<string, Readonly<{ orderId: string; txnTime: string; amount: Money }>>;
};
type Says = Readonly<Record<string, string>>;

/** By order: what UnionPay called its payment, in the world of the test that runs. */
const tradeNos = new Map<string, string>();

conformance({
  channel: asThePlatformAsks(unionpay),
  makeWorld: async () => {
    tradeNos.clear();
    return smallWorld();
  },
});

/** The platform keeps what the channel called a payment, and hands it back with every refund: UnionPay needs it. */
function asThePlatformAsks(channel: Channel): Channel {
  const known = <Order extends OrderReference>(order: Order): Order => {
    const channelTradeNo = tradeNos.get(order.channelOrderNo);
    return channelTradeNo === undefined ? order : { ...order, channelTradeNo };
  };
  return {
    ...channel,
    charge: async (io, own, request) => {
      const reply = await channel.charge(io, own, request);
      const { outcome } = reply;
      if ("channelTradeNo" in outcome && outcome.channelTradeNo !== null)
        tradeNos.set(request.channelOrderNo, outcome.channelTradeNo);
      return reply;
    },
    refund: (io, own, request) => channel.refund(io, own, { ...request, order: known(request.order) }),
  };
}

const payerCodes = {
  pays: "6210000000000000000",
  confirmsFirst: "6220000000000000000",
  hasNoMoney: "6230000000000000000",
};

const strangers = issue({ commonName: "041@Z12@777290058110048:SIGN@9", serial: 99n, issuer: middle });

function smallWorld(): ConformanceWorld {
  const book: Book = { trades: new Map(), codes: new Map() };
  const { trades } = book;
  return {
    io: ioWith(gateway((call) => answered(book, call))),
    account,
    accountWithWrongKey: {
      ...account,
      signCertificatePem: strangers.pem,
      signPrivateKeyPem: strangers.privateKeyPem,
    },
    payerCode: (payer) => Promise.resolve(payerCodes[payer]),
    confirm: async (orderId) => {
      const trade = trades.get(orderId);
      if (trade?.state === "waiting") [trade.state, trade.everPaid] = ["paid", "yes"];
    },
    scan: async (codeUrl, payer) => {
      const code = book.codes.get(codeUrl);
      if (code !== undefined && !trades.has(code.orderId))
        trades.set(code.orderId, tradeOf(code.orderId, code.txnTime, code.amount, payer));
    },
    // UnionPay settles what is owed net, and documents no code for a short balance.
    setMerchantBalance: async () => undefined,
    book: (orderId) => Promise.resolve(entryOf(trades.get(orderId))),
    refunded: async (orderId) => sumOf(trades.get(orderId)),
    callback: async (orderId) => formCallback(await notified(trades.get(orderId), orderId)),
    refundCallback: async (orderId) => formCallback(await notifiedOfRefund(trades.get(orderId), orderId)),
    altered: alteredForms,
    stop: () => Promise.resolve(),
  };
}

function answered(book: Book, { path, fields }: GatewayCall): Says {
  const orderId = fields.get("orderId") ?? "";
  const kind = `${fields.get("txnType")}/${fields.get("txnSubType")}`;
  const endpoints = { "00/00": "queryTrans.do", "76/01": "fileTransReq.do" };
  const endpoint = endpoints[kind as keyof typeof endpoints] ?? "backTransReq.do";
  if (!path.endsWith(`/${endpoint}`)) return says("10");
  switch (kind) {
    case "01/06":
      return charged(book, orderId, fields);
    case "01/07":
      return offered(book, orderId, fields);
    case "00/00":
      return queried(book, orderId, fields);
    case "99/01":
      return reversed(book.trades.get(orderId), fields);
    case "04/00":
    case "31/00":
      return refunded(book, orderId, fields);
    case "76/01":
      return settled(book, fields);
    default:
      return says("10");
  }
}

function says(respCode: string, more: Says = {}): Says {
  return { respCode, respMsg: `[${respCode}00000]`, ...more };
}

function amountOf(fields: WireFields): Money {
  return fen(BigInt(fields.get("txnAmt") ?? "0"));
}

function tradeOf(orderId: string, txnTime: string, amount: Money, payer: "pays" | "confirmsFirst"): Trade {
  const paid = payer === "pays";
  const queryId = `q${orderId}`;
  const state = paid ? "paid" : "waiting";
  return { state, everPaid: paid ? "yes" : "no", txnTime, amount, queryId, refunds: new Map() };
}

function charged({ trades }: Book, orderId: string, fields: WireFields): Says {
  if (trades.has(orderId)) return says("12");
  const code = fields.get("qrNo");
  if (code === payerCodes.hasNoMoney) return says("64");
  const payer = code === payerCodes.pays ? "pays" : "confirmsFirst";
  const trade = tradeOf(orderId, fields.get("txnTime") ?? "", amountOf(fields), payer);
  trades.set(orderId, trade);
  return trade.state === "paid" ? says("00", factsOf(trade)) : says("05");
}

function offered(book: Book, orderId: string, fields: WireFields): Says {
  if (book.trades.has(orderId)) return says("12");
  const qrCode = `https://qr.95516.com/00010000/62${orderId}`;
  book.codes.set(qrCode, { orderId, txnTime: fields.get("txnTime") ?? "", amount: amountOf(fields) });
  return says("00", { qrCode });
}

function queried({ trades }: Book, orderId: string, fields: WireFields): Says {
  const trade = trades.get(orderId);
  if (trade === undefined) return refundQueried(trades, orderId, fields);
  if (trade.txnTime !== fields.get("txnTime")) return says("34");
  const fate = { waiting: "05", paid: "00", reversed: "46" }[trade.state];
  return says("00", { origRespCode: fate, origRespMsg: fate, ...factsOf(trade) });
}

function refundQueried(trades: Book["trades"], refundNo: string, fields: WireFields): Says {
  for (const { refunds, queryId } of trades.values()) {
    const refund = refunds.get(refundNo);
    if (refund === undefined || refund.txnTime !== fields.get("txnTime")) continue;
    const facts = { txnAmt: refund.amount.minor.toString(), currencyCode: "156", queryId: `${queryId}r` };
    return says("00", { origRespCode: "00", origRespMsg: "成功", traceTime: noonText.slice(4), ...facts });
  }
  return says("34");
}

function reversed(trade: Trade | undefined, fields: WireFields): Says {
  if (trade === undefined || trade.txnTime !== fields.get("txnTime")) return says("34");
  if (trade.state === "reversed") return says("46");
  if (trade.refunds.size > 0) return says("45");
  trade.state = "reversed";
  return says("00");
}

function refunded({ trades }: Book, refundNo: string, fields: WireFields): Says {
  const trade = [...trades.values()].find(({ queryId }) => queryId === fields.get("origQryId"));
  if (trade === undefined || trade.state === "waiting") return says("35");
  if (trade.refunds.has(refundNo)) return says("12");
  if (trade.state === "reversed") return says("46");
  const amount = amountOf(fields);
  const kind = fields.get("txnType") === "31" ? "void" : "refund";
  if (sameMoney(sumOf(trade), trade.amount)) return says("45");
  if (kind === "void" && trade.refunds.size > 0) return says("45");
  if (kind === "void" && !sameMoney(amount, trade.amount)) return says("36");
  if (add(sumOf(trade), amount).minor > trade.amount.minor) return says("36");
  trade.refunds.set(refundNo, { kind, txnTime: fields.get("txnTime") ?? "", amount });
  return says("00", { queryId: `${trade.queryId}r` });
}

function settled({ trades }: Book, fields: WireFields): Says {
  const merId = fields.get("merId") ?? "";
  const settleDate = fields.get("settleDate") ?? "";
  const rows = [...trades].flatMap(([orderId, trade]) => settledOf(orderId, trade));
  const today = rows.filter(({ finishedAt }) => businessDate(finishedAt).slice(5) === dashed(settleDate));
  if (today.length === 0) return says("98", { settleDate });
  const name = settlementFileName(merId, businessDate(today[0]?.finishedAt ?? new Date(0)));
  const files = [
    { name: `${name}-readme`, text: "说明" },
    { name, text: settlementText(merId, today) },
  ];
  return says("00", { settleDate, fileName: `${name}.zip`, fileContent: packedContent(files) });
}

const dashed = (settleDate: string): string => `${settleDate.slice(0, 2)}-${settleDate.slice(2)}`;

function settledOf(orderId: string, trade: Trade): Settled[] {
  if (trade.everPaid === "no" || trade.state === "reversed") return [];
  const momentOf = (txnTime: string): Date => parseWireTime(txnTime) ?? new Date(0);
  const of = { paymentOrderId: orderId, paymentQueryId: trade.queryId };
  const at = momentOf(trade.txnTime);
  const { queryId, amount } = trade;
  const refunds = [...trade.refunds].map(([refundNo, refund]): Settled => {
    const moment = momentOf(refund.txnTime);
    const own = { orderId: refundNo, orderedAt: moment, queryId: `${queryId}r`, finishedAt: moment };
    return { kind: refund.kind, ...own, amount: refund.amount, ...of };
  });
  return [{ kind: "payment", orderId, orderedAt: at, queryId, amount, finishedAt: at, ...of }, ...refunds];
}

function factsOf({ queryId, amount }: Trade): Says {
  const money = { txnAmt: amount.minor.toString(), currencyCode: "156" };
  return { queryId, ...money, traceTime: noonText.slice(4), payCardType: "01", accNo: "6216***********0018" };
}

function sumOf(trade: Trade | undefined): Money {
  const back = [...(trade?.refunds.values() ?? [])].map(({ amount }) => amount).reduce(add, fen(0));
  return trade?.state === "reversed" && trade.everPaid === "yes" ? trade.amount : back;
}

function entryOf(trade: Trade | undefined): BookEntry {
  if (trade === undefined) return { state: "none" };
  const { amount } = trade;
  if (trade.state === "waiting") return { state: "waiting", amount };
  if (trade.everPaid === "no") return { state: "closed", amount };
  return { state: sameMoney(sumOf(trade), amount) ? "refunded" : "paid", amount };
}

async function notifiedOfRefund(trade: Trade | undefined, orderId: string): Promise<WireFields> {
  const [refundNo = "", refund] = [...(trade?.refunds ?? [])][0] ?? [];
  return signedByGateway(
    new Map(
      Object.entries({
        ...{ txnType: "04", txnSubType: "00", bizType: "000000", accessType: "0" },
        ...{ merId: account["merId"] ?? "", orderId: refundNo.padStart(8, "0"), reqReserved: orderId },
        ...{ txnTime: refund?.txnTime ?? "", respCode: "00", respMsg: "成功[0000000]" },
        ...{ queryId: `${trade?.queryId}r`, txnAmt: String(refund?.amount.minor), currencyCode: "156" },
      }),
    ),
  );
}

async function notified(trade: Trade | undefined, orderId: string): Promise<WireFields> {
  return signedByGateway(
    new Map(
      Object.entries({
        ...{ txnType: "01", txnSubType: "06", bizType: "000000", accessType: "0" },
        ...{ merId: account["merId"] ?? "", orderId, txnTime: trade?.txnTime ?? "" },
        ...{ respCode: "00", respMsg: "成功[0000000]" },
        ...(trade === undefined ? {} : factsOf(trade)),
      }),
    ),
  );
}

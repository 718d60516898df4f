// The conformance suite over Alipay, against a small book behind the gateway half of the codec.
import { add, fen, parseYuan, sameMoney, yuanText, type Money } from "../../kernel/money.ts";
import { beijingTime, businessDate } from "../../kernel/time.ts";
import { conformance } from "../conformance.ts";
import type { BookEntry, ConformanceWorld } from "../testing/scenario.ts";
import type { Transport } from "../port.ts";
import { archiveOf } from "./bill/archiveWriter.ts";
import { billText, type BillRow } from "./bill/file.ts";
import { bytesOfText } from "./charset.ts";
import { alipay } from "./client.ts";
import { notificationSignText } from "./codec.ts";
import { account, alipayKeys, gateway, ioWith, keyPair, noon, type GatewayCall } from "./fixtures.ts";
import { notificationFields, type TradeNotification } from "./notification.ts";
import { signText } from "./signing.ts";
import { alteredForms, formCallback } from "../testing/callbacks.ts";

type Trade = {
  state: "waiting" | "paid" | "closed" | "refunded";
  amount: Money;
  tradeNo: string;
  /** What was given back, by request number. */
  refunds: Map<string, Money>;
};
type Book = {
  readonly trades: Map<string, Trade>;
  /** Codes that are shown: address → order and amount. */
  readonly codes: Map<string, Readonly<{ orderNo: string; amount: Money }>>;
  balance: "enough" | "short";
};
type Node = Readonly<Record<string, unknown>>;

conformance({ channel: alipay, makeWorld: () => Promise.resolve(smallWorld()) });

const payerCodes = {
  pays: "2810000000000000",
  confirmsFirst: "2820000000000000",
  hasNoMoney: "2830000000000000",
};

const strangers = keyPair();

function smallWorld(): ConformanceWorld {
  const book: Book = { trades: new Map(), codes: new Map(), balance: "enough" };
  const { trades } = book;
  const answers = new Map<string, (orderNo: string, call: GatewayCall) => Node>([
    ["alipay.trade.pay", (orderNo, call) => paid(trades, orderNo, call)],
    ["alipay.trade.query", (orderNo) => queried(trades.get(orderNo), orderNo)],
    ["alipay.trade.cancel", (orderNo) => cancelled(trades.get(orderNo), orderNo)],
    ["alipay.trade.precreate", (orderNo, call) => offered(book, orderNo, call)],
    ["alipay.trade.close", (orderNo) => closed(trades.get(orderNo), orderNo)],
    ["alipay.trade.refund", (orderNo, call) => refunded(book, orderNo, call)],
    [
      "alipay.trade.fastpay.refund.query",
      (orderNo, call) => refundQueried(trades.get(orderNo), orderNo, call),
    ],
  ]);
  const asked = gateway((call) => {
    if (call.method === "alipay.data.dataservice.bill.downloadurl.query")
      return JSON.stringify(billed(book, call));
    const orderNo = String(call.content.get("out_trade_no"));
    return JSON.stringify(answers.get(call.method)?.(orderNo, call) ?? failed("ACQ.SYSTEM_ERROR"));
  });
  const transport: Transport = (sent) =>
    sent.method === "GET" ? Promise.resolve(downloaded(book, sent.url)) : asked(sent);
  return {
    io: ioWith(transport),
    account,
    accountWithWrongKey: { ...account, privateKeyPem: strangers.privateKeyPem },
    payerCode: (payer) => Promise.resolve(payerCodes[payer]),
    confirm: async (orderNo) => {
      const trade = trades.get(orderNo);
      if (trade?.state === "waiting") trade.state = "paid";
    },
    scan: async (codeUrl, payer) => {
      const code = book.codes.get(codeUrl);
      if (code === undefined || trades.has(code.orderNo)) return;
      trades.set(code.orderNo, tradeOf(code.orderNo, code.amount, payer === "pays" ? "paid" : "waiting"));
    },
    setMerchantBalance: async (balance) => void (book.balance = balance),
    book: (orderNo) => Promise.resolve(entryOf(trades.get(orderNo))),
    refunded: async (orderNo) => sumOf(trades.get(orderNo)),
    callback: async (orderNo) => formCallback(await notified(trades.get(orderNo), orderNo)),
    refundCallback: async (orderNo) => {
      const trade = trades.get(orderNo);
      const [[outRequestNo, refundedAmount] = ["", fen(0)]] = trade?.refunds ?? [];
      return formCallback(await notified(trade, orderNo, { refundedAt: noon, refundedAmount, outRequestNo }));
    },
    altered: alteredForms,
    stop: () => Promise.resolve(),
  };
}

function billed({ trades }: Book, call: GatewayCall): Node {
  const day = String(call.content.get("bill_date"));
  if (trades.size === 0 || day !== businessDate(noon)) return failed("isp.bill_not_exist");
  return { code: "10000", msg: "Success", bill_download_url: `http://127.0.0.1:8090/bill/${day}.zip` };
}

function downloaded({ trades }: Book, url: string) {
  const day = url.slice(-14, -4);
  const common = { createdAt: noon, finishedAt: noon, subject: "拿铁,大杯", payer: "*林", remark: "" };
  const rows = [...trades].flatMap(([outTradeNo, { tradeNo, amount, refunds }]): BillRow[] => [
    ...[
      {
        kind: "payment",
        tradeNo,
        outTradeNo,
        amount,
        received: amount,
        requestNo: "",
        fee: fen(5),
        ...common,
      } as const,
    ],
    ...[...refunds].map(([requestNo, part]) => {
      const facts = { kind: "refund", tradeNo, outTradeNo, amount: part, received: part, requestNo } as const;
      return { ...facts, fee: fen(0), ...common };
    }),
  ]);
  const text = billText({ day, sellerId: account["sellerId"] ?? "", madeAt: noon, rows });
  const files = [{ name: `${day}_业务明细.csv`, content: bytesOfText(text, "gbk") }];
  return { status: 200, headers: {}, body: archiveOf(files, "deflate") };
}

function tradeOf(orderNo: string, amount: Money, state: Trade["state"]): Trade {
  return { state, amount, tradeNo: `t${orderNo}`, refunds: new Map() };
}

function sumOf(trade: Trade | undefined): Money {
  return [...(trade?.refunds.values() ?? [])].reduce(add, fen(0));
}

function offered(book: Book, orderNo: string, call: GatewayCall): Node {
  if (book.trades.has(orderNo)) return failed("ACQ.TRADE_HAS_SUCCESS");
  const amount = parseYuan(String(call.content.get("total_amount"))) ?? fen(0);
  const qr_code = `https://qr.alipay.com/bax${orderNo}`;
  book.codes.set(qr_code, { orderNo, amount });
  return { code: "10000", msg: "Success", out_trade_no: orderNo, qr_code };
}

function closed(trade: Trade | undefined, orderNo: string): Node {
  if (trade === undefined) return failed("ACQ.TRADE_NOT_EXIST");
  if (trade.state !== "waiting") return failed("ACQ.TRADE_STATUS_ERROR");
  trade.state = "closed";
  return { code: "10000", msg: "Success", out_trade_no: orderNo, trade_no: trade.tradeNo };
}

function refunded(book: Book, orderNo: string, call: GatewayCall): Node {
  const trade = book.trades.get(orderNo);
  if (trade === undefined) return failed("ACQ.TRADE_NOT_EXIST");
  const amount = parseYuan(String(call.content.get("refund_amount"))) ?? fen(0);
  const requestNo = String(call.content.get("out_request_no"));
  const before = trade.refunds.get(requestNo);
  if (before !== undefined && !sameMoney(before, amount)) return failed("ACQ.DISCORDANT_REPEAT_REQUEST");
  if (before === undefined) {
    if (trade.state === "closed" || trade.state === "refunded") return failed("ACQ.TRADE_HAS_CLOSE");
    if (trade.state === "waiting") return failed("ACQ.TRADE_STATUS_ERROR");
    if (sumOf(trade).minor + amount.minor > trade.amount.minor)
      return failed("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
    if (book.balance === "short") return failed("ACQ.SELLER_BALANCE_NOT_ENOUGH");
    trade.refunds.set(requestNo, amount);
    if (sameMoney(sumOf(trade), trade.amount)) trade.state = "refunded";
  }
  return {
    ...{ code: "10000", msg: "Success", out_trade_no: orderNo, trade_no: trade.tradeNo },
    fund_change: before === undefined ? "Y" : "N",
    refund_fee: yuanText(sumOf(trade)),
  };
}

function refundQueried(trade: Trade | undefined, orderNo: string, call: GatewayCall): Node {
  if (trade === undefined) return failed("ACQ.TRADE_NOT_EXIST");
  const requestNo = String(call.content.get("out_request_no"));
  const amount = trade.refunds.get(requestNo);
  if (amount === undefined) return { code: "10000", msg: "Success" };
  return {
    ...{ code: "10000", msg: "Success", out_trade_no: orderNo, trade_no: trade.tradeNo },
    ...{ out_request_no: requestNo, refund_status: "REFUND_SUCCESS", refund_amount: yuanText(amount) },
    total_amount: yuanText(trade.amount),
  };
}

function paid(trades: Map<string, Trade>, orderNo: string, call: GatewayCall): Node {
  if (trades.has(orderNo)) return failed("ACQ.TRADE_HAS_SUCCESS");
  const amount = parseYuan(String(call.content.get("total_amount"))) ?? fen(0);
  const code = call.content.get("auth_code");
  if (code === payerCodes.hasNoMoney) return failed("ACQ.BUYER_BALANCE_NOT_ENOUGH");
  const trade = tradeOf(orderNo, amount, code === payerCodes.pays ? "paid" : "waiting");
  trades.set(orderNo, trade);
  if (trade.state === "waiting")
    return { code: "10003", msg: "order success pay inprocess", out_trade_no: orderNo };
  return { code: "10000", msg: "Success", ...factsOf(trade, orderNo), gmt_payment: beijingTime(noon) };
}

function queried(trade: Trade | undefined, orderNo: string): Node {
  if (trade === undefined) return failed("ACQ.TRADE_NOT_EXIST");
  const everPaid = trade.state === "paid" || trade.state === "refunded";
  const status = {
    waiting: "WAIT_BUYER_PAY",
    paid: "TRADE_SUCCESS",
    closed: "TRADE_CLOSED",
    refunded: "TRADE_CLOSED",
  };
  return {
    code: "10000",
    msg: "Success",
    ...factsOf(trade, orderNo),
    trade_status: status[trade.state],
    ...(everPaid ? { send_pay_date: beijingTime(noon) } : {}),
  };
}

function cancelled(trade: Trade | undefined, orderNo: string): Node {
  const answer = { code: "10000", msg: "Success", out_trade_no: orderNo, retry_flag: "N" };
  if (trade === undefined) return answer;
  const action = trade.state === "waiting" || trade.state === "closed" ? "close" : "refund";
  trade.state = action === "close" ? "closed" : "refunded";
  return { ...answer, trade_no: trade.tradeNo, action };
}

function factsOf(trade: Trade, orderNo: string): Node {
  const amount = yuanText(trade.amount);
  const fund_bill_list = [{ amount, fund_channel: "PCREDIT" }];
  return { out_trade_no: orderNo, trade_no: trade.tradeNo, total_amount: amount, fund_bill_list };
}

function failed(subCode: string): Node {
  return { code: "40004", msg: "Business Failed", sub_code: subCode, sub_msg: subCode };
}

function entryOf(trade: Trade | undefined): BookEntry {
  return trade === undefined ? { state: "none" } : { state: trade.state, amount: trade.amount };
}

async function notified(
  trade: Trade | undefined,
  orderNo: string,
  refund: TradeNotification["refund"] = null,
): Promise<ReadonlyMap<string, string>> {
  const fields = notificationFields({
    notifyId: refund === null ? `n${orderNo}` : `r${refund.outRequestNo}`,
    notifiedAt: noon,
    appId: account["appId"] ?? "",
    sellerId: account["sellerId"] ?? "",
    tradeNo: trade?.tradeNo ?? "",
    outTradeNo: orderNo,
    tradeStatus: "TRADE_SUCCESS",
    subject: "回音咖啡",
    totalAmount: trade?.amount ?? fen(0),
    createdAt: noon,
    paidAt: noon,
    buyerId: "2088102146225135",
    buyerLogonId: "138****8000",
    fundBills: [{ channel: "PCREDIT", amount: trade?.amount ?? fen(0), fundType: null }],
    refund,
  });
  return fields.set(
    "sign",
    await signText(notificationSignText(fields, "dropped"), alipayKeys.privateKeyPem),
  );
}

// The conformance suite over Alipay, against a small book behind the gateway half of the codec.
import { fen, parseYuan, yuanText, type Money } from "../../kernel/money.ts";
import { beijingTime } from "../../kernel/time.ts";
import { conformance, type BookEntry, type ConformanceWorld } from "../conformance.ts";
import { alipay } from "./client.ts";
import { notificationSignText } from "./codec.ts";
import { account, alipayKeys, gateway, ioWith, noon, type GatewayCall } from "./fixtures.ts";
import { notificationFields } from "./notification.ts";
import { signText } from "./signing.ts";

type Trade = { state: "waiting" | "paid" | "closed" | "refunded"; amount: Money; tradeNo: string };
type Node = Readonly<Record<string, unknown>>;

conformance({ channel: alipay, makeWorld: () => Promise.resolve(smallWorld()) });

const payerCodes = {
  pays: "2810000000000000",
  confirmsFirst: "2820000000000000",
  hasNoMoney: "2830000000000000",
};

function smallWorld(): ConformanceWorld {
  const trades = new Map<string, Trade>();
  const answers = new Map<string, (orderNo: string, call: GatewayCall) => Node>([
    ["alipay.trade.pay", (orderNo, call) => paid(trades, orderNo, call)],
    ["alipay.trade.query", (orderNo) => queried(trades.get(orderNo), orderNo)],
    ["alipay.trade.cancel", (orderNo) => cancelled(trades.get(orderNo), orderNo)],
  ]);
  const transport = gateway((call) => {
    const orderNo = String(call.content.get("out_trade_no"));
    return JSON.stringify(answers.get(call.method)?.(orderNo, call) ?? failed("ACQ.SYSTEM_ERROR"));
  });
  return {
    io: ioWith(transport),
    account,
    payerCode: (payer) => Promise.resolve(payerCodes[payer]),
    confirm: (orderNo) => {
      const trade = trades.get(orderNo);
      if (trade?.state === "waiting") trade.state = "paid";
      return Promise.resolve();
    },
    book: (orderNo) => Promise.resolve(entryOf(trades.get(orderNo))),
    callback: (orderNo) => notified(trades.get(orderNo), orderNo),
    stop: () => Promise.resolve(),
  };
}

function paid(trades: Map<string, Trade>, orderNo: string, call: GatewayCall): Node {
  if (trades.has(orderNo)) return failed("ACQ.TRADE_HAS_SUCCESS");
  const amount = parseYuan(String(call.content.get("total_amount"))) ?? fen(0);
  const code = call.content.get("auth_code");
  if (code === payerCodes.hasNoMoney) return failed("ACQ.BUYER_BALANCE_NOT_ENOUGH");
  const trade: Trade = {
    state: code === payerCodes.pays ? "paid" : "waiting",
    amount,
    tradeNo: `t${orderNo}`,
  };
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

async function notified(trade: Trade | undefined, orderNo: string): Promise<ReadonlyMap<string, string>> {
  const fields = notificationFields({
    notifyId: `n${orderNo}`,
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
    refund: null,
  });
  return fields.set(
    "sign",
    await signText(notificationSignText(fields, "dropped"), alipayKeys.privateKeyPem),
  );
}

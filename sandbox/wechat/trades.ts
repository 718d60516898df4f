// What WeChat Pay tells of a trade and its refunds, in the words of both generations.
import { digitsTime, rfc3339Seconds } from "@huiyin/server/channels/wechat/time.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import { cardOf } from "../book/funding.ts";
import type { Book, Merchant, Refund, Trade, Wallet } from "../book/model.ts";

export type Fields = ReadonlyArray<readonly [name: string, value: string]>;
export type Json = Readonly<Record<string, unknown>>;

/** A trade with the people in it. */
export type Scene = Readonly<{
  trade: Trade;
  merchant: Merchant;
  /** The service provider who calls for the merchant; null where it calls itself. */
  provider: Merchant | null;
  wallet: Wallet | null;
}>;

/** The people of a trade; null where the books do not hold its merchant. */
export function sceneOf(book: Book, trade: Trade): Scene | null {
  const merchant = book.merchants.get(trade.appId);
  if (merchant === undefined) return null;
  const provider = providerOf(book, merchant);
  return { trade, merchant, provider, wallet: book.wallets.get(trade.walletId) ?? null };
}

/** The service provider of a merchant, or null. */
export function providerOf(book: Book, { providerId }: Merchant): Merchant | null {
  if (providerId === "") return null;
  return [...book.merchants.values()].find(({ sellerId }) => sellerId === providerId) ?? null;
}

/** The state in WeChat’s words. */
export function tradeStateOf(trade: Trade): readonly [state: string, description: string] {
  switch (trade.status) {
    case "WAIT_BUYER_PAY":
      return trade.authCode === "" ? ["NOTPAY", "订单未支付"] : ["USERPAYING", "需要用户输入支付密码"];
    case "TRADE_SUCCESS":
    case "TRADE_FINISHED":
      return trade.refundedFen > 0n ? ["REFUND", "订单发生过退款"] : ["SUCCESS", "支付成功"];
    case "TRADE_CLOSED":
      if (trade.closedBy === "cancel") return ["REVOKED", "订单已撤销"];
      return trade.closedBy === "refund" ? ["REFUND", "订单发生过退款"] : ["CLOSED", "订单已关闭"];
  }
}

/** Whether WeChat tells the facts of the payment: of what was reversed it says no more than that. */
function told(trade: Trade): boolean {
  const [state] = tradeStateOf(trade);
  return state === "SUCCESS" || state === "REFUND";
}

const banks: ReadonlyMap<string, string> = new Map([
  ["招商银行", "CMB"],
  ["中信银行", "CITIC"],
  ["建设银行", "CCB"],
  ["工商银行", "ICBC"],
  ["农业银行", "ABC"],
  ["中国银行", "BOC"],
]);

/** WeChat’s balance is CFT; a card is its bank with its kind. */
export function bankTypeOf(trade: Trade, wallet: Wallet | null): string {
  if (trade.funding === "balance") return "CFT";
  const card = wallet === null || trade.funding === "" ? undefined : cardOf(wallet, trade.funding);
  const bank = card === undefined ? undefined : banks.get(card.bankName);
  return card === undefined || bank === undefined ? "OTHERS" : `${bank}_${card.kind.toUpperCase()}`;
}

export function tradeTypeOf(trade: Trade): string {
  if (trade.authCode !== "") return "MICROPAY";
  return trade.payerUserId === undefined ? "NATIVE" : "JSAPI";
}

/** A paid order as micropay, orderquery and the notice of v2 tell it. */
export function paidFieldsV2({ trade, wallet }: Scene): Fields {
  const amount = String(trade.amountFen);
  return [
    ["openid", wallet?.buyerUserId ?? ""],
    ["is_subscribe", "N"],
    ["trade_type", tradeTypeOf(trade)],
    ["bank_type", bankTypeOf(trade, wallet)],
    ["fee_type", "CNY"],
    ["total_fee", amount],
    ["settlement_total_fee", amount],
    ["cash_fee_type", "CNY"],
    ["cash_fee", amount],
    ["transaction_id", trade.tradeNo],
    ["out_trade_no", trade.outTradeNo],
    ["attach", trade.body],
    ["time_end", digitsTime(new Date(trade.paidAtMs))],
  ];
}

/** An order as orderquery tells it. */
export function queriedFieldsV2(scene: Scene): Fields {
  const { trade } = scene;
  const [state, description] = tradeStateOf(trade);
  const facts: Fields = told(trade)
    ? paidFieldsV2(scene)
    : [
        ["out_trade_no", trade.outTradeNo],
        ["attach", trade.body],
        ["total_fee", String(trade.amountFen)],
      ];
  return [...facts, ["trade_state", state], ["trade_state_desc", description]];
}

/** Who is who in a body of v3. */
export function partiesV3({ merchant, provider }: Pick<Scene, "merchant" | "provider">): Json {
  if (provider === null) return { appid: merchant.appId, mchid: merchant.sellerId };
  return { sp_appid: provider.appId, sp_mchid: provider.sellerId, sub_mchid: merchant.sellerId };
}

/** An order as the query and the notice of v3 tell it. */
export function orderV3(scene: Scene): Json {
  const { trade, wallet, provider } = scene;
  const [state, description] = tradeStateOf(trade);
  const order = {
    ...partiesV3(scene),
    out_trade_no: trade.outTradeNo,
    trade_state: state,
    trade_state_desc: description,
    attach: trade.body,
  };
  const total = Number(trade.amountFen);
  if (!told(trade)) return { ...order, amount: { total, currency: "CNY" } };
  const openid = wallet?.buyerUserId ?? "";
  return {
    ...order,
    transaction_id: trade.tradeNo,
    trade_type: tradeTypeOf(trade),
    bank_type: bankTypeOf(trade, wallet),
    success_time: rfc3339Seconds(new Date(trade.paidAtMs)),
    payer: provider === null ? { openid } : { sp_openid: openid },
    amount: { total, payer_total: total, currency: "CNY", payer_currency: "CNY" },
  };
}

const statesV3 = { done: "SUCCESS", processing: "PROCESSING", stuck: "ABNORMAL" } as const;
const statesV2 = { done: "SUCCESS", processing: "PROCESSING", stuck: "CHANGE" } as const;

/** Where the payer’s money goes back to, as a person reads it. */
export function receivingAccount({ trade, wallet }: Scene): string {
  if (trade.funding === "balance" || wallet === null || trade.funding === "") return "支付用户的零钱";
  const card = cardOf(wallet, trade.funding);
  const kind = card?.kind === "credit" ? "信用卡" : "借记卡";
  return card === undefined ? "支付用户的零钱" : `${card.bankName}${kind}${card.tail}`;
}

/** A refund as v3 tells it. */
export function refundV3(scene: Scene, refund: Refund): Json {
  const { trade } = scene;
  const [total, given] = [Number(trade.amountFen), Number(refund.amountFen)];
  return {
    refund_id: refund.refundNo,
    out_refund_no: refund.requestNo,
    transaction_id: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    channel: "ORIGINAL",
    user_received_account: receivingAccount(scene),
    ...(refund.state === "done" ? { success_time: rfc3339Seconds(new Date(refund.doneAtMs)) } : {}),
    create_time: rfc3339Seconds(new Date(refund.atMs)),
    status: statesV3[refund.state],
    funds_account: "AVAILABLE",
    amount: {
      ...{ total, refund: given, payer_total: total, payer_refund: given },
      ...{ settlement_refund: given, settlement_total: total, discount_refund: 0, currency: "CNY" },
    },
  };
}

/** What v2 answers to a refund: that it was taken over. */
export function refundFieldsV2({ trade }: Scene, refund: Refund): Fields {
  return [
    ["transaction_id", trade.tradeNo],
    ["out_trade_no", trade.outTradeNo],
    ["out_refund_no", refund.requestNo],
    ["refund_id", refund.refundNo],
    ["refund_channel", "ORIGINAL"],
    ["refund_fee", String(refund.amountFen)],
    ["total_fee", String(trade.amountFen)],
    ["cash_fee", String(trade.amountFen)],
    ["cash_refund_fee", String(refund.amountFen)],
  ];
}

/** What v2 answers to a refund query: each refund with its number in the names. */
export function refundsFieldsV2(scene: Scene, refunds: readonly Refund[]): Fields {
  const { trade } = scene;
  const amount = String(trade.amountFen);
  const each = refunds.flatMap((refund, index): Fields => {
    const done: Fields =
      refund.state === "done"
        ? [[`refund_success_time_${index}`, beijingTime(new Date(refund.doneAtMs))]]
        : [];
    return [
      [`out_refund_no_${index}`, refund.requestNo],
      [`refund_id_${index}`, refund.refundNo],
      [`refund_channel_${index}`, "ORIGINAL"],
      [`refund_fee_${index}`, String(refund.amountFen)],
      [`refund_status_${index}`, statesV2[refund.state]],
      [`refund_account_${index}`, "REFUND_SOURCE_RECHARGE_FUNDS"],
      [`refund_recv_accout_${index}`, receivingAccount(scene)],
      ...done,
    ];
  });
  return [
    ["transaction_id", trade.tradeNo],
    ["out_trade_no", trade.outTradeNo],
    ["total_fee", amount],
    ["cash_fee", amount],
    ["fee_type", "CNY"],
    ["refund_count", String(refunds.length)],
    ...each,
  ];
}

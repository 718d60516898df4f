// Whether a wallet can pay an amount with the means its owner chose, and if not, the true reason.
import { cardAvailable, fundingAccount, held, huabeiAvailable } from "./accounts.ts";
import type { Book, Funding, Merchant, Order, RefusalReason, Wallet } from "./model.ts";

export type FundingQuestion = Readonly<{
  wallet: Wallet;
  merchant: Merchant;
  order: Pick<Order, "amountFen" | "disabledChannels" | "enabledChannels" | "instalments">;
}>;

/** Null when the wallet’s chosen means can pay; otherwise why not. A payer who chose one means is never charged on another. */
export function fundingRefusal(book: Book, question: FundingQuestion): RefusalReason | null {
  const { wallet, merchant, order } = question;
  const { amountFen } = order;
  const refusal = holderRefusal(wallet, merchant);
  if (refusal !== null) return refusal;
  const funding = wallet.funding;
  if (shutOut(order, wallet)) return "sourceShutOut";
  if (funding === "balance") {
    return held(book, fundingAccount(wallet.id, "balance")) < amountFen ? "balanceShort" : null;
  }
  if (funding === "huabei") {
    if (wallet.huabei.state === "closed") return "huabeiClosedForPayer";
    if (merchant.products.huabei === "closed") return "huabeiClosedAtMerchant";
    const uncontracted = merchant.products.huabeiInstalment === "closed";
    if (order.instalments?.feeBearer === "merchant" && uncontracted) return "huabeiInstalmentNotOpen";
    return huabeiAvailable(book, wallet) < amountFen ? "huabeiCreditShort" : null;
  }
  const card = cardOf(wallet, funding);
  if (card === undefined) return "cardUnknown";
  return cardAvailable(book, wallet, card) < amountFen ? "cardShort" : null;
}

/** Why this person may not pay at all, or null. */
function holderRefusal(wallet: Wallet, merchant: Merchant): RefusalReason | null {
  if (wallet.state === "frozen") return "payerFrozen";
  if (wallet.state === "restricted") return "payerRestricted";
  return wallet.buyerUserId === merchant.sellerId ? "payerIsSeller" : null;
}

/** The card a funding names, or undefined. */
export function cardOf(wallet: Wallet, funding: Funding): Wallet["cards"][number] | undefined {
  return wallet.cards.find((card) => funding === `card:${card.id}`);
}

/** Alipay’s words that cover each means of payment, in disable_pay_channels as in enable_pay_channels. */
const channelsOf = {
  balance: ["balance"],
  huabei: ["pcredit", "credit_group"],
  huabeiInstalment: ["pcreditpayInstallment", "credit_group"],
  credit: ["creditCard", "creditCardExpress", "creditCardCartoon", "credit_group", "bankPay"],
  debit: ["debitCardExpress", "bankPay"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Whether the merchant’s order leaves no room for the means that this payer chose. */
function shutOut(order: FundingQuestion["order"], wallet: Wallet): boolean {
  const { funding } = wallet;
  const huabei = order.instalments === null ? "huabei" : "huabeiInstalment";
  const kind =
    funding === "balance" ? funding : funding === "huabei" ? huabei : cardOf(wallet, funding)?.kind;
  if (kind === undefined) return false;
  const covers = (channel: string): boolean => channelsOf[kind].some((word) => word === channel);
  const enabled = order.enabledChannels;
  return order.disabledChannels.some(covers) || (enabled.length > 0 && !enabled.some(covers));
}

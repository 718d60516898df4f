// Whether a wallet can pay an amount with the means its owner chose, and if not, the true reason.
import { assert } from "@huiyin/server/kernel/assert.ts";
import { cardAvailable, fundingAccount, held, huabeiAvailable } from "./accounts.ts";
import type { Book, Funding, Merchant, RefusalReason, Wallet } from "./model.ts";

export type FundingQuestion = Readonly<{
  wallet: Wallet;
  merchant: Merchant;
  amountFen: bigint;
  disabledChannels: readonly string[];
}>;

/** Null when the wallet’s chosen means can pay; otherwise why not. A payer who chose one means is never charged on another. */
export function fundingRefusal(book: Book, question: FundingQuestion): RefusalReason | null {
  const { wallet, merchant, amountFen } = question;
  const refusal = holderRefusal(wallet, merchant);
  if (refusal !== null) return refusal;
  const funding = wallet.funding;
  if (question.disabledChannels.some((channel) => shutsOut(channel, wallet, funding))) return "sourceShutOut";
  if (funding === "balance") {
    return held(book, fundingAccount(wallet.id, "balance")) < amountFen ? "balanceShort" : null;
  }
  if (funding === "huabei") {
    if (wallet.huabei.state === "closed") return "huabeiClosedForPayer";
    if (merchant.products.huabei === "closed") return "huabeiClosedAtMerchant";
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

/** Alipay’s words for what disable_pay_channels shuts out. */
const channelsOfKind = new Map<string, readonly string[]>([
  ["balance", ["balance"]],
  ["huabei", ["pcredit", "credit_group"]],
  ["credit", ["creditCard", "creditCardExpress", "creditCardCartoon", "credit_group", "bankPay"]],
  ["debit", ["debitCardExpress", "bankPay"]],
]);

function shutsOut(channel: string, wallet: Wallet, funding: Funding): boolean {
  const kind = funding === "balance" || funding === "huabei" ? funding : cardOf(wallet, funding)?.kind;
  if (kind === undefined) return false;
  const channels = channelsOfKind.get(kind);
  assert(channels !== undefined, `no channel words for ${kind}`);
  return channels.includes(channel);
}

// What a decision about a payment needs to know besides it: the timetables of its channel, and what it costs.
import type { ChannelCode, FundingSource } from "@huiyin/contract/words.ts";
import type { CreditTerms } from "../../channels/port.ts";
import { assert } from "../../kernel/assert.ts";
import { timeOfId } from "../../kernel/ids.ts";
import { instalmentFeeProduct, type FeeProduct, type Product } from "../merchants/index.ts";
import { channelOf, type PaymentsDeps } from "./deps.ts";
import type { Command, Terms } from "./model.ts";

// What a channel’s payments cost where their funding source has no product, and so no rate, of its own.
const baseProducts: ReadonlyMap<ChannelCode, Product> = new Map([
  ["alipay", "alipay"],
  ["wechat", "wechat"],
  ["unionpay", "unionpay"],
]);
const fundingProducts: ReadonlyMap<FundingSource, Product> = new Map([
  ["huabei", "huabei"],
  ["huabeiInstalment", "huabei"],
]);

const instalmentCounts: ReadonlyArray<CreditTerms["instalments"]> = [3, 6, 12];

/** The terms of one decision: read before the transaction, which must not take a second connection for it. */
export async function termsOf(
  deps: Pick<PaymentsDeps, "channels" | "merchants">,
  application: Readonly<{ merchantId: string; paymentId: string; channel: ChannelCode; command: Command }>,
): Promise<Terms> {
  const { merchantId, paymentId, channel, command } = application;
  const fundingSource = fundingSourceOf(command);
  const product = (fundingSource && fundingProducts.get(fundingSource)) ?? baseProducts.get(channel);
  assert(product !== undefined, `${paymentId}: no product of channel ${channel}`);
  // The rate of the moment at which the payment was made, which its id tells, whenever its outcome is learned.
  const madeAt = timeOfId(paymentId);
  const rateOf = (of: FeeProduct | Product) => deps.merchants.feeRateBasisPoints(merchantId, of, madeAt);
  const instalmentRate = async (term: CreditTerms["instalments"]) =>
    [term, await rateOf(instalmentFeeProduct(term))] as const;
  const { timetable, shownCodeTimetable, offers } = channelOf(deps, channel).manifest;
  return {
    timetable,
    shown: shownCodeTimetable && { timetable: shownCodeTimetable, close: offers.close },
    feeRateBasisPoints: await rateOf(product),
    instalmentRatesBasisPoints: new Map(await Promise.all(instalmentCounts.map(instalmentRate))),
  };
}

function fundingSourceOf(command: Command): FundingSource | null {
  const said =
    "reply" in command
      ? command.reply.outcome
      : command.kind === "callbackReceived"
        ? command.callback.news
        : null;
  return said?.kind === "succeeded" ? said.fundingSource : null;
}

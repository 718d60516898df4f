// Which purse the payer’s money came from, read from fund_bill_list.
// Answers spell its members fund_channel and fund_type, notifications fundChannel and fundType, inside a JSON text.
import type { FundingSource } from "@huiyin/contract/words.ts";
import { parsedValue, textIn } from "./json.ts";

/** Discounts paid by somebody else than the payer: they never make a payment “mixed”. */
const marketingChannels: ReadonlySet<string> = new Set([
  "COUPON",
  "POINT",
  "DISCOUNT",
  "MDISCOUNT",
  "VOUCHER",
]);

const sources: ReadonlyMap<string, FundingSource> = new Map([
  // Alipay says PCREDIT for Huabei and for its instalments alike; the term is told only by separate agreement.
  ["PCREDIT", "huabei"],
  ["ALIPAYACCOUNT", "balance"],
  ["FINANCEACCOUNT", "moneyFund"],
]);

const cardSources: ReadonlyMap<string, FundingSource> = new Map([
  ["CREDIT_CARD", "creditCard"],
  ["DEBIT_CARD", "debitCard"],
]);

/**
 * The funding source of a trade: one source as itself, several different ones as "mixed".
 * "unknown" when the list is absent, damaged, or names only what this table does not know. Never throws.
 * @param fundBillList the member as found: an array (answers) or its JSON text (notifications)
 */
export function fundingSourceOf(fundBillList: unknown): FundingSource {
  const bills = typeof fundBillList === "string" ? parsedValue(fundBillList) : fundBillList;
  if (!Array.isArray(bills)) return "unknown";
  const found = new Set<string>();
  let only: FundingSource = "unknown";
  for (const item of bills as readonly unknown[]) {
    if (typeof item !== "object" || item === null) return "unknown";
    const bill = new Map(Object.entries(item));
    const channel = textIn(bill, "fund_channel") ?? textIn(bill, "fundChannel");
    if (channel === null) return "unknown";
    if (marketingChannels.has(channel)) continue;
    const type = textIn(bill, "fund_type") ?? textIn(bill, "fundType") ?? "";
    only =
      channel === "BANKCARD" ? (cardSources.get(type) ?? "unknown") : (sources.get(channel) ?? "unknown");
    found.add(channel === "BANKCARD" ? `${channel} ${type}` : channel);
  }
  return found.size > 1 ? "mixed" : only;
}

/**
 * The number of instalments that the payer chose, from `hb_fq_pay_info`; null where none are named. Told by agreement
 * with Alipay only, so its absence proves nothing. The member comes as an object, or as the text of one.
 */
export function instalmentsIn(fields: ReadonlyMap<string, unknown>): number | null {
  const member = fields.get("hb_fq_pay_info");
  const info = typeof member === "string" ? parsedValue(member) : member;
  if (typeof info !== "object" || info === null || Array.isArray(info)) return null;
  const chosen: unknown = new Map<string, unknown>(Object.entries(info)).get("user_install_num");
  const count = typeof chosen === "string" && /^[0-9]{1,2}$/.test(chosen) ? Number(chosen) : chosen;
  return typeof count === "number" && Number.isInteger(count) && count > 1 ? count : null;
}

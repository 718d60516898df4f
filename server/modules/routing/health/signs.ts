// What a call tells of the gateway that took it. A refusal is an answer: that a payer is short of money is no failure.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount, Exchange } from "../../../channels/port.ts";
import type { Sign } from "./decide.ts";

/** Whatever is "unknown" is a failure: a timeout, a broken reply, a wrong signature, a documented system error. */
export function signOf(outcome: Readonly<{ kind: string }>): Sign {
  return outcome.kind === "unknown" ? "failure" : "answer";
}

/** The host of an account’s gateway: merchants with accounts there share its good and bad times. */
export function pathOf(account: ChannelAccount): string {
  const address = account["gatewayUrl"] ?? "";
  return URL.canParse(address) ? new URL(address).host : "—";
}

// Where an answer names the payer’s bank: WeChat Pay’s bank_type, UnionPay’s issuing institution.
const bankFields: ReadonlyMap<ChannelCode, readonly string[]> = new Map([
  ["wechat", ["bank_type"]],
  ["unionpay", ["issInsCode"]],
]);

/** The bank that an answer names, at most 32 characters; null where it names none. */
export function bankOf(channel: ChannelCode, { response }: Pick<Exchange, "response">): string | null {
  for (const field of bankFields.get(channel) ?? []) {
    const value = response?.[field];
    if (typeof value === "string" && value !== "") return value.slice(0, 32);
  }
  return null;
}

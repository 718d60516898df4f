// What a call tells of the gateway that took it. A refusal is an answer: that a payer is short of money is no failure.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount, Exchange, Probe } from "../../../channels/port.ts";
import type { Sign } from "./decide.ts";

/**
 * "unproven": something came that this account cannot believe, be it by its own wrong key. Of one account it tells nothing,
 * of several together that the gateway has changed. "nothing": the call never left, so no gateway was met.
 */
export type CallSign = Sign | "unproven" | "nothing";

/** Ways in which a network fails, by the names that channels give them; any other failure before a reply is our own. */
const networkProblems: ReadonlySet<string> = new Set([
  "timeout",
  "connection refused",
  "connection reset",
  "host not found",
  "network unreachable",
]);

/** From this status on the gateway blames itself, as far as it still speaks at all. */
const gatewayStatusMin = 500;

/** What a charge, a code or a refund tells: whether anything was sent, whether a reply came, and whether it is believed. */
export function signOf({
  outcome,
  exchange,
}: Readonly<{
  outcome: Readonly<{ kind: string }>;
  exchange: Pick<Exchange, "receivedAt" | "httpStatus" | "problem">;
}>): CallSign {
  const { receivedAt, httpStatus, problem } = exchange;
  if (outcome.kind !== "unknown") return "answer";
  if (receivedAt === null) return problem !== null && networkProblems.has(problem) ? "failure" : "nothing";
  // Believed, and still not clear: a documented system error.
  if (problem === null) return "failure";
  return httpStatus !== null && httpStatus >= gatewayStatusMin ? "failure" : "unproven";
}

// What a probe finds where the gateway, and not the configuration, is at fault; every channel names it so.
const gatewayFindings: ReadonlySet<string> = new Set(["gatewayUnreachable", "gatewayStrange", "channelBusy"]);

/** What a probe tells. Whoever finds fault with a configuration, in words that are believed, is there. */
export function signOfProbe({ exchange, outcome }: Probe): CallSign {
  if (outcome.kind === "ready") return "answer";
  if (exchange === null) return "nothing";
  if (exchange.receivedAt === null || gatewayFindings.has(outcome.finding.code)) return "failure";
  return exchange.problem === null ? "answer" : "unproven";
}

/** The host of an account’s gateway: merchants with accounts there share its good and bad times. */
export function pathOf(account: ChannelAccount): string {
  const address = account["gatewayUrl"] ?? "";
  return URL.canParse(address) ? new URL(address).host : "—";
}

// What names an account at its channel, as everybody may read it: of a merchant under a service provider both numbers.
const nameFields = ["appId", "mchId", "subMchId", "merId"] as const;

/** How an account is called on a screen; empty where it has none of the fields. */
export function accountName(account: ChannelAccount): string {
  const names = nameFields.flatMap((field) => account[field] ?? []);
  return names.join(" ").slice(0, 100);
}

// Where an answer names the payer’s bank: WeChat Pay’s bank_type, UnionPay’s issuing institution.
const bankFields: ReadonlyMap<ChannelCode, readonly string[]> = new Map([
  ["wechat", ["bank_type"]],
  ["unionpay", ["issInsCode"]],
]);

/** The bank that an answer names, at most 32 characters; null where it names none, or is not believed. */
export function bankOf(
  channel: ChannelCode,
  { response, problem }: Pick<Exchange, "response" | "problem">,
): string | null {
  if (problem !== null) return null;
  for (const field of bankFields.get(channel) ?? []) {
    const value = response?.[field];
    if (typeof value === "string" && value !== "") return value.slice(0, 32);
  }
  return null;
}
